"""A plan as it is handed to others: who runs what from when to when. Knows neither the engine nor the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedTask:
    """A task in a plan; intervals are half-open, and what has no length is an instant.

    Attributes:
        name: any text.
        profit: what it earns here.
        resources: units that it uses, by name.
        satellite: where it runs; None without satellites.
        start: aware, kept in UTC; None, like the end, for what asks for no time and holds its resources all along.
        end: the first moment that is no part of it.
        is_frozen: whether the plan does not move it any more.
        id: of the task, where it has one.
        reference: what its sender calls it.
        details: what its opportunity says besides: how the satellite is turned, in which mode it works.

    Raises:
        ValueError: a time has no offset from UTC, one is missing, or the end is before the start.
    """

    name: str
    profit: float
    resources: Mapping[str, int] = field(default_factory=dict)
    satellite: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    is_frozen: bool = False
    id: UUID | None = None
    reference: str | None = None
    details: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if (self.start is None) != (self.end is None):
            raise ValueError(f"{self.name!r} has a start or an end only")
        _keep_in_order(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A pass that a plan was made around.

    Attributes:
        satellite: its name.
        start: aware, kept in UTC.
        end: the first moment that is no part of it.
        station: its name; None for what is over none, as sunlight.

    Raises:
        ValueError: a time has no offset from UTC, or the end is before the start.
    """

    satellite: str
    start: datetime
    end: datetime
    station: str | None = None

    def __post_init__(self) -> None:
        _keep_in_order(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """A plan.

    Attributes:
        start: of the horizon; aware, kept in UTC.
        end: of the horizon.
        made_at: when the plan was made.
        tasks: in any order.
        passes: in any order.
        name: of the plan: what has the same name is the same plan, perhaps a newer one.

    Raises:
        ValueError: a time has no offset from UTC, or the end is before the start.
    """

    start: datetime
    end: datetime
    made_at: datetime
    tasks: Sequence[PlannedTask] = ()
    passes: Sequence[Contact] = ()
    name: str = "satselect"

    def __post_init__(self) -> None:
        _keep_in_order(self)
        object.__setattr__(self, "made_at", _in_utc(self.made_at))
        # In one order, whatever they came in: the same plan gives the same bytes.
        object.__setattr__(self, "tasks", sorted(self.tasks, key=lambda one: self.span(one)))
        object.__setattr__(self, "passes", sorted(self.passes, key=lambda one: (one.start, one.end)))

    def span(self, one: PlannedTask) -> tuple[datetime, datetime]:
        """From when to when it holds what it uses: without times, the whole horizon."""
        return (self.start, self.end) if one.start is None or one.end is None else (one.start, one.end)


def _keep_in_order(one: PlannedTask | Contact | Timetable) -> None:
    if one.start is None or one.end is None:
        return
    start, end = _in_utc(one.start), _in_utc(one.end)
    if end < start:
        raise ValueError(f"ends at {end}, before it starts at {start}")
    object.__setattr__(one, "start", start)
    object.__setattr__(one, "end", end)


def _in_utc(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError(f"{moment} has no offset from UTC")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{moment} is outside of the years 1 to 9999, in UTC") from None
