"""What-if questions: which of these tasks would be selected, and whom would they displace?"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from satselect.schemas.explanations import Holder, Unknown
from satselect.schemas.fields.amounts import Amounts, Capacity
from satselect.schemas.fields.examples import CAPTURE, CLEAN, UPGRADE, shown
from satselect.schemas.fields.labels import EACH_ONCE, FoldedLabel, Label
from satselect.schemas.fields.limits import MAX_RESOURCES_PER_TASK, Limits
from satselect.schemas.fields.moments import Moment
from satselect.schemas.fields.profits import Profit
from satselect.schemas.fields.where_there import where_there
from satselect.schemas.iterations import Quality
from satselect.schemas.planning.plans import NewTimedTask, check_opportunities, say_time
from satselect.schemas.reading.faults import Fault, InvalidError, pointer_of
from satselect.schemas.reading.json_reader import read_json
from satselect.schemas.reading.validation import validate
from satselect.schemas.tasks import NewTask, check_size

Capacities = Annotated[dict[FoldedLabel, Capacity], Field(max_length=MAX_RESOURCES_PER_TASK), EACH_ONCE]
MAX_SATELLITES = 1_000


class Question(BaseModel):
    """Tasks, and what they would compete for: resources given here, or a fleet with its buffer."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        frozen=True,
        json_schema_extra=shown({"tasks": [CAPTURE, CLEAN, UPGRADE], "capacities": {"disk": 2, "proc": 2}}),
    )

    tasks: list[NewTask]
    fleet: Label | None = Field(default=None, description="for operators: its buffer competes too")
    capacities: Capacities | None = Field(
        default=None, description="where they aren't 1; with satellites, of what those share"
    )
    satellites: Annotated[dict[FoldedLabel, Capacities], Field(max_length=MAX_SATELLITES), EACH_ONCE] | None = Field(
        default=None, description="what each satellite owns, by name"
    )


class TriedTask(BaseModel):
    """One of the tasks asked about."""

    place: int = Field(description="which one it is in the question, counted from 0")
    name: str
    resources: Amounts
    profit: Profit
    satellite: str | None = Field(description="where it would run")
    starts: Moment | None = where_there("of a plan: when it would begin")
    ends: Moment | None = where_there("of a plan: when it would end")
    break_even_profit: float | None = where_there(
        "of a plan: the smallest profit with which it would have a place, exact; missing if that is not proven in time"
    )
    unknown: Unknown | None = where_there("of a plan: why there is no break-even profit")


class WhatIfAnswer(BaseModel):
    """The selection that there would be. Nothing of it is stored."""

    model_config = ConfigDict(
        json_schema_extra=shown(
            {
                "status": "optimal",
                "profit": 9.6,
                "objective": 9.6,
                "bound": 9.6,
                "gap": 0.0,
                "proof": "duality",
                "tasks": [{"place": 0, **CAPTURE, "satellite": None}, {"place": 1, **CLEAN, "satellite": None}],
                "buffered": [{"place": 2, **UPGRADE, "satellite": None}],
                "displaced": [],
                "profit_without": None,
            }
        )
    )

    status: Quality
    profit: float
    objective: float = Field(description="what was maximised: the profit, aged if the fleet does that")
    bound: float | None
    gap: float | None
    proof: str
    tasks: list[TriedTask] = Field(description="those of the question that would be selected")
    buffered: list[TriedTask] = Field(description="the others")
    displaced: list[Holder] = Field(description="who would be selected, or stay so, without them but not with them")
    profit_without: float | None = Field(description="what the fleet would earn without them")


class TimedQuestion(Question):
    """The same where tasks say something of time."""

    tasks: list[NewTimedTask]  # type: ignore[assignment]


_QUESTION: TypeAdapter[Question] = TypeAdapter(Question)
_TIMED_QUESTION: TypeAdapter[TimedQuestion] = TypeAdapter(TimedQuestion)


def read_question(body: bytes, limits: Limits) -> Question:
    """The question that a request asks.

    Raises:
        TooLargeError: it is longer than the limit.
        MalformedError: it is not JSON.
        InvalidError: it is something else, with every fault.
    """
    document = read_json(body, limits)
    tasks = document.get("tasks") if isinstance(document, dict) else None
    if isinstance(tasks, list):
        check_size(tasks, limits, "/tasks")
        check_opportunities(tasks, limits, "/tasks")
    is_timed = isinstance(tasks, list) and say_time(tasks)
    question = validate(_TIMED_QUESTION, document) if is_timed else validate(_QUESTION, document)
    _check_sides(question)
    return question


def _check_sides(question: Question) -> None:
    if isinstance(question, TimedQuestion):
        targets = [place for place, task in enumerate(question.tasks) if task.target is not None]
        if targets:
            why = "search for opportunities first, and ask with these"
            raise InvalidError([Fault(why, pointer_of("tasks", place, "target")) for place in targets])
    if question.fleet is None and isinstance(question, TimedQuestion):
        raise InvalidError([Fault("what asks for a time needs a fleet that plans in time", "/fleet")])
    given = [name for name in ("capacities", "satellites") if getattr(question, name) is not None]
    if question.fleet is not None and given:
        raise InvalidError([Fault("the fleet has its own", f"/{name}") for name in given])
