"""Events as clients see them: what a stream tells, one JSON object for each."""

from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from satselect.schemas.fields.examples import AT, BATCH, CAPTURE, ITERATION, TASK, example_of, shown
from satselect.schemas.fields.moments import Moment
from satselect.schemas.iterations import Quality
from satselect.schemas.tasks import Status

MOST_TASKS = 1_000
"""More in one event would hold up whatever comes after it; the iteration itself lists all of them."""


class ChangedTask(BaseModel):
    """A task that changed, as it is when it is told, with the status that it got then.

    Who is told late finds the name and the reference as later edits left them.
    """

    model_config = ConfigDict(
        json_schema_extra=shown(
            {
                "id": TASK,
                "name": CAPTURE["name"],
                "reference": "order 1098",
                "status": "scheduled",
                "satellite": "default",
            }
        )
    )

    id: UUID
    name: str
    reference: str | None
    status: Status
    satellite: str | None = Field(description="where it is or was scheduled; null if it was not before the change")


class _Numbered(BaseModel):
    number: int = Field(
        description="within the fleet, in the order of commits: for operators they follow one another, for others they "
        "only grow, about with the time in microseconds"
    )
    at: Moment
    fleet: str


def _at(number: int) -> dict[str, Any]:
    """What examples of all kinds begin with."""
    return {"number": number, "at": AT, "fleet": "default"}


class BatchEvent(_Numbered):
    """A batch was accepted, its tasks are buffered; or it was given up after it failed too often, or requeued."""

    model_config = ConfigDict(
        json_schema_extra=shown({**_at(1), "kind": "batch", "batch": BATCH, "tasks": 3, "reason": "accepted"})
    )

    kind: Literal["batch"] = "batch"
    batch: UUID
    tasks: int = Field(description="how many it has")
    reason: str = Field(description="accepted, given up or requeued; empty if an earlier release wrote the event")


class IterationEvent(_Numbered):
    """An iteration was recorded, and scheduled these tasks.

    A customer is told of the own tasks; the sums over all are null, and what follows counts the own.
    """

    model_config = ConfigDict(
        json_schema_extra=shown(
            {
                **_at(2),
                "kind": "iteration",
                "iteration": ITERATION,
                "status": "optimal",
                "scheduled": 1,
                "tasks": [example_of(ChangedTask)],
                "profit": 9.2,
                "bound": 9.2,
                "gap": 0.0,
                "buffered": 2,
            }
        )
    )

    kind: Literal["iteration"] = "iteration"
    iteration: UUID
    status: Quality
    scheduled: int
    tasks: list[ChangedTask] = Field(description=f"the scheduled ones, {MOST_TASKS} at most")
    profit: float | None
    bound: float | None
    gap: float | None
    buffered: int | None


class TaskEvent(_Numbered):
    """A task changed other than by being scheduled: edited, cancelled, reported, expired."""

    model_config = ConfigDict(
        json_schema_extra=shown(
            {
                **_at(3),
                "kind": "task",
                "task": {**example_of(ChangedTask), "status": "completed"},
                "before": "scheduled",
                "reason": "completed",
            }
        )
    )

    kind: Literal["task"] = "task"
    task: ChangedTask
    before: Status
    reason: str


class FleetEvent(_Numbered):
    """The fleet, its satellites or what they have changed."""

    model_config = ConfigDict(json_schema_extra=shown({**_at(4), "kind": "fleet"}))

    kind: Literal["fleet"] = "fleet"


class GapEvent(BaseModel):
    """Events after one and up to this one are no longer kept: read the lists anew.

    Both are 0 for who is no operator.
    """

    model_config = ConfigDict(json_schema_extra=shown({"kind": "gap", "number": 120, "after": 17, "fleet": "default"}))

    kind: Literal["gap"] = "gap"
    number: int
    after: int
    fleet: str


Told = BatchEvent | IterationEvent | TaskEvent | FleetEvent
EVENT_SHAPES = (BatchEvent, IterationEvent, TaskEvent, FleetEvent, GapEvent)
