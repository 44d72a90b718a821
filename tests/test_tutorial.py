"""The tutorials, run word for word."""

import doctest
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from satselect.client.client import Client
from satselect.schemas.reading.json_reader import Json
from tests.databases import Database
from tests.services import start

DOCS = Path(__file__).parents[1] / "docs"
DATABASES = ["sqlite"]  # the one of who begins
WITH_KEYS, IN_TIME = "tutorial.md", "tutorial-in-time.md"


def blocks_of(name: str) -> list[tuple[str, str]]:
    """The language and the lines of each; one in a list is indented by as much as its fence."""
    found = re.findall(r"^( *)```(\w+)\n(.*?)^ *```", (DOCS / name).read_text(), re.DOTALL | re.MULTILINE)
    return [(language, re.sub(rf"^{indent}", "", block, flags=re.MULTILINE)) for indent, language, block in found]


class Terminal:
    """A shell whose exports last from one block to the next."""

    def __init__(self, address: str, folder: Path, environment: dict[str, str]) -> None:
        self.address = address
        self._folder = folder
        self._before = ""
        self.environment = environment

    def run(self, block: str) -> str:
        """What the block prints."""
        script = f"set -euo pipefail\n{self._before}{block}\nenv -0 > after"
        done = subprocess.run(
            ["bash", "-c", script],  # noqa: S607
            cwd=self._folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        after = (self._folder / "after").read_text().strip("\0")
        self.environment = dict(line.split("=", 1) for line in after.split("\0"))
        self._before += "".join(line + "\n" for line in block.splitlines() if re.match(r"\w+\(\) \{", line))
        return done.stdout


@pytest.fixture
def terminal(database: Database, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Terminal]:
    settings = {"SATSELECT_AUTH": "keys"} if request.param == WITH_KEYS else {}
    address, process = start(database.url, **settings)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    yield Terminal(address, tmp_path, {"PATH": path, "HOME": str(tmp_path), "SATSELECT_DATABASE_URL": database.url})
    process.terminate()
    process.wait(timeout=20)


@pytest.mark.parametrize(("terminal", "name"), [(name, name) for name in (WITH_KEYS, IN_TIME)], indirect=["terminal"])
def test_the_tutorial_is_what_happens(terminal: Terminal, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    session: dict[str, Any] = {"__name__": "tutorial"}
    try:
        run(terminal, blocks_of(name), session, monkeypatch)
    finally:
        for client in (value for value in session.values() if isinstance(value, Client)):
            client.close()


def run(
    terminal: Terminal, blocks: list[tuple[str, str]], session: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    printed = ""
    for language, block in blocks:
        if language == "json":
            assert shows(json.loads(printed), json.loads(block)), printed
        elif language == "python":
            for name, value in terminal.environment.items():
                monkeypatch.setenv(name, value)
            run_session(block, session)
        elif "satselect serve" not in block:  # it runs already
            printed = terminal.run(block.replace("http://localhost:8000", terminal.address))


def run_session(block: str, session: dict[str, Any]) -> None:
    """Types the block's lines at a prompt and compares what it answers."""
    test = doctest.DocTestParser().get_doctest(block, session, "tutorial", "docs/tutorial.md", 0)
    said: list[str] = []
    flags = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL | doctest.NORMALIZE_WHITESPACE
    results = doctest.DocTestRunner(optionflags=flags).run(test, out=said.append, clear_globs=False)
    session.update(test.globs)
    assert results.failed == 0, "".join(said)


def shows(answer: Json, shown: Json) -> bool:
    """Whether an answer holds what is shown of it; `…` stands for anything."""
    if shown == "…":
        return True
    if isinstance(shown, dict) and isinstance(answer, dict):
        return all(key in answer and shows(answer[key], value) for key, value in shown.items())
    if isinstance(shown, list) and isinstance(answer, list):
        return len(answer) == len(shown) and all(map(shows, answer, shown))
    return answer == shown
