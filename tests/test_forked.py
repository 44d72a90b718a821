"""Processes of tests that are forked: they run what they are given, and nothing else."""

import ast
import os
import re
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from types import ModuleType

import pytest

import satselect.config.settings as settings_module
from tests.forked import Forked
from tests.owners import wait_until
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


def test_nothing_that_a_setting_has_a_part_in_is_imported_before(tmp_path: Path) -> None:
    program = """
import sys, threading
from django.apps import apps
from django.conf import settings
with open(sys.argv[1], "w") as file:
    print(settings.configured, apps.ready, threading.active_count(), file=file)
"""
    told = tmp_path / "told"
    assert Forked(program, [str(told)], environment_with()).wait(60) == 0
    assert told.read_text().split() == ["False", "False", "1"]


ALIKE = {"DEBUG", "DATABASES", "MIDDLEWARE"}
"""Read for what all have: receivers of signals are looked at closer, names of tables are not too long, and a middleware
of another library is looked for."""


def test_of_settings_that_differ_none_is_read_before(tmp_path: Path) -> None:
    program = """
import sys
from django.db import connections
from tests.registered import READ
with open(sys.argv[1], "w") as file:
    print(*READ, *(name for name in connections if hasattr(connections._connections, name)), file=file)
"""
    told = tmp_path / "told"
    assert Forked(program, [str(told)], environment_with()).wait(60) == 0
    read = set(told.read_text().split())
    assert {"AUTH_USER_MODEL", "SESSION_COOKIE_NAME"} < read
    assert read & settings_that_differ() <= ALIKE


def settings_that_differ() -> set[str]:
    """By the environment, if only in a part."""
    found = {"default"}  # a connection would be to the database of the settings
    for statement in ast.parse(Path(settings_module.__file__).read_text()).body:
        if isinstance(statement, ast.Assign) and re.search("ENVIRONMENT|SATSELECT_", ast.unparse(statement)):
            found |= {target.id for target in statement.targets if isinstance(target, ast.Name)}
    assert {"SATSELECT_STAPI_VERSION", "MIDDLEWARE"} < found
    return found


def test_each_has_chances_of_its_own(tmp_path: Path) -> None:
    program = """
import sys
from satselect.application.webhooks.send import _jitter
with open(sys.argv[1], "w") as file:
    print(_jitter.random(), file=file)
"""
    files = [tmp_path / name for name in "ab"]
    assert [Forked(program, [str(file)], environment_with()).wait(60) for file in files] == [0, 0]
    assert files[0].read_text() != files[1].read_text()


TESTS = """
import os, signal, sys, time
import satselect.config.settings as settings_module
from tests.forked import Forked
process = Forked("import time; open(__import__('sys').argv[1], 'w').close(); time.sleep(300)", sys.argv[1:], os.environ)
while not os.path.exists(sys.argv[1]):
    time.sleep(0.01)
if sys.argv[2] == "frozen":
    os.kill(process.pid, signal.SIGSTOP)
print(process.pid, flush=True)
time.sleep(300)
"""
"""A run of tests that starts a process, says which, and waits."""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who is left behind")
@pytest.mark.parametrize("state", ["running", "frozen"])
def test_nothing_is_left_running_when_tests_are_killed(tmp_path: Path, state: str) -> None:
    tests = subprocess.Popen(
        [sys.executable, "-c", TESTS, str(tmp_path / "began"), state],
        env=environment_with(),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert tests.stdout is not None
    left = int(tests.stdout.readline())
    try:
        tests.kill()
        tests.wait(30)
        wait_until(lambda: not _lives(left))
    finally:
        tests.stdout.close()
        with suppress(ProcessLookupError):
            os.kill(left, signal.SIGKILL)


def _lives(pid: int) -> bool:
    """Whether there is such a process; one that nobody has taken notice of the end of does not live."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
