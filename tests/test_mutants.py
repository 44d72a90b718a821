"""The breaks of `tests.mutants` can still be made: what each replaces stands in the source."""

import os
import sys
from pathlib import Path

import pytest

from tests.mutants import GROUPS, chosen
from tests.mutants.judging import ROOT, Outcome, judged, nearest_first
from tests.mutants.mutant import Group
from tests.mutants.stale import forget_compiled


@pytest.mark.parametrize("name", GROUPS)
def test_what_mutants_replace_stands_in_the_source(name: str) -> None:
    group = GROUPS[name]
    folder = ROOT / "src" / "satselect" / group.folder
    gone = [mutant for mutant in group.mutants if mutant.old not in (folder / mutant.file).read_text()]
    same = [mutant for mutant in group.mutants if mutant.old == mutant.new]
    assert gone + same == []


@pytest.mark.parametrize("name", GROUPS)
def test_what_is_broken_can_still_be_read(name: str) -> None:
    """Else tests don't even begin, and judge nothing."""
    group = GROUPS[name]
    for mutant in group.mutants:
        text = (ROOT / "src" / "satselect" / group.folder / mutant.file).read_text()
        compile(text.replace(mutant.old, mutant.new), mutant.file, "exec")


@pytest.mark.parametrize("name", GROUPS)
def test_the_tests_that_should_notice_are_there(name: str) -> None:
    paths = [given for given in GROUPS[name].tests if given.startswith("tests/")]
    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("engine:6-7", [6, 7]),
        ("engine:3", [3]),
        ("engine:38-", range(38, len(GROUPS["engine"].mutants) + 1)),
        ("safety:1-", range(1, len(GROUPS["safety"].mutants) + 1)),
    ],
)
def test_some_mutants_are_chosen_by_their_places(name: str, places: list[int]) -> None:
    group, mutants = chosen(name)
    assert [place for place, _ in mutants] == list(places)
    assert [mutant for _, mutant in mutants] == [group.mutants[place - 1] for place in places]


@pytest.mark.parametrize(
    ("program", "outcome"),
    [
        ("raise SystemExit(0)", Outcome.SURVIVED),
        ("raise SystemExit(1)", Outcome.CAUGHT),
        ("raise SystemExit(5)", Outcome.NOT_JUDGED),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", Outcome.CAUGHT),
        ("import time; time.sleep(600)", Outcome.NOT_JUDGED),
    ],
)
def test_tests_that_do_not_end_judge_nothing(program: str, outcome: Outcome) -> None:
    assert judged([sys.executable, "-c", program], os.environ, most_s=5.0) is outcome


def test_tests_named_after_what_is_broken_come_first() -> None:
    tests = ["tests/a/test_b.py", "tests/planning", "tests/c/test_paths.py", "tests/c/test_sweep.py", "-k", "not x"]
    group = Group("some", ".", [], tests, {"paths/duality.py": tests[0]})
    assert nearest_first(group, "paths/sweep.py") == [tests[3], tests[2], *tests[:2], "-k", "not x"]
    assert nearest_first(group, "paths/duality.py") == [tests[0], tests[2], tests[1], *tests[3:]]
    assert nearest_first(group, "application/planning/record.py") == [tests[1], tests[0], *tests[2:]]


@pytest.mark.parametrize("name", GROUPS)
def test_tests_that_notice_soonest_are_among_the_others(name: str) -> None:
    group = GROUPS[name]
    assert set(group.soonest) <= {mutant.file for mutant in group.mutants}
    assert set(group.soonest.values()) <= set(group.tests)


SOURCES = {
    "lowest.py": "from x import compiled\n@compiled()\ndef add(a, b):\n    return a + b\n"
    "@compiled()\ndef take(a, b):\n    return a - b\n"
    "class Kept:\n    def both(self):\n        return take(1, 2)\n",
    "middle.py": "from satselect.engine.lowest import add as plus\n@compiled()\ndef twice(a):\n    return plus(a, a)\n"
    "@compiled()\ndef half(a):\n    return a / 2\n",
    "highest.py": "from satselect.engine.middle import twice, half\n@compiled()\ndef four(a):\n"
    "    return twice(twice(a))\n@compiled()\ndef quarter(a):\n    return half(half(a))\n",
}


@pytest.mark.parametrize(
    ("old", "stale"),
    [
        ("a + b", {"lowest.add", "middle.twice", "highest.four"}),
        ("a - b", {"lowest.take"}),
        ("take(1, 2)", set[str]()),
    ],
)
def test_what_calls_a_broken_function_is_compiled_anew_and_nothing_else(
    old: str, stale: set[str], tmp_path: Path
) -> None:
    names = ["lowest.add", "lowest.take", "middle.twice", "middle.half", "highest.four", "highest.quarter"]
    cache = tmp_path / "satselect" / "engine" / "__pycache__"
    cache.mkdir(parents=True)
    for name, text in SOURCES.items():
        (cache.parent / name).write_text(text)
    for name in names:
        (cache / f"{name}-3.py311.nbi").write_text("")
    forget_compiled(cache.parent / "lowest.py", old, tmp_path)
    left = {path.name.partition("-")[0] for path in cache.iterdir()}
    assert set(names) - left == stale
