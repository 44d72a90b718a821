"""Processes of tests that are forked: they run what they are given, and nothing else."""

import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.forked import Forked
from tests.services import environment_with


def test_what_this_process_was_started_as_is_not_run_there_before_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would read settings before the process has its own: a service would work on the database of the settings."""
    main, ran = ModuleType("__main__"), tmp_path / "ran"
    main.__file__ = str(tmp_path / "main.py")
    Path(main.__file__).write_text(f"open({str(tmp_path / 'main')!r}, 'w')")
    monkeypatch.setitem(sys.modules, "__main__", main)
    process = Forked("import pathlib, sys; pathlib.Path(sys.argv[1]).touch()", [str(ran)], environment_with())
    assert process.wait(30) == 0
    assert ran.exists()
    assert not (tmp_path / "main").exists()
    assert sys.modules["__main__"] is main
