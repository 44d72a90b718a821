"""The buffer of a fleet as it is now: what is kept of it, brought up to date, or read anew."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from satselect.scheduling.iteration.ageing import next_step
from satselect.scheduling.iteration.kept import FOREVER, KeptBuffer
from satselect.scheduling.iteration.stock import Stock, Unavailable, read_stock, read_supplies, resources_in
from satselect.schemas.fleets import Release
from satselect.store.demands import Demand, demands_of
from satselect.store.heads import buffered_signatures, heads
from satselect.store.held import held_units
from satselect.store.models import Fleet
from satselect.store.outages import out_of_service
from satselect.store.touched import touched_signatures

NEW_CAPACITY = 1
"""What the engine takes for the capacity of a name that it was told nothing about."""


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

    @property
    def until(self) -> datetime:
        """From then on what is read now is no longer so, though nobody changed anything."""
        if self.release == Release.COMPLETION:
            return self.at  # each iteration and each report changes what there is
        return next_step(self.at) if self.ageing_per_hour else FOREVER


def situation_of(fleet_id: int, at: datetime, *, up_to_seq: int | None = None) -> Situation:
    """The fleet now, with a time to select at and, if not the last there is, the last batch to consider."""
    columns = ("version", "seq", "ageing_per_hour", "release")
    version, seq, ageing_per_hour, release = Fleet.objects.values_list(*columns).get(id=fleet_id)
    last_seq = seq if up_to_seq is None else min(seq, up_to_seq)
    return Situation(fleet_id, version, last_seq, at, ageing_per_hour, release)


def read_buffer(now: Situation, *, known_resources: Iterable[int] = (), stock: Stock | None = None) -> KeptBuffer:
    """The buffer as it is.

    Args:
        now: of what fleet, and when.
        known_resources: what may be asked for soon, besides what the buffer asks for.
        stock: what there is, if not what there is now.
    """
    signatures = buffered_signatures(now.fleet_id)
    if stock is None:  # read after the signatures, so that whatever satellites they name are there
        resources = sorted(resources_in(signatures.values()).union(known_resources))
        stock = read_stock(now.fleet_id, resources, _unavailable(now))
    until = min(now.until, stock.unavailable.out.until or FOREVER)
    kept = KeptBuffer(now.fleet_id, now.version, now.seq, now.at, stock, now.ageing_per_hour, until, now.release)
    _reread(kept, signatures)
    return kept


def refreshed(kept: KeptBuffer, now: Situation) -> KeptBuffer:
    """The same, from what is kept: only what changed is read. What doesn't match is read anew."""
    if kept.version != now.version or kept.seq > now.seq or not kept.at <= now.at < kept.until:
        return read_buffer(now)
    touched = touched_signatures(kept.fleet_id, after_seq=kept.seq, last_seq=now.seq, since=kept.at, at=now.at)
    known = kept.signatures
    stale = kept.stale | kept.closed(now.at)
    touched |= {id: known[id] for id in stale & known.keys()} | demands_of(sorted(stale - known.keys()))
    if not _has_room_for(kept, touched):
        return read_buffer(now, known_resources=kept.stock.supplies)
    kept.seq, kept.at = now.seq, now.at
    _reread(kept, touched)
    kept.stale.clear()
    return kept


def _unavailable(now: Situation) -> Unavailable:
    held = held_units(now.fleet_id) if now.release == Release.COMPLETION else {}
    return Unavailable(held, out_of_service(now.fleet_id, now.at))


def _has_room_for(kept: KeptBuffer, touched: Mapping[int, Demand]) -> bool:
    """Whether the engine's buffer can take tasks with these signatures; it can't be told of capacities later."""
    if not kept.stock.satellites:
        return False  # the first one may have come with a batch
    new = read_supplies(sorted(resources_in(touched.values()) - kept.stock.supplies.keys()), kept.stock.unavailable)
    if any(kept.stock.has_choice or any(s.free != NEW_CAPACITY for s in of.values()) for of in new.values()):
        return False
    kept.stock.supplies |= new
    return True


def _reread(kept: KeptBuffer, signatures: Mapping[int, Demand]) -> None:
    """Reads the heads of these signatures."""
    room = {id: kept.stock.copies(demand) for id, demand in signatures.items()}
    kept.signatures |= signatures
    found = defaultdict(list)
    wanted = {id: n for id, n in room.items() if n != 0}
    is_ageing = bool(kept.ageing_per_hour)
    for head in heads(kept.fleet_id, wanted, last_seq=kept.seq, at=kept.at, is_ageing=is_ageing) if wanted else ():
        found[head.signature_id].append(head)
    kept.replace({id: found[id] for id in signatures})
