"""Who did what to which object: rows that are only added."""

from collections.abc import Mapping
from datetime import datetime

from satselect.store.models import Audit, Role, User


def audit(by: User, action: str, object_id: object, *, at: datetime, facts: Mapping[str, object]) -> None:
    """Adds a row. Call it in the transaction that does it; the action starts with what it is done to."""
    Audit.objects.create(
        at=at,
        account_id=by.account_id,
        user=by,
        action=action,
        object_type=action.partition(".")[0],
        object_id=str(object_id),
        facts=dict(facts),
    )


def audit_if_operator(by: User, action: str, object_id: object, *, at: datetime, facts: Mapping[str, object]) -> None:
    """Adds a row for what operators do to tasks; of others, and of submissions, the task's history tells."""
    if by.role in {Role.OPERATOR, Role.ADMIN}:
        audit(by, action, object_id, at=at, facts=facts)
