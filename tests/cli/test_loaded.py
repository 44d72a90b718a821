"""What a command doesn't load, since loading takes longer than what few tasks ask for."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

COMPILER = {"numba", "llvmlite", "satselect.engine.warm"}


def loaded_by(*arguments: str, **environment: str) -> set[str]:
    """The modules that a process of `satselect` has at its end, which is a good one."""
    lines = (
        "import atexit, sys",
        "atexit.register(lambda: print('\\n', *sys.modules))",
        "import satselect.cli",
        f"sys.exit(satselect.cli.main({list(arguments)!r}))",
    )
    command, own = [sys.executable, "-c", "\n".join(lines)], os.environ | environment
    done = subprocess.run(command, env=own, capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


def tasks_in(folder: Path, count: int, **more: object) -> str:
    """A file of so many tasks."""
    path = folder / "tasks.json"
    path.write_text(
        json.dumps([{"name": f"t{i}", "resources": ["a", "b"], "profit": 1 + i} | more for i in range(count)])
    )
    return str(path)


@pytest.mark.parametrize("arguments", [["--help"], ["select", "--help"], ["serve", "--help"], ["--version"]])
def test_help_loads_neither_arrays_nor_shapes(arguments: list[str]) -> None:
    assert not loaded_by(*arguments) & {"numba", "numpy", "django", "highspy", "pydantic"}


def test_ten_tasks_need_no_arrays_and_no_shapes_of_answers(tmp_path: Path) -> None:
    needless = {"numba", "numpy", "django", "highspy", "satselect.schemas.task_answers", "satselect.schemas.fleets"}
    assert not loaded_by("select", tasks_in(tmp_path, 10)) & needless


@pytest.mark.parametrize("kept", ["all compiled before", "nothing"])
@pytest.mark.parametrize("more", [[], ["--explain", "--json"]])
def test_a_plan_of_few_tasks_needs_no_compiler_and_no_formats_of_others(
    kept: str, more: list[str], tmp_path: Path
) -> None:
    spots = [
        {"satellite": "sat-1", "from": f"2026-12-01T10:0{i}:00Z", "until": f"2026-12-01T10:0{i + 4}:00Z"}
        for i in range(4)
    ]
    path = tasks_in(tmp_path, 10, opportunities=spots, duration=60)
    own = {} if kept == "all compiled before" else {"NUMBA_CACHE_DIR": str(tmp_path / "kept")}
    assert not loaded_by("plan", path, *more, **own) & {
        *COMPILER,
        "django",
        "satselect.exports.formats",
        "numpy.random",
    }
    assert not list(tmp_path.rglob("*.nbi"))


def test_a_plan_of_more_tasks_than_few_is_made_with_what_was_compiled(tmp_path: Path) -> None:
    spots = [{"satellite": "sat-1", "from": "2026-12-01T10:00:00Z", "until": "2026-12-01T10:10:00Z"}]
    assert loaded_by("plan", tasks_in(tmp_path, 101, opportunities=spots, duration=60)) >= COMPILER


@pytest.mark.parametrize("count", [30, 1000])
def test_a_selection_of_many_tasks_needs_no_compiler(count: int, tmp_path: Path) -> None:
    assert not loaded_by("select", tasks_in(tmp_path, count)) & COMPILER


def test_a_selection_of_thousands_is_worth_it(tmp_path: Path) -> None:
    assert "satselect.engine.warm" in loaded_by("select", tasks_in(tmp_path, 1001))
