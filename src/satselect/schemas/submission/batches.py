"""Batches as clients see them."""

from enum import StrEnum
from uuid import UUID

from pydantic import ConfigDict, Field

from satselect.schemas.fields.entity_tags import Tagged
from satselect.schemas.fields.examples import AT, BATCH, ITERATION, shown
from satselect.schemas.fields.moments import Moment


class BatchState(StrEnum):
    """Whether an iteration considered the batch; a dead one was given up after it failed too often."""

    PENDING = "pending"
    DONE = "done"
    DEAD = "dead"


class BatchAnswer(Tagged):
    """The tasks of one submission, as one thing."""

    model_config = ConfigDict(
        json_schema_extra=shown(
            {"id": BATCH, "fleet": "default", "status": "done", "created": AT, "iteration": ITERATION}
        )
    )

    id: UUID
    fleet: str
    status: BatchState
    created: Moment
    iteration: UUID | None = Field(description="the first one that considered it")
