"""Deadlines of tasks that wait, as marks on the time axis."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from satselect.application.explanation.reasons.speech import cropped
from satselect.console.drawing.axis import Axis
from satselect.console.formatting import clock
from satselect.console.reading.plan.planned import Chance, TaskFacts

APART = 0.8
"""Percent of the width; nearer ones are one mark."""
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class DeadlineMark:
    """Where it stands, and whose it is."""

    x: float
    title: str


def deadline_marks(chances: Iterable[Chance], axis: Axis) -> Sequence[DeadlineMark]:
    """Those of the tasks that are drawn, in the window."""
    tasks: dict[UUID, TaskFacts] = {one.task.id: one.task for one in chances}
    near: defaultdict[int, list[tuple[datetime, TaskFacts]]] = defaultdict(list)
    for task in tasks.values():
        if task.deadline and axis.shows(task.deadline):
            near[int(axis.x(task.deadline) / APART)].append((task.deadline, task))
    return [_mark(sorted(some, key=lambda one: one[0]), axis) for _, some in sorted(near.items())]


def _mark(some: Sequence[tuple[datetime, TaskFacts]], axis: Axis) -> DeadlineMark:
    named = [f"{clock(at)} {cropped(task.name, 60)}" for at, task in some[:MOST_NAMED]]
    more = [f"and {len(some) - MOST_NAMED:,} more"] if len(some) > MOST_NAMED else []
    return DeadlineMark(axis.x(some[0][0]), "\n".join(["deadline" if len(some) == 1 else "deadlines", *named, *more]))
