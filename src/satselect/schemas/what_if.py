"""What-if questions: which of these tasks would be selected, and whom would they displace?"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from satselect.schemas.amounts import Amounts
from satselect.schemas.explanations import Holder
from satselect.schemas.faults import Fault, InvalidError
from satselect.schemas.fleets import Capacity
from satselect.schemas.iterations import Quality
from satselect.schemas.json_reader import read_json
from satselect.schemas.labels import EACH_ONCE, FoldedLabel, Label
from satselect.schemas.limits import MAX_RESOURCES_PER_TASK, Limits
from satselect.schemas.profits import Profit
from satselect.schemas.tasks import NewTask, check_size
from satselect.schemas.validation import validate

Capacities = Annotated[dict[FoldedLabel, Capacity], Field(max_length=MAX_RESOURCES_PER_TASK), EACH_ONCE]
MAX_SATELLITES = 1_000


class Question(BaseModel):
    """Tasks, and what they would compete for: resources given here, or a fleet with its buffer."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

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


class WhatIfAnswer(BaseModel):
    """The selection that there would be. Nothing of it is stored."""

    status: Quality
    profit: float
    objective: float = Field(description="what was maximised: the profit, aged if the fleet does that")
    bound: float | None
    gap: float | None
    proof: str
    tasks: list[TriedTask] = Field(description="those of the question that would be selected")
    buffered: list[TriedTask] = Field(description="the others")
    displaced: list[Holder] = Field(description="who would be selected without them, but not with them")
    profit_without: float | None = Field(description="what the fleet would earn without them")


_QUESTION: TypeAdapter[Question] = TypeAdapter(Question)


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
    question = validate(_QUESTION, document)
    _check_sides(question)
    return question


def _check_sides(question: Question) -> None:
    given = [name for name in ("capacities", "satellites") if getattr(question, name) is not None]
    if question.fleet is not None and given:
        raise InvalidError([Fault("the fleet has its own", f"/{name}") for name in given])
