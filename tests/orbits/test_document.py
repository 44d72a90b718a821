"""What docs/orbits.md says is what happens."""

import argparse
import re
import shlex
from datetime import datetime
from pathlib import Path

import pytest

from satselect.cli.parser import parser

TEXT = (Path(__file__).parents[2] / "docs" / "orbits.md").read_text()


def test_the_python_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (block,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    exec(compile(block, "orbits.md", "exec"), {})  # noqa: S102
    *seen, covered, eclipse = capsys.readouterr().out.splitlines()
    assert all(line.startswith("DEMO 2026-12-0") for line in seen)
    assert len(seen) > 5
    assert "'sometimes'" in covered
    assert datetime.fromisoformat(eclipse).year == 2026


def test_the_command_and_its_options_are_there() -> None:
    (command,) = re.findall(r"```sh\n(.*?)\n```", TEXT, re.DOTALL)
    _, *arguments = shlex.split(command)
    assert parser().parse_args(arguments).days.days == 3
    told = set(re.findall(r"`(--[a-z-]+)", TEXT))
    known = {option for action in _options() for option in action.option_strings}
    assert told <= known


def _options() -> list[argparse.Action]:
    commands = next(action for action in parser()._actions if action.dest == "command")
    return list(commands.choices["passes"]._actions)  # type: ignore[index]
