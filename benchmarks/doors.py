"""The doors to satselect that take tasks and give a selection, behind one interface."""

import importlib.util
import inspect
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager as Context
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import satselect

Submitted = dict[str, Any]
"""A task as clients send it: name, resources, profit."""

_TIMEOUT_S = 60.0


class NotYetError(Exception):
    """This door can't do that yet."""


class RefusedError(Exception):
    """The input was refused with a clear word."""


class UnclearError(Exception):
    """The door failed in a way that it should not."""


class Session(Protocol):
    """A buffer, empty at first."""

    def submit(self, tasks: Sequence[Submitted]) -> list[Submitted]:
        """Adds tasks and iterates: what was selected."""

    def send(self, text: str) -> list[Submitted]:
        """The same with the text of a request, whatever it says.

        Raises:
            RefusedError: the door doesn't take it.
            UnclearError: it fails some other way.
        """

    def buffered(self) -> list[str] | None:
        """The names of the tasks that wait; None if the door doesn't tell."""


class Door(Protocol):
    """Opens sessions."""

    @property
    def name(self) -> str:
        """What the door is called."""

    def session(self, case: str, satellites: int) -> Context[Session]:
        """A session for a case that needs so many satellites.

        Raises:
            NotYetError: it can't be had.
        """


class Stateless:
    """A session over a door that keeps nothing: the tasks that wait are sent again each time."""

    def __init__(self, select: Callable[[str], list[Submitted]]) -> None:
        self._select = select
        self._waiting: list[Submitted] = []

    def submit(self, tasks: Sequence[Submitted]) -> list[Submitted]:
        """Adds tasks and iterates: what was selected."""
        self._waiting += tasks
        selected = self.send(json.dumps(self._waiting))
        for name in [task["name"] for task in selected]:
            if name not in self.buffered():
                raise UnclearError(f"selects {name!r}, which does not wait")
            del self._waiting[self.buffered().index(name)]
        return selected

    def send(self, text: str) -> list[Submitted]:
        """What is selected of the tasks in a text, and of no others."""
        return self._select(text)

    def buffered(self) -> list[str]:
        """The names of the tasks that wait."""
        return [task["name"] for task in self._waiting]


class Engine:
    """`satselect.select` itself."""

    name = "engine"

    @contextmanager
    def session(self, case: str, satellites: int) -> Iterator[Session]:
        """A session for a case that needs so many satellites, each of which has every resource."""
        if satellites > 1 and "satellites" not in inspect.signature(satselect.select).parameters:
            raise NotYetError("the engine has no satellites=")
        yield Stateless(lambda text: self._select(text, satellites))

    def _select(self, text: str, satellites: int) -> list[Submitted]:
        select: Any = satselect.select
        try:
            given = {satselect.Task(**task): task for task in json.loads(text)}
        except (satselect.SatselectError, TypeError, json.JSONDecodeError) as error:
            raise RefusedError(error) from error
        if satellites == 1:
            return [given[task] for task in select(given).tasks]
        every = {name: 1 for task in given for name in task.resources}
        selection = select(given, satellites={f"satellite {i}": every for i in range(satellites)})
        return [given[task] for task in selection.tasks]


class CommandLine:
    """`satselect select FILE --json`."""

    name = "command line"

    @contextmanager
    def session(self, case: str, satellites: int) -> Iterator[Session]:
        """A session for a case that needs so many satellites, each of which has every resource."""
        satselect_command()
        with tempfile.TemporaryDirectory() as folder:
            yield Stateless(lambda text: self._select(text, Path(folder), satellites))

    def _select(self, text: str, folder: Path, satellites: int) -> list[Submitted]:
        file = folder / "tasks.json"
        file.write_text(text)
        command = [*satselect_command(), "select", str(file), "--json"]
        if satellites > 1:
            every = {name: 1 for task in json.loads(text) for name in task["resources"]}
            fleet = folder / "satellites.json"
            fleet.write_text(json.dumps({f"satellite {i}": every for i in range(satellites)}))
            command += ["--satellites", str(fleet)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False)
        match done.returncode:
            case 0:
                tasks: list[Submitted] = json.loads(done.stdout)["tasks"]
                return tasks
            case 2 if done.stderr.strip() and "Traceback" not in done.stderr:
                raise RefusedError(done.stderr.strip())
            case code:
                raise UnclearError(f"exit code {code}: {done.stderr.strip().splitlines()[-1:]}")


def satselect_command() -> list[str]:
    """The command that stands beside this Python.

    Raises:
        NotYetError: the package at hand has none.
    """
    spec = importlib.util.find_spec("satselect.cli")
    if spec is None or spec.origin is None:  # a folder without code has no origin
        raise NotYetError("there is no satselect.cli")
    return [str(Path(sys.executable).with_name("satselect"))]
