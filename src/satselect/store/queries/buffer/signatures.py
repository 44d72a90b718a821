"""The signatures of submitted tasks: found, or made."""

import json
from collections.abc import Sequence
from hashlib import sha256

from satselect.store.models import Signature
from satselect.store.queries.buffer.demands import Demand
from satselect.store.sql.bulk_insert import rows_of
from satselect.store.sql.statements import ask


def signature_ids(fleet_id: int, demands: Sequence[Demand], *, are_new: bool = False) -> list[int]:
    """For what each task asks for the id of its signature. Call it in a transaction.

    Args:
        fleet_id: whose tasks.
        demands: what they ask for.
        are_new: whether none of them was found before: then it is an error that breaks a constraint if one is there.
    """
    digests = [_digest(demand) for demand in demands]
    # Equal demands of a batch are looked up, and made, once.
    wanted = dict(zip(digests, demands, strict=True))
    ids = {} if are_new else _find(fleet_id, list(wanted))
    if new := [digest for digest in wanted if digest not in ids]:
        some = ((digest, wanted[digest]) for digest in new)
        rows = ((fleet_id, digest, _amounts(one), one.satellites, one.is_timed) for digest, one in some)
        made = rows_of(Signature, ("fleet_id", "digest", "amounts", "satellites", "is_timed"), rows)
        ids |= dict(made.insert_giving("digest", "id"))
    return [ids[digest] for digest in digests]


def known_signatures(fleet_id: int, demands: Sequence[Demand]) -> list[int | None]:
    """The same where they are found; None for those that would have to be made."""
    digests = [_digest(demand) for demand in demands]
    ids = _find(fleet_id, list(dict.fromkeys(digests)))
    return [ids.get(digest) for digest in digests]


def _amounts(demand: Demand) -> dict[str, int]:
    return {str(resource): amount for resource, amount in demand.amounts.items()}


def _digest(demand: Demand) -> str:
    asked: list[object] = [sorted(demand.amounts.items())]
    if demand.satellites is not None:
        asked.append(sorted(demand.satellites))
    if demand.is_timed:
        asked.append("timed")
    # As it was before demands had satellites and times, where there are none: signatures of then are still found by it.
    return sha256(json.dumps(asked if len(asked) > 1 else asked[0]).encode()).hexdigest()


def _find(fleet_id: int, digests: list[str]) -> dict[str, int]:
    return dict(ask(_FIND, fleet_id, digests))


_FIND = "SELECT digest, id FROM store_signature WHERE fleet_id = %s AND digest {among:text}"
