"""Who did what to which object: rows that are only added."""

from collections.abc import Mapping

from satselect.application.act import Act
from satselect.store.models import Audit


def audit(act: Act, action: str, object_id: object, facts: Mapping[str, object]) -> None:
    """Adds a row. Call it in the transaction that does it; the action starts with what it is done to."""
    Audit.objects.create(
        at=act.at,
        account_id=act.by.account_id,
        user=act.by,
        action=action,
        object_type=action.partition(".")[0],
        object_id=str(object_id),
        facts=dict(facts),
    )
