"""The buffer of a fleet as it is now: what is kept of it, brought up to date, or read anew."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from satselect.application.availability.availability import Supplies, resources_in
from satselect.application.availability.now import read_availability, read_supplies, unavailable_at
from satselect.application.planning.buffer.ageing import next_step
from satselect.application.planning.buffer.fleet_buffer import FleetBuffer
from satselect.application.planning.forever import FOREVER
from satselect.schemas.fleets import Release
from satselect.store.queries.buffer.changed_signatures import changed_signatures
from satselect.store.queries.buffer.demands import Demand, demands_of
from satselect.store.queries.buffer.heads import buffered_signatures, heads
from satselect.store.queries.counters import settings_of


@dataclass(frozen=True, slots=True)
class Situation:
    """A fleet as an iteration at that time finds it, with the batches up to the last one.

    It is read before the buffer: whatever changes later is noticed when the outcome is recorded.
    """

    fleet_id: int
    version: int
    seq: int
    at: datetime
    ageing_per_hour: float = 0.0
    release: str = Release.ITERATION
    is_open: bool = False
    plans_ahead: bool = False

    @property
    def until(self) -> datetime:
        """From then on what is read now is no longer so, though nobody changed anything."""
        if self.release == Release.COMPLETION:
            return self.at  # each iteration and each report changes what there is
        return next_step(self.at) if self.ageing_per_hour else FOREVER


def situation_of(fleet_id: int, at: datetime, *, up_to_seq: int | None = None) -> Situation:
    """The fleet now, with a time to select at and, if not the last there is, the last batch to consider."""
    version, seq, ageing_per_hour, release, is_open, plans_ahead = settings_of(fleet_id)
    last_seq = seq if up_to_seq is None else min(seq, up_to_seq)
    return Situation(fleet_id, version, last_seq, at, ageing_per_hour, release, is_open, plans_ahead)


def read_buffer(now: Situation, *, known_resources: Iterable[int] = ()) -> FleetBuffer:
    """The buffer as it is.

    Args:
        now: of what fleet, and when.
        known_resources: what may be asked for soon, besides what the buffer asks for.
    """
    signatures = buffered_signatures(now.fleet_id)
    # Read after the signatures, so that whatever satellites they name are there.
    resources = sorted(resources_in(signatures.values()).union(known_resources))
    there = read_availability(now.fleet_id, resources, unavailable_at(now.fleet_id, now.at, now.release))
    until = min(now.until, there.unavailable.out.until or FOREVER)
    kept = FleetBuffer(now.fleet_id, now.version, now.seq, now.at, there, now.ageing_per_hour, until, now.release)
    _reread(kept, signatures)
    return kept


def refreshed(kept: FleetBuffer, now: Situation) -> FleetBuffer:
    """The same, from what is kept: only what changed is read. What doesn't match is read anew."""
    # A clock that was set back counts, too: what was over by then may not be over now.
    if kept.version != now.version or kept.seq > now.seq or not kept.at <= now.at < kept.until:
        return read_buffer(now)
    changed = _came(kept, last_seq=now.seq, at=now.at)
    known = kept.signatures
    stale = kept.stale | kept.closed(now.at)
    changed |= {id: known[id] for id in stale & known.keys()} | demands_of(sorted(stale - known.keys()))
    more = _unknown_supplies(kept, changed)
    if not kept.takes(more):
        return read_buffer(now, known_resources=kept.availability.supplies)
    kept.availability.supplies.update(more)
    kept.is_settled = kept.is_settled and kept.seq == now.seq
    kept.seq, kept.at = now.seq, now.at
    _reread(kept, changed)
    kept.stale.clear()
    return kept


def with_room_for(kept: FleetBuffer, now: Situation, demands: Mapping[int, Demand]) -> FleetBuffer:
    """The same buffer, if it can take tasks that ask for this; else it is read anew."""
    more = _unknown_supplies(kept, demands)
    if not kept.takes(more):
        return read_buffer(now, known_resources=resources_in(demands.values()).union(kept.availability.supplies))
    kept.availability.supplies.update(more)
    return kept


def moved_to(kept: FleetBuffer, at: datetime) -> bool:
    """Whether the same may be selected at a later time, and so the buffer is of that time now."""
    if not kept.at <= at < kept.until or kept.closes_before(at):
        return False
    # Of no batch, since it has them all: only of tasks whose time comes in between.
    if _came(kept, last_seq=kept.seq, at=at):
        return False  # a task may start by then
    kept.at = at
    return True


def _came(kept: FleetBuffer, *, last_seq: int, at: datetime) -> dict[int, Demand]:
    """The signatures of tasks that came into play since, by new batches or because their time came."""
    if last_seq == kept.seq and kept.starts is not None and at < kept.starts:
        return {}
    kept.starts = None
    return changed_signatures(kept.fleet_id, after_seq=kept.seq, last_seq=last_seq, since=kept.at, at=at)


def _unknown_supplies(kept: FleetBuffer, demands: Mapping[int, Demand]) -> Supplies:
    """What there is of resources that these ask for, and no task of the buffer did."""
    unknown = resources_in(demands.values()) - kept.availability.supplies.keys()
    return read_supplies(sorted(unknown), kept.availability.unavailable) if unknown else {}


def _reread(kept: FleetBuffer, signatures: Mapping[int, Demand]) -> None:
    """Reads the heads of these signatures, and whether there are more."""
    if not signatures:
        return
    room = {id: kept.room(id, demand) for id, demand in signatures.items()}
    kept.signatures |= signatures
    found = defaultdict(list)
    # One more than fit: so it is known whether others wait behind the heads, without counting them.
    wanted = {id: n and n + 1 for id, n in room.items() if n != 0}
    is_ageing = bool(kept.ageing_per_hour)
    for head in heads(kept.fleet_id, wanted, last_seq=kept.seq, at=kept.at, is_ageing=is_ageing) if wanted else ():
        found[head.signature_id].append(head)
    kept.take_in({id: found[id] for id in signatures})
