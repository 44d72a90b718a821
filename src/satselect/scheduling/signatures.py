"""The signatures of submitted tasks: found, or made."""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256

from satselect.store.models import Signature
from satselect.store.parts import in_parts


def signature_ids(fleet_id: int, uses: Sequence[Mapping[int, int]]) -> list[int]:
    """For each task's uses, resource to amount, the id of its signature. Call it in a transaction."""
    digests = [_digest(amounts) for amounts in uses]
    wanted = dict(zip(digests, uses, strict=True))
    ids = _find(fleet_id, list(wanted))
    made = Signature.objects.bulk_create(
        Signature(fleet_id=fleet_id, digest=digest, amounts={str(resource): n for resource, n in amounts.items()})
        for digest, amounts in wanted.items()
        if digest not in ids
    )
    ids |= {signature.digest: signature.id for signature in made}
    return [ids[digest] for digest in digests]


def _digest(amounts: Mapping[int, int]) -> str:
    return sha256(json.dumps(sorted(amounts.items())).encode()).hexdigest()


def _find(fleet_id: int, digests: Sequence[str]) -> dict[str, int]:
    ids: dict[str, int] = {}
    for part in in_parts(digests):
        ids.update(Signature.objects.filter(fleet_id=fleet_id, digest__in=part).values_list("digest", "id"))
    return ids
