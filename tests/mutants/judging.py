"""Makes a mutant, and has the tests judge it."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from enum import Enum
from pathlib import Path
from typing import IO

from tests.mutants import ENGINE
from tests.mutants.mutant import Group, Mutant
from tests.mutants.stale import forget_compiled

ROOT = Path(__file__).parents[2]
MOST_S = 3600.0
"""A break may make tests endless; on a busy machine some that are sound take half of this."""


class Outcome(Enum):
    """What became of a break."""

    CAUGHT = "caught"
    SURVIVED = "SURVIVED"
    NOT_JUDGED = "NOT JUDGED"


def tried(mutant: Mutant, group: Group) -> tuple[Outcome, str]:
    """What tests say of a break, and the first that fails, if it was one of them that noticed."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "src"
        engine = Path("satselect", ENGINE)
        if group.folder == ENGINE:
            shutil.copytree(ROOT / "src", source)
        else:  # the engine as it is, so that nothing has to be compiled anew
            shutil.copytree(ROOT / "src", source, ignore=shutil.ignore_patterns("__pycache__", ENGINE))
            (source / engine).symlink_to(ROOT / "src" / engine)
        file = source / "satselect" / group.folder / mutant.file
        text = file.read_text()
        if text.count(mutant.old) < 1:
            raise SystemExit(f"{mutant.file} has no {mutant.old!r}: mend the mutant")
        if group.folder == ENGINE:
            forget_compiled(file, mutant.old, source)
        file.write_text(text.replace(mutant.old, mutant.new))
        options = ["-q", "-x", "-p", "no:randomly", "--no-header", "--tb=no"]
        command = [sys.executable, "-m", "pytest", *options, *nearest_first(group, mutant.file)]
        with tempfile.TemporaryFile() as said:
            outcome = judged(command, os.environ | {"PYTHONPATH": str(source)}, most_s=MOST_S, said=said)
            said.seek(0)
            return outcome, _failed(said.read().decode(errors="replace"))


def nearest_first(group: Group, file: str) -> list[str]:
    """The tests that notice soonest come first, then those that are named after the file, and after its folders."""
    parts = [*Path(file).with_suffix("").parts]

    def depth(test: str) -> int:
        if test == group.soonest.get(file):
            return len(parts)
        names = {part.removeprefix("test_") for part in Path(test).with_suffix("").parts}
        return max((place for place, part in enumerate(parts) if part in names), default=-1)

    return sorted(group.tests, key=depth, reverse=True)


def judged(
    command: Sequence[str], environment: Mapping[str, str], *, most_s: float, said: IO[bytes] | int = subprocess.DEVNULL
) -> Outcome:
    """What tests say of a break; those that don't end in that time are ended, with all that they started."""
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=said,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as tests:
        try:
            code = tests.wait(timeout=most_s)
        except subprocess.TimeoutExpired:
            return Outcome.NOT_JUDGED
        finally:
            with suppress(ProcessLookupError):
                os.killpg(tests.pid, signal.SIGKILL)
    # What breaks before the first test, as plans are made ready, is an error of the run; what crashes, a signal.
    return Outcome.CAUGHT if code in {1, 3} or code < 0 else Outcome.SURVIVED if code == 0 else Outcome.NOT_JUDGED


def _failed(said: str) -> str:
    """The first test that pytest says has failed, without its case."""
    for line in said.splitlines():
        if line.startswith(("FAILED ", "ERROR ")):
            return line.split()[1].partition("[")[0]
    return ""
