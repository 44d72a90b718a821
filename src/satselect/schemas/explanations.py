"""Explanations as clients see them."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from satselect.schemas.fields.examples import CAPTURE, ITERATION, TASK, WAITING, shown
from satselect.schemas.fields.moments import Moment
from satselect.schemas.fields.profits import Profit
from satselect.schemas.fields.where_there import where_there
from satselect.schemas.tasks import Status


class Reason(StrEnum):
    """What kind of thing keeps a buffered task waiting."""

    HELD = "held"
    OUT = "out of service"
    NEVER = "never fits"
    FREE = "left over"
    FAILED = "failed"
    NEW = "not considered"
    LATER = "not yet"
    FROZEN = "frozen"
    OVERDUE = "overdue"
    DEAD = "given up"
    NOT_KEPT = "not kept"


class ChangeKind(StrEnum):
    """What is not as it was in the iteration that is explained."""

    PROFIT = "profit"
    RESOURCES = "resources"
    SATELLITES = "satellites"
    NOT_BEFORE = "not_before"
    DEADLINE = "deadline"
    CAPACITY = "capacity"
    OUTAGE = "outage"
    SATELLITE = "satellite"
    RELEASED = "released"
    RIVALS = "rivals"


class Unknown(StrEnum):
    """Why there is no break-even profit."""

    NOT_WAITING = "not waiting"
    NOT_TOLD = "not told"
    NO_PROFIT = "no profit suffices"
    NOT_PROVEN = "not proven"
    NOT_KEPT = "not kept"
    AGEING_CHANGED = "ageing changed"
    TOO_MUCH_CHANGED = "too much changed"


UNKNOWN_WORDS = {
    Unknown.NOT_WAITING: "It does not wait.",
    Unknown.NOT_TOLD: "From which profit it would have been selected is told to operators only.",
    Unknown.NO_PROFIT: "No profit would have been enough.",
    Unknown.NOT_PROVEN: "From which profit it would have been selected was not proven in time.",
    Unknown.NOT_KEPT: "From which profit it would have been selected was not kept.",
    Unknown.AGEING_CHANGED: "From which profit it would have been selected isn't known: the fleet ages tasks otherwise "
    "now.",
    Unknown.TOO_MUCH_CHANGED: "From which profit it would have been selected isn't known: too much changed since.",
}
"""The same for people."""

Value = int | float | bool | str | datetime | list[str] | dict[str, int] | None


class Holder(BaseModel):
    """A selected task that holds what another one needs."""

    id: UUID | None
    name: str
    profit: Profit | None


class HeldAnswer(BaseModel):
    """A resource that a planned task holds from a time until another."""

    model_config = ConfigDict(populate_by_name=True)

    resource: str
    starts: Moment = Field(alias="from")
    ends: Moment = Field(alias="until")
    by: Holder


class LackAnswer(BaseModel):
    """How much a task needs of a resource, and how much there was of it before anybody used it."""

    needs: int
    has: int
    out_of_service: bool


class ChangeAnswer(BaseModel):
    """Something that changed since that iteration. The next one selects from what there is then."""

    what: ChangeKind = Field(
        description="profit, resources, satellites, not_before, deadline: of the task itself; capacity, outage: of the "
        "resource or satellite that `of` names; satellite: one came or is gone; released: what held the resource gave "
        "it back; rivals: other tasks that competed were edited, or left or came back"
    )
    of: str | None = Field(description="a resource, satellite/resource or a satellite; null for the task itself")
    before: Value
    now: Value
    words: str


class ExplanationAnswer(BaseModel):
    """What decided about a task, as the last iteration that considered it knew it.

    What was changed since is told as such, and never computed into that iteration.
    """

    model_config = ConfigDict(
        json_schema_extra=shown(
            {
                "task": WAITING,
                "status": "buffered",
                "iteration": ITERATION,
                "reason": "held",
                "why": "disk is held by capture for client 1098",
                "changed_since": [
                    {"what": "capacity", "of": "disk", "before": 1, "now": 2, "words": "of disk there was 1 and is 2"}
                ],
                "displaced_by": {"disk": [{"id": TASK, "name": CAPTURE["name"], "profit": 9.2}]},
                "lacking": {},
                "satellites_out": [],
                "price": 0.4,
                "break_even_profit": 9.2,
                "break_even_unknown": None,
            }
        )
    )

    task: UUID
    status: Status
    iteration: UUID | None = Field(description="the last one that considered it")
    reason: Reason | None = Field(
        default=None,
        description="of a buffered task. held: others hold what it needs; out of service; never fits: there was too"
        " little of something for it alone, or no plan holds it beside what is frozen; left over: it "
        "fits, and was not selected, as can be without a proof or a profit; failed: it was selected "
        "then, its attempt failed, and it competes again; not considered: no iteration has yet; not "
        "yet: it may not start; frozen: its opportunities lie in the frozen part of the plan; overdue; "
        "given up: its batch failed too often; not kept: the iteration is from before all this was "
        "recorded",
    )
    why: str | None = Field(default=None, description="the same in words, as the console says it")
    changed_since: list[ChangeAnswer] = Field(
        default=[], description="what is not as that iteration found it, of what decided about the task"
    )
    displaced_by: dict[str, list[Holder]] = Field(
        description="by resource, or by satellite/resource where there are several, who holds what it would need"
    )
    lacking: dict[str, LackAnswer] = Field(description="by resource, what there was too little of for it alone")
    satellites_out: list[str] = Field(description="those that were out of service, of those on which it may run")
    held: list[HeldAnswer] | None = where_there(
        "in a fleet that plans in time: who holds what it would need while it could run, by time, in the plan that "
        "there would be now"
    )
    price: float | None = Field(
        description="what the resources that it uses were worth on the cheapest satellite, an estimate"
    )
    break_even_profit: float | None = Field(
        description="exact: the smallest profit with which that iteration could have selected it; null if unknown"
    )
    break_even_unknown: Unknown | None = Field(
        default=None,
        description="why there is no break-even profit. not kept: changes since that iteration were pruned; too much "
        "changed: so many tasks since that it isn't worked out; ageing changed: the fleet ranks tasks otherwise now",
    )
