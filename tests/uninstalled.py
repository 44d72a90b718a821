"""Programs for which a package is not installed, each in a process of its own.

Modules are not taken out of this one: those that import each other would then be of two kinds, for the tests after it.
"""

import builtins
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

_COMMAND = "from satselect.cli import main; sys.exit(main(sys.argv[1:]))"


def run_without(
    package: str, program: str, arguments: Sequence[str] = (), folder: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """How a program ended, which has `sys`, with those arguments in that folder."""
    command = [sys.executable, "-c", f"import sys; sys.modules[{package!r}] = None; {program}", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)


def command_without(
    package: str, arguments: Sequence[str], folder: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """How `satselect` ended with those arguments in that folder."""
    return run_without(package, _COMMAND, arguments, folder)


def without_orbits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Importing `satselect.orbits` fails here as it does without sgp4, for one test; nothing that is imported goes."""
    own = builtins.__import__

    def imported(name: str, *rest: object) -> object:
        if name.startswith("satselect.orbits"):
            raise ModuleNotFoundError("No module named 'sgp4'", name="sgp4")
        return own(name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", imported)
