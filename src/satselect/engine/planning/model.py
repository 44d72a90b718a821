"""What is planned in time, as its caller says it: opportunities, passes, resources, tasks, assignments."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from struct import pack
from typing import Literal, Protocol, get_args

from satselect.engine.planning.times import aware, length, microseconds
from satselect.engine.problem import validation
from satselect.engine.problem.errors import (
    InvalidArgumentError,
    InvalidCapacityError,
    InvalidProblemError,
    InvalidTaskError,
)
from satselect.engine.problem.task import Task

Kind = Literal["renewable", "budget", "reservoir"]
_SIGHTS = {"least_off_nadir": "off_nadir", "maximum_elevation": "elevation", "range_km": "range_km", "side": "side"}


class Sight(Protocol):
    """What `satselect.orbits` finds: a satellite from start to end."""

    @property
    def satellite(self) -> str:
        """Its name."""

    @property
    def start(self) -> datetime:
        """When it begins."""

    @property
    def end(self) -> datetime:
        """When it ends."""


@dataclass(frozen=True, slots=True)
class Opportunity:
    """When a task may run on a satellite.

    Args:
        satellite: its name.
        start: aware.
        end: aware, not before the start; the time at the end is no part of it.
        profit: what the task is worth here, if that is not what it is worth anywhere.
        details: what else is known, as the off-nadir angle; for transitions.

    Raises:
        InvalidArgumentError: names what is wrong, and its value.
    """

    satellite: str
    start: datetime
    end: datetime
    profit: float | None = None
    details: Mapping[str, object] = field(default_factory=dict, compare=False)  # a dict can't be hashed

    def __post_init__(self) -> None:
        _check_span("opportunity", self)
        if self.profit is not None:
            try:
                worth = validation.profit("", self.profit)
            except InvalidTaskError as error:
                raise InvalidArgumentError(field="opportunity profit", value=self.profit, why=_why(error)) from None
            object.__setattr__(self, "profit", worth)

    @classmethod
    def of(cls, sight: Sight) -> "Opportunity":
        """The opportunity that `satselect.orbits` found, with what is known of it as details."""
        details = {name: getattr(sight, known) for known, name in _SIGHTS.items() if hasattr(sight, known)}
        return cls(sight.satellite, sight.start, sight.end, details=details)


@dataclass(frozen=True, slots=True)
class Pass:
    """A contact of a satellite, which empties reservoirs: what is there when it starts has left when it ends.

    Args:
        satellite: its name.
        start: aware.
        end: aware, after the start.
        station: whom it delivers to; None for what delivers nothing, as sunlight that fills a battery.
        drains: units that it takes from each reservoir at most, by name.

    Raises:
        InvalidArgumentError: names what is wrong, and its value.
    """

    satellite: str
    start: datetime
    end: datetime
    station: str | None = None
    drains: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check_span("pass", self)
        if self.end == self.start:
            raise InvalidArgumentError(field="pass end", value=self.end, why=f"must be after {self.start}")
        for name, units in validation.mapping("pass drains", self.drains).items():
            try:
                validation.capacity(name, units)
            except InvalidCapacityError as error:
                raise InvalidArgumentError(field=f"pass drains {name!r}", value=units, why=_why(error)) from None

    @classmethod
    def of(cls, sight: Sight, drains: Mapping[str, int]) -> "Pass":
        """The pass that `satselect.orbits` found, which drains so much."""
        return cls(sight.satellite, sight.start, sight.end, getattr(sight, "station", None), drains)


def _why(error: InvalidProblemError) -> str:
    """The reason alone, without the field before it and the value behind it."""
    return str(error).rpartition(": ")[2].partition(", not ")[0]


def _check_span(what: str, given: Opportunity | Pass) -> None:
    if not isinstance(given.satellite, str) or not given.satellite.strip():
        raise InvalidArgumentError(field=f"{what} satellite", value=given.satellite, why="must be a name")
    object.__setattr__(given, "start", aware(f"{what} start", given.start))
    object.__setattr__(given, "end", aware(f"{what} end", given.end))
    if given.end < given.start:
        raise InvalidArgumentError(field=f"{what} end", value=given.end, why=f"must not be before {given.start}")


@dataclass(frozen=True, slots=True)
class Resource:
    """How much there is of a resource, and how it comes back.

    Args:
        units: at a time (renewable), over the horizon (budget), when full (reservoir).
        kind: `renewable` is held for the interval of a task and comes back; a `budget` is used up; a `reservoir` is
            filled by tasks and drained by passes.
        turnaround: of a renewable: for how long after each use it is still busy; seconds or a timedelta.
        level: of a reservoir: units that it holds at the start of the horizon.

    Raises:
        InvalidArgumentError: names what is wrong, and its value.
        InvalidCapacityError: the units are no capacity.
    """

    units: int = 1
    kind: Kind = "renewable"
    turnaround: float | timedelta = 0
    level: int = 0

    def __post_init__(self) -> None:
        validation.capacity("units", self.units)
        if self.kind not in get_args(Kind):
            why = f"must be one of {', '.join(get_args(Kind))}"
            raise InvalidArgumentError(field="kind", value=self.kind, why=why)
        turnaround = length("turnaround", self.turnaround)
        object.__setattr__(self, "turnaround", turnaround)
        if turnaround and self.kind != "renewable":
            raise InvalidArgumentError(field="turnaround", value=turnaround, why=f"a {self.kind} has none")
        validation.capacity("level", self.level)
        if self.level and self.kind != "reservoir":
            raise InvalidArgumentError(field="level", value=self.level, why=f"a {self.kind} has none")
        if self.level > self.units:
            raise InvalidArgumentError(field="level", value=self.level, why=f"must not be above {self.units} units")


class TimedTask(Task):
    """A task that asks for an interval on a satellite.

    Args:
        name: what people call it.
        resources: what it uses, as for `Task`.
        profit: what it is worth, where an opportunity doesn't say otherwise.
        opportunities: where and when it may run: `Opportunity`, or what `satselect.orbits.opportunities` finds.
        duration: how long it runs, anywhere inside one opportunity; seconds or a timedelta; None for the whole one.
        window: the times between which it may run; opportunities are cut to it.
        deliver_by: by when a pass over a station has to be over that starts after it, and takes what it puts into
            reservoirs.

    Attributes:
        spans: what is read of thousands of tasks: start and end of each opportunity, cut to the window, in
            microseconds since 1970, eight bytes each.

    Raises:
        InvalidTaskError: names the task and the field that is wrong.
    """

    __slots__ = ("deliver_by", "duration", "opportunities", "spans", "window")

    is_timed = True

    opportunities: tuple[Opportunity, ...]
    duration: timedelta | None
    window: tuple[datetime, datetime] | None
    deliver_by: datetime | None
    spans: bytes

    def __init__(
        self,
        name: str,
        resources: Iterable[str] | Mapping[str, int],
        *,
        profit: float,
        opportunities: Iterable[Opportunity | Sight],
        duration: float | timedelta | None = None,
        window: tuple[datetime, datetime] | None = None,
        deliver_by: datetime | None = None,
    ) -> None:
        super().__init__(name, resources, profit=profit)
        try:
            spots = _opportunities(opportunities)
            lasts = None if duration is None else length("duration", duration)
            between = None if window is None else _window(window)
            due = None if deliver_by is None else aware("deliver_by", deliver_by)
        except InvalidArgumentError as error:
            raise InvalidTaskError(task=self.name, field=error.field, why=_why(error), value=error.value) from None
        for spot in spots:
            if lasts is not None and spot.end - spot.start < lasts:
                why = f"must not be longer than the opportunity on {spot.satellite!r} at {spot.start}"
                raise InvalidTaskError(task=self.name, field="duration", why=why, value=duration)
        object.__setattr__(self, "opportunities", spots)
        object.__setattr__(self, "duration", lasts)
        object.__setattr__(self, "window", between)
        object.__setattr__(self, "deliver_by", due)
        object.__setattr__(self, "spans", _spans(spots, between))

    def __repr__(self) -> str:
        return f"TimedTask({self.name!r}, {dict(self.resources)!r}, profit={self.profit!r}, ...)"

    def __reduce__(self) -> tuple[object, ...]:  # type: ignore[override]
        # Pickle hands arguments over by place, and these are asked for by name.
        return _rebuilt, (
            (self.name, dict(self.resources)),
            {"profit": self.profit, "opportunities": self.opportunities, "duration": self.duration}
            | {"window": self.window, "deliver_by": self.deliver_by},
        )


def _rebuilt(args: tuple[str, Mapping[str, int]], named: dict[str, object]) -> TimedTask:
    return TimedTask(*args, **named)  # type: ignore[arg-type]


def _opportunities(given: object) -> tuple[Opportunity, ...]:
    if not isinstance(given, Iterable) or isinstance(given, str | bytes):  # text would be gone through letter by letter
        raise InvalidArgumentError(field="opportunities", value=given, why="must be a list of satselect.Opportunity")
    spots = []
    for one in given:
        if not isinstance(one, Opportunity) and not all(hasattr(one, name) for name in ("satellite", "start", "end")):
            raise InvalidArgumentError(field="opportunities", value=one, why="must hold satselect.Opportunity only")
        spots.append(one if isinstance(one, Opportunity) else Opportunity.of(one))
    return tuple(spots)


def _spans(spots: tuple[Opportunity, ...], window: tuple[datetime, datetime] | None) -> bytes:
    times = [(microseconds(spot.start), microseconds(spot.end)) for spot in spots]
    if window is not None:
        first, last = map(microseconds, window)
        times = [(max(start, first), min(end, last)) for start, end in times]
    # An opportunity that a window misses keeps its place, with an end before its start: its number stays that of
    # `option`.
    return pack(f"{2 * len(times)}q", *(time for span in times for time in span))


def _window(given: object) -> tuple[datetime, datetime]:
    if not isinstance(given, tuple | list) or len(given) != 2:
        raise InvalidArgumentError(field="window", value=given, why="must be a start and an end")
    start, end = aware("window", given[0]), aware("window", given[1])
    if end < start:
        raise InvalidArgumentError(field="window", value=end, why=f"must not end before it starts, at {start}")
    return start, end


@dataclass(frozen=True, slots=True)
class Assignment:
    """A task that runs on a satellite from start to end; without times if it asks for none and takes the horizon.

    Attributes:
        task: what runs.
        satellite: where; None without satellites.
        start: when it begins.
        end: when it ends: the first moment that is no part of it.
        opportunity: inside of which; None if it asks for none, or was fixed without.
        is_fixed: whether it was given as a fact.
    """

    task: Task
    satellite: str | None
    start: datetime | None
    end: datetime | None
    opportunity: Opportunity | None = None
    is_fixed: bool = False
