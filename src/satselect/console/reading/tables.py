"""What the pages show, as rows of plain values for files."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from html import unescape
from itertools import pairwise
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import strip_tags

from satselect.console.exports import Cell
from satselect.console.reading.iterations.earnings import Earnings
from satselect.console.reading.iterations.lanes import Lanes
from satselect.console.reading.iterations.outcomes import Outcomes, Placed
from satselect.console.reading.tasks.reasons import Row
from satselect.store.models import Iteration

BUFFER = ("id", "name", "profit", "resources", "waits_because", "created", "deadline", "reference")
_TASK = ("task", "name", "profit", "state", "satellite", "resources", "reference", "starts", "ends")
TIMELINE = ("iteration", "at", *_TASK)
_SUMS = ("status", "profit", "objective", "bound", "gap", "greedy_profit", "scheduled", "buffered", "duration_s")
PROFIT = ("iteration", "at", *_SUMS)

_COLOURS = {"scheduled": "#2868c4", "completed": "#0f766e", "failed": "#b93c0b", "cancelled": "#67717e"}
_LAST_TAKES = timedelta(minutes=1)


def buffer_table(rows: Sequence[Row]) -> list[dict[str, Cell]]:
    """A page of the buffer."""
    return [
        {
            "id": row.task.id,
            "name": row.task.name,
            "profit": row.task.profit_as_sent,
            "resources": row.uses,
            # In the words of the page, without their markup: so the two never say different things.
            "waits_because": unescape(strip_tags(render_to_string("console/parts/why.html", {"row": row}))).strip(),
            "created": row.task.created,
            "deadline": row.task.deadline,
            "reference": row.task.reference,
        }
        for row in rows
    ]


def timeline_table(outcomes: Outcomes, lanes: Lanes) -> list[dict[str, Cell]]:
    """What a timeline shows, iteration by iteration."""
    names = {lane.supply_id: lane.name for group in lanes.groups for lane in group.lanes}
    satellites = {group.satellite_id: group.name for group in lanes.groups}
    return [
        {
            "iteration": iteration.id,
            "at": iteration.as_of,
            "task": task.task_id,
            "name": task.name,
            "profit": task.profit,
            "state": task.state,
            "satellite": satellites.get(task.satellite_id),
            "resources": _uses(task, names),
            "reference": task.reference,
            "starts": task.starts,
            "ends": task.ends,
        }
        for iteration in outcomes.iterations
        for task in outcomes.placed.get(iteration.id, ())
    ]


def profit_table(earnings: Earnings) -> list[dict[str, Cell]]:
    """The iterations, oldest first."""
    return [
        {"iteration": one.id, "at": one.as_of, **{column: getattr(one, column) for column in _SUMS}}
        for one in earnings.iterations
    ]


def mct_plan(outcomes: Outcomes, lanes: Lanes) -> dict[str, list[dict[str, Any]]]:
    """What a timeline shows as a plan for Open MCT: a group for each satellite, an activity for each task.

    What is planned in time is there from its start to its end. An iteration lasts until the next one; the last one, of
    which nobody knows how long, a minute.
    """
    ends = _ends(outcomes.iterations)
    plan: dict[str, list[dict[str, Any]]] = {group.name: [] for group in lanes.groups if group.satellite_id}
    names = {group.satellite_id: group.name for group in lanes.groups}
    for iteration in outcomes.iterations:
        for task in outcomes.placed.get(iteration.id, ()):
            activity = {
                "name": task.name,
                "start": _milliseconds((task.starts or iteration.as_of).timestamp()),
                "end": _milliseconds(task.ends.timestamp()) if task.ends else ends[iteration],
                "type": task.state,
                "color": _COLOURS[task.state],
                "textColor": "#ffffff",
            }
            plan.setdefault(names.get(task.satellite_id, ""), []).append(activity)
    return plan


def _uses(task: Placed, names: Mapping[int, str]) -> str:
    told = [(names.get(supply, "?"), amount) for supply, amount in task.uses.items()]
    return ", ".join(name if amount == 1 else f"{amount} {name}" for name, amount in told)


def _ends(iterations: Sequence[Iteration]) -> dict[Iteration, int]:
    ends = {one: _milliseconds(following.as_of.timestamp()) for one, following in pairwise(iterations)}
    last = iterations[-1:]
    return ends | {one: _milliseconds((one.as_of + _LAST_TAKES).timestamp()) for one in last}


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)
