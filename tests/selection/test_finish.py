"""HiGHS as one of several in a process."""

import subprocess
import sys

import pytest

OURS = """
from random import Random
from satselect import Task, select
rng = Random(1)
names = [f"r{i}" for i in range(500)]
tasks = [Task(str(i), rng.sample(names, 3), profit=rng.randint(1, 99)) for i in range(700)]
selection = select(tasks)
assert selection.status == "optimal", selection.status
"""
THEIRS = """
from highspy._core import _Highs
highs = _Highs()
highs.setOptionValue("output_flag", False)
highs.setOptionValue("threads", {threads})
highs.addVar(0.0, 1.0)
highs.changeColCost(0, -1.0)
highs.run()
assert str(highs.getModelStatus()).endswith("kOptimal"), highs.getModelStatus()
"""


@pytest.mark.parametrize("threads", [1, 2])
def test_who_else_uses_highs_with_other_threads_does_not_matter(threads: int) -> None:
    code = THEIRS.format(threads=threads) + OURS
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, timeout=100)
