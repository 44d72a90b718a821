"""What `satselect select` is to work on, read from files and options; all that is wrong with it is told at once."""

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from pydantic import TypeAdapter

from satselect.cli.inputs.files import lines_about, satellites_in, shown, tasks_in
from satselect.schemas.fields.labels import FoldedLabel
from satselect.schemas.reading.faults import InputError, pointer_of
from satselect.schemas.reading.nearest import did_you_mean, nearest
from satselect.schemas.reading.validation import validate
from satselect.schemas.tasks import NewTask

Satellites = Mapping[str, Mapping[str, int]]
Read = TypeVar("Read")

_NAME: TypeAdapter[str] = TypeAdapter(FoldedLabel)
_ALLOW = "--allow-unused lets it pass"


class WrongInputError(Exception):
    """What to tell the user.

    Attributes:
        lines: one for each fault.
    """

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


@dataclass(frozen=True, slots=True)
class Given:
    """Tasks as sent, and the units of resources: of what is shared, and of what each satellite owns, if there are."""

    tasks: Sequence[NewTask]
    capacities: Mapping[str, int]
    satellites: Satellites | None


def read(options: argparse.Namespace) -> Given:
    """What the options of the command ask for.

    Raises:
        WrongInputError: with everything that is wrong.
    """
    if options.tasks == options.satellites == "-":
        raise WrongInputError(["standard input can hold the tasks or the satellites, not both"])
    wrong: list[str] = []
    capacities = _capacities(options.capacity, wrong)
    satellites = None if options.satellites is None else _read(options.satellites, satellites_in, wrong)
    tasks = _read(options.tasks, tasks_in, wrong)
    if not wrong:
        # Only what is right by itself is put together: else one fault would be told as several.
        given = Given(tasks or (), capacities, satellites)
        wrong += _unknown_satellites(options.tasks, given)
        wrong += _doubly_owned(given)
        if tasks and not options.allow_unused:
            used = {name for task in tasks for name in task.resources}
            wrong += _unused_capacities(given, used)
            wrong += _mistyped_resources(options.satellites, given, used)
    if wrong:
        raise WrongInputError(wrong)
    return given


def unheeded(tasks: Sequence[NewTask], now: datetime) -> Iterator[str]:
    """What to tell of tasks that compete here, and would not in a service that was sent them now: a line, or none."""
    early = sum(task.not_before is not None and now < task.not_before for task in tasks)
    late = sum(task.deadline is not None and task.deadline < now for task in tasks)
    # No task is both: no deadline is before the not_before.
    if count := early + late:
        some = "1 task has" if count == 1 else f"{count} tasks have"
        yield f"{some} a deadline in the past or a not_before in the future, which only a service heeds"


def _read(path: str, reader: Callable[[str], Read], wrong: list[str]) -> Read | None:
    try:
        return reader(path)
    except (InputError, OSError) as error:
        wrong += lines_about(path, error)
        return None


def _capacities(pairs: Sequence[tuple[str, int]], wrong: list[str]) -> dict[str, int]:
    capacities: dict[str, int] = {}
    for given, units in pairs:
        try:
            name = validate(_NAME, given)
        except InputError as error:
            wrong.append(f"--capacity {given}={units}: the name {error.faults[0].detail}")
            continue
        if name in capacities:
            wrong.append(f"--capacity {given}={units}: {name!r} is given twice")
        capacities[name] = units
    return capacities


def _unknown_satellites(path: str, given: Given) -> Iterator[str]:
    known = given.satellites or {}
    for place, task in enumerate(given.tasks):
        for at, name in enumerate(task.satellites or ()):
            if name not in known:
                hint = did_you_mean(name, known) if known else "; --satellites FILE says what each has"
                yield f"{shown(path)}: {pointer_of(place, 'satellites', at)}: there is no satellite {name!r}{hint}"


def _doubly_owned(given: Given) -> Iterator[str]:
    for satellite, resources in (given.satellites or {}).items():
        for name in resources.keys() & given.capacities.keys():
            yield f"--capacity {name}: is for what is shared, and satellite {satellite!r} has {name!r} of its own"


def _unused_capacities(given: Given, used: set[str]) -> Iterator[str]:
    for name, units in given.capacities.items():
        if name not in used:
            hint = did_you_mean(name, used) or ";"
            yield f"--capacity {name}={units}: no task uses {name!r}{hint} {_ALLOW}"


def _mistyped_resources(path: str, given: Given, used: set[str]) -> Iterator[str]:
    """What no task uses while its satellite lacks what tasks do use and is spelt nearly so.

    What a satellite has and nobody happens to want is no fault.
    """
    for satellite, resources in (given.satellites or {}).items():
        lacking = used - resources.keys() - given.capacities.keys()
        for name in resources.keys() - used:
            if (meant := nearest(name, lacking)) is not None:
                place = pointer_of(satellite, name)
                yield f"{shown(path)}: {place}: no task uses {name!r}; did you mean {meant!r}? {_ALLOW}"
