"""The audit as operators see it."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from satselect.schemas.fields.examples import AT, page_of, shown
from satselect.schemas.fields.moments import Moment


class AuditLine(BaseModel):
    """Who did what to which object."""

    model_config = ConfigDict(
        json_schema_extra=shown(
            {
                "id": 41,
                "at": AT,
                "user": "otto",
                "account": "local",
                "action": "resource.edit",
                "object_type": "resource",
                "object_id": "disk",
                "facts": {"before": 1, "after": 2},
            }
        )
    )

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

    model_config = ConfigDict(json_schema_extra=page_of(AuditLine))

    items: list[AuditLine]
    next: str | None
