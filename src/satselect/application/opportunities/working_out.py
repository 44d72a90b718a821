"""The opportunities of targets, worked out before a fleet plans: for its horizon, and anew where elements changed."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.db.models import F, Value
from django.db.models.functions import Greatest

from satselect.application.errors import StaleError
from satselect.application.events.tell import tell_fleet
from satselect.application.failpoints import Point
from satselect.application.opportunities.ahead import Ahead
from satselect.application.opportunities.by_portions import (
    IsOver,
    ask_each,
    by_portions,
    search_from,
    searched_by_all,
    state_of,
    stored,
)
from satselect.application.opportunities.details import details_of
from satselect.application.opportunities.places import conditions_of, place_of
from satselect.application.opportunities.product_opportunities import look_taken
from satselect.application.opportunities.sights import Looked, look, look_ahead
from satselect.schemas.planning.targets import NewTarget, ViewConditions
from satselect.store.models import ElementSet, Fleet, Opportunity, Satellite, Target
from satselect.store.queries.counters import count_fleet_change
from satselect.store.queries.orbits.targets import (
    OPEN,
    current_elements_of,
    due_targets,
    positions_after,
    replaceable,
    unassigned,
)
from satselect.store.sql.bulk_insert import insert

if TYPE_CHECKING:
    from satselect.application.opportunities.places import Place
    from satselect.orbits import Opportunity as Sight

AT_ONCE = 200
"""Targets that are worked out, and stored, together."""

_COLUMNS = ("task_id", "fleet_id", "satellite_id", "position", "starts", "ends", "profit", "details", "origin_id")

_Row = tuple[Any, ...]


class _Seen(NamedTuple):
    """An opportunity."""

    satellite_id: int
    origin_id: int
    starts: datetime
    ends: datetime
    details: Mapping[str, Any]


@dataclass(slots=True)
class _Work:
    """A target, and what is found out about it."""

    target: Target
    place: "Place"
    conditions: ViewConditions
    searched: dict[str, dict[str, Any]]
    found: list[_Seen] = field(default_factory=list)
    replaced: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, target: Target) -> "_Work":
        """Nothing is found out about it yet."""
        sent = NewTarget.model_validate(target.sent)
        return cls(target, place_of(sent, name=target.task_id.hex), sent.conditions, dict(target.searched))

    @property
    def is_new(self) -> bool:
        """Nobody planned with what is known of it: nothing is."""
        return not self.target.searched

    def looks_with(self, satellite: Satellite) -> bool:
        """Whether that satellite may take it."""
        named = self.target.task.satellites
        return named is None or satellite.slug in named

    def searched_until(self, satellites: Sequence[Satellite], ahead: Ahead) -> datetime:
        """Up to when each of these that may take it was looked at."""
        return searched_by_all(self.searched, filter(self.looks_with, satellites), ahead)


_Question = tuple[Satellite, datetime, list[_Work]]


def catch_up(fleet_id: int, *, at: datetime, is_over: IsOver = lambda: False) -> bool:
    """Works out what the targets of a fleet lack for its horizon. Gives whether the fleet changed by that.

    Each call gets on by one satellite and what is asked of it in the same words.

    Args:
        fleet_id: of a fleet that plans in time.
        at: now.
        is_over: whether there is no time left for more.

    Raises:
        StaleError: others work out the same.
        NoOrbitsError: the extra `orbits` is not installed.
    """
    return by_portions(
        fleet_id,
        at,
        is_over,
        lambda until: due_targets(fleet_id, until=until, limit=AT_ONCE),
        lambda targets, ahead: _work_out(fleet_id, targets, ahead, is_over),
    )


def outdate(fleet_id: int) -> int:
    """Has the targets of a fleet worked out anew. Call it in the transaction that changes elements. Gives how many."""
    found = Target.objects.filter(fleet=fleet_id, is_closed=False)
    # The revision is the fence, as of stations: what is worked out from older elements is not stored.
    return found.update(searched_until=None, revision=F("revision") + 1)


def _work_out(fleet_id: int, targets: Sequence[Target], ahead: Ahead, is_over: IsOver) -> bool:
    over = [one for one in targets if one.task.status not in OPEN]
    works = [_Work.of(one) for one in targets if one.task.status in OPEN]
    satellites = list(Satellite.objects.filter(fleet=fleet_id).order_by("id"))
    current = current_elements_of(one.id for one in satellites)

    def ask(question: _Question) -> None:
        satellite, since, some = question
        row, conditions = current.get(satellite.id), conditions_of(some[0].conditions)
        looked = look_ahead(row, [work.place for work in some], since, ahead.until, conditions)
        _take(satellite, row, some, looked, since, ahead)

    is_whole = ask_each(_asked(satellites, current, works, ahead), ask, is_over)
    return stored(
        lambda: _store(fleet_id, works, over, ahead, satellites if is_whole else None),
        Point.BEFORE_OPPORTUNITIES_COMMIT,
        Point.AFTER_OPPORTUNITIES_COMMIT,
    )


def _asked(
    satellites: Sequence[Satellite], current: Mapping[int, ElementSet], works: Sequence[_Work], ahead: Ahead
) -> Iterator[_Question]:
    """What each satellite is to be asked: from when on, and those together that are asked the same."""
    for satellite in satellites:
        yield from _asked_of(satellite, current.get(satellite.id), works, ahead)


def _asked_of(
    satellite: Satellite, row: ElementSet | None, works: Sequence[_Work], ahead: Ahead
) -> Iterator[_Question]:
    together: defaultdict[tuple[datetime, str], list[_Work]] = defaultdict(list)
    for work in works:
        if not work.looks_with(satellite):
            continue
        # Together only what is asked from the same time on and under equal conditions: that is one search.
        if since := search_from(work.searched.get(str(satellite.id)), row, ahead):
            together[since, work.conditions.model_dump_json()].append(work)
    for (since, _), some in together.items():
        yield satellite, since, some


def _take(
    satellite: Satellite,
    row: ElementSet | None,
    works: Sequence[_Work],
    looked: Looked,
    since: datetime,
    ahead: Ahead,
) -> None:
    state = state_of(row, looked, ahead)
    for work in works:
        before = work.searched.get(str(satellite.id))
        if before is not None and before["elements"] != state["elements"]:
            work.replaced.add(satellite.id)
        work.searched[str(satellite.id)] = state
    by_name = {work.place.name: work for work in works}
    for sight in looked.sights:
        begins = sight.start if sight.begins is None else sight.begins
        # What began before the last search ended is known from there, whole.
        if row is None or begins >= ahead.until or (begins < since and since != ahead.at):
            continue
        work = by_name[sight.target]
        if seen := _seen(work, satellite, row, sight):
            work.found.append(seen)


def _seen(work: _Work, satellite: Satellite, row: ElementSet, sight: "Sight") -> _Seen | None:
    """The opportunity; whole, but for one that a filter has to take, which is asked about what is within the window."""
    ordered, task = work.target.ordered, work.target.task
    if ordered.get("filter") is None or task.window_starts is None or task.window_ends is None:
        times = sight.begins or sight.start, sight.ends or sight.end
        return _Seen(satellite.id, row.id, *times, {**details_of(sight), **ordered.get("details", {})})
    conditions = conditions_of(work.conditions)
    taken = look_taken(
        ordered["filter"],
        satellite,
        sight,
        (task.window_starts, task.window_ends),
        lambda starts, ends: look(row, [work.place], (starts, ends), conditions).sights,
    )
    if taken is None:
        return None
    return _Seen(satellite.id, row.id, taken.starts, taken.ends, {**taken.details, **ordered["details"]})


def _store(
    fleet_id: int,
    works: Sequence[_Work],
    over: Sequence[Target],
    ahead: Ahead,
    satellites: Sequence[Satellite] | None,
) -> bool:
    """Stores what was found; the satellites of the fleet if all were asked, else None."""
    rows = list(_rows(fleet_id, works))
    longest_s = max(((row[5] - row[4]).total_seconds() for row in rows), default=0.0)
    # The fleet's row first, as everywhere: whoever has it changes what belongs to the fleet.
    Fleet.objects.filter(id=fleet_id).update(longest_s=Greatest(F("longest_s"), Value(longest_s)))
    # A new target tells nobody: no plan has looked at its task before, and a kept one reads new tasks itself
    # (decision 0137).
    has_changed = any(not work.is_new for work in works)
    if has_changed and (counted := count_fleet_change(fleet_id)):
        tell_fleet(counted, at=ahead.at)
    for work in works:
        until = None if satellites is None else work.searched_until(satellites, ahead)
        _write(work.target, searched=work.searched, searched_until=until)
    for target in over:
        _write(target, is_closed=True)
    _replace(works, ahead.at)
    insert(Opportunity, _COLUMNS, _numbered(rows))
    return has_changed


def _write(target: Target, **columns: object) -> None:
    same = Target.objects.filter(task_id=target.task_id, revision=target.revision)
    if not same.update(revision=target.revision + 1, **columns):
        raise StaleError("others work out the opportunities of the fleet")


def _replace(works: Sequence[_Work], at: datetime) -> None:
    """Takes away what was worked out from older elements; where something was planned it is only no choice any more."""
    by_satellite: defaultdict[int, list[UUID]] = defaultdict(list)
    for work in works:
        for satellite_id in work.replaced:
            by_satellite[satellite_id].append(work.target.task_id)
    for satellite_id, task_ids in by_satellite.items():
        found = replaceable(task_ids, satellite_id, after=at)
        free = unassigned(found)
        # Assignments alone refer to opportunities, and these have none: Django needn't look.
        free._raw_delete(free.db)
        found.update(is_outdated=True)


def _rows(fleet_id: int, works: Sequence[_Work]) -> Iterator[_Row]:
    for work in works:
        task = work.target.task
        opens, shuts = task.window_starts, task.window_ends
        for one in sorted(work.found, key=lambda one: (one.starts, one.satellite_id)):
            # The search is of the horizon; outside of its window no task could use it.
            if (opens and one.ends <= opens) or (shuts and one.starts >= shuts):
                continue
            yield task.id, fleet_id, one.satellite_id, 0, one.starts, one.ends, None, one.details, one.origin_id


def _numbered(rows: Sequence[_Row]) -> list[_Row]:
    """With the next free positions of their tasks."""
    following = positions_after({row[0] for row in rows})
    numbered = []
    for row in rows:
        place = following.get(row[0], 0)
        following[row[0]] = place + 1
        numbered.append((*row[:3], place, *row[4:]))
    return numbered
