"""What `satselect plan` is to work on, read from files and options; all that is wrong with it is told at once."""

import argparse
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from satselect.cli.inputs.files import LIMITS, bytes_in, lines_about, shown
from satselect.cli.inputs.inputs import WrongInputError
from satselect.engine.planning.formulation.setups import Modes, Slew
from satselect.engine.planning.model import Opportunity, Pass, Resource, TimedTask
from satselect.engine.problem.errors import InvalidProblemError
from satselect.engine.problem.task import Task
from satselect.schemas.planning.plans import (
    OWNED,
    PASSES,
    TRANSITIONS,
    NewPass,
    NewTimedTask,
    Resources,
    read_timed_tasks,
)
from satselect.schemas.reading.faults import Fault, InputError, InvalidError, pointer_of
from satselect.schemas.reading.json_reader import read_json
from satselect.schemas.reading.validation import validate
from satselect.schemas.transitions import NewTransition

Read = TypeVar("Read")
_FILES = ("satellites", "shared", "passes", "transitions")


@dataclass(frozen=True, slots=True)
class Given:
    """What `plan` takes."""

    tasks: Mapping[Task, NewTimedTask]
    capacities: Mapping[str, Resource]
    satellites: Mapping[str, Mapping[str, Resource]] | None
    passes: Sequence[Pass]
    horizon: tuple[datetime, datetime] | None
    transition: Mapping[str, Slew | Modes]


def read(options: argparse.Namespace) -> Given:
    """What the options of the command ask for.

    Raises:
        WrongInputError: with everything that is wrong.
    """
    if sum(path == "-" for path in (options.tasks, *(getattr(options, name) for name in _FILES))) > 1:
        raise WrongInputError(["standard input can hold one file only"])
    wrong: list[str] = []
    tasks = _read(options.tasks, _tasks, wrong) or []
    owned = options.satellites and _read(
        options.satellites, lambda body: validate(OWNED, read_json(body, LIMITS)), wrong
    )
    shared = options.shared and _read(options.shared, _shared, wrong)
    passes = options.passes and _read(options.passes, lambda body: validate(PASSES, read_json(body, LIMITS)), wrong)
    turns = options.transitions and _read(
        options.transitions, lambda body: validate(TRANSITIONS, read_json(body, LIMITS)), wrong
    )
    slews = [name for name, *_ in options.slew]
    wrong += [f"--slew: {name!r} is among the transitions of the file" for name in slews if name in (turns or {})]
    wrong += [f"--slew: {name!r} is there twice" for name, count in Counter(slews).items() if count > 1]
    if wrong:
        raise WrongInputError(wrong)
    try:
        return _given(options, tasks, owned, shared or {}, passes or [], turns or {})
    except InvalidProblemError as error:
        raise WrongInputError([f"{shown(options.tasks)}: {error}"]) from None


def _given(
    options: argparse.Namespace,
    tasks: Sequence[NewTimedTask],
    owned: Mapping[str, Resources] | None,
    shared: Resources,
    passes: Sequence[NewPass],
    turns: Mapping[str, NewTransition],
) -> Given:
    return Given(
        tasks={_task(task): task for task in tasks},
        capacities=_resources(shared),
        satellites=None if owned is None else {name: _resources(some) for name, some in owned.items()},
        passes=[Pass(one.satellite, *one.times, one.station, one.drains) for one in passes],
        horizon=_horizon(options, tasks, passes),
        transition={name: Slew(rate, settle) for name, rate, settle in options.slew}
        | {name: _transition(one) for name, one in turns.items()},
    )


def _transition(one: NewTransition) -> Slew | Modes:
    return Slew(one.rate, one.settle_s, one.detail) if one.rate is not None else Modes(one.seconds or {}, one.detail)


def _tasks(body: bytes) -> list[NewTimedTask]:
    tasks = read_timed_tasks(body, LIMITS)
    # Without its opportunities a task would be one that asks for no time.
    words = "is for a service, which works out when satellites see it: here opportunities say that"
    if faults := [Fault(words, pointer_of(i, "target")) for i, task in enumerate(tasks) if task.target is not None]:
        raise InvalidError(faults)
    return tasks


def _shared(body: bytes) -> Resources:
    # As if it were one more satellite: what is shared is said in the same shape.
    return validate(OWNED, {"shared": read_json(body, LIMITS)})["shared"]


def _read(path: str, reader: Callable[[bytes], Read], wrong: list[str]) -> Read | None:
    try:
        return reader(bytes_in(path))
    except (InputError, OSError) as error:
        wrong += lines_about(path, error)
        return None


def _resources(given: Resources) -> dict[str, Resource]:
    return {name: Resource(one.units, one.kind, one.turnaround, one.level) for name, one in given.items()}


def _task(task: NewTimedTask) -> Task:
    if task.opportunities is None:
        return Task(task.name, task.resources, profit=task.profit, satellites=task.satellites)
    spots = [Opportunity(one.satellite, *one.times, one.profit, one.details) for one in task.opportunities]
    return TimedTask(
        task.name,
        task.resources,
        profit=task.profit,
        opportunities=spots,
        duration=task.duration,
        window=None if task.window is None else task.window.times,
        deliver_by=task.deliver_by,
    )


def _horizon(
    options: argparse.Namespace, tasks: Sequence[NewTimedTask], passes: Sequence[NewPass]
) -> tuple[datetime, datetime] | None:
    """From the time given, or the first one there is, as long as is said."""
    if options.horizon is None and options.start is None:
        return None
    spans = [spot for task in tasks for spot in task.opportunities or ()]
    times = [span.starts for span in spans] + [one.starts for one in passes]
    ends = [span.ends for span in spans] + [one.ends for one in passes]
    start = options.start or min(times, default=None)
    if start is None:
        raise WrongInputError(["--horizon: nothing has a time; --from says where it starts"])
    try:
        return start, start + options.horizon if options.horizon is not None else max([start, *ends])
    except OverflowError:
        raise WrongInputError(["--horizon: ends after the year 9999"]) from None
