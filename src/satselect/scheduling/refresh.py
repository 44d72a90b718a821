"""The buffer of a fleet as it is now: what is kept of it, brought up to date, or read anew."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from satselect.scheduling.kept import KeptBuffer
from satselect.scheduling.stock import copies, read_stock
from satselect.store.heads import amounts_of, buffered_signatures, heads
from satselect.store.models import Satellite
from satselect.store.touched import touched_signatures

Signatures = Mapping[int, Mapping[int, int]]


def read_buffer(fleet_id: int, *, version: int, seq: int, at: datetime) -> KeptBuffer:
    """The buffer at that time, with the batches up to that one.

    The version was read first: whatever changes later is noticed when the outcome is recorded.
    """
    signatures = buffered_signatures(fleet_id)
    stock = read_stock(sorted({resource for amounts in signatures.values() for resource in amounts}))
    satellite_id = Satellite.objects.values_list("id", flat=True).get(fleet=fleet_id)
    kept = KeptBuffer(fleet_id, satellite_id, version, seq, at, stock)
    _reread(kept, signatures)
    return kept


def refreshed(kept: KeptBuffer, *, version: int, seq: int, at: datetime) -> KeptBuffer:
    """The same, from what is kept: only what changed is read. What doesn't match is read anew."""
    if kept.version != version or kept.seq > seq or kept.at > at:
        return read_buffer(kept.fleet_id, version=version, seq=seq, at=at)
    touched: dict[int, Mapping[int, int]] = dict(
        touched_signatures(kept.fleet_id, after_seq=kept.seq, last_seq=seq, since=kept.at, at=at)
    )
    known = kept.signatures
    stale = kept.stale | kept.closed(at)
    touched |= {id: known[id] for id in stale & known.keys()} | amounts_of(sorted(stale - known.keys()))
    kept.seq, kept.at = seq, at
    kept.stock |= read_stock(sorted({resource for uses in touched.values() for resource in uses} - kept.stock.keys()))
    _reread(kept, touched)
    kept.stale.clear()
    return kept


def _reread(kept: KeptBuffer, signatures: Signatures) -> None:
    """Reads the heads of these signatures."""
    room = {id: copies(amounts, kept.stock) for id, amounts in signatures.items()}
    kept.signatures |= signatures
    found = defaultdict(list)
    wanted = {id: n for id, n in room.items() if n != 0}
    for head in heads(kept.fleet_id, wanted, last_seq=kept.seq, at=kept.at) if wanted else ():
        found[head.signature_id].append(head)
    for id in signatures:
        kept.replace(id, found[id])
