"""The audit as operators see it."""

from typing import Any

from pydantic import BaseModel, Field

from satselect.schemas.moments import Moment


class AuditLine(BaseModel):
    """Who did what to which object."""

    id: int
    at: Moment
    user: str
    account: str
    action: str = Field(examples=["key.revoke"])
    object_type: str
    object_id: str
    facts: dict[str, Any]


class AuditPage(BaseModel):
    """Some of the audit, newest first, and where the next lines are."""

    items: list[AuditLine]
    next: str | None
