"""The signatures of submitted tasks: found, or made."""

import json
from collections.abc import Sequence
from hashlib import sha256

from satselect.store.demands import Demand
from satselect.store.inserts import insert
from satselect.store.models import Signature
from satselect.store.parts import in_parts


def signature_ids(fleet_id: int, demands: Sequence[Demand]) -> list[int]:
    """For what each task asks for the id of its signature. Call it in a transaction."""
    digests = [_digest(demand) for demand in demands]
    wanted = dict(zip(digests, demands, strict=True))
    ids = _find(fleet_id, list(wanted))
    if new := [digest for digest in wanted if digest not in ids]:
        rows = ((fleet_id, digest, _amounts(wanted[digest]), wanted[digest].satellites) for digest in new)
        insert(Signature, ("fleet_id", "digest", "amounts", "satellites"), rows)
        ids |= _find(fleet_id, new)
    return [ids[digest] for digest in digests]


def _amounts(demand: Demand) -> dict[str, int]:
    return {str(resource): amount for resource, amount in demand.amounts.items()}


def _digest(demand: Demand) -> str:
    asked: list[object] = [sorted(demand.amounts.items())]
    if demand.satellites is not None:
        asked.append(sorted(demand.satellites))
    return sha256(json.dumps(asked if len(asked) > 1 else asked[0]).encode()).hexdigest()


def _find(fleet_id: int, digests: Sequence[str]) -> dict[str, int]:
    ids: dict[str, int] = {}
    for part in in_parts(digests):
        ids.update(Signature.objects.filter(fleet_id=fleet_id, digest__in=part).values_list("digest", "id"))
    return ids
