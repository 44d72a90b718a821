"""The timeline of a page, in parts: its labels, its rules, and a column for each iteration."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

from satselect.application.access.rights import Right, may, sees_all
from satselect.console.drawing.timeline import MOST_ROWS, DrawnIteration, draw
from satselect.console.parts import Part, known_parts
from satselect.console.reading.iterations.idle import read_idle
from satselect.console.reading.iterations.lanes import MOST_LANES, lanes_for
from satselect.console.reading.iterations.outcomes import Outcomes
from satselect.console.reading.iterations.then import read_recorded
from satselect.console.reading.versions import told_version
from satselect.store.models import Fleet, User


def drawn_timeline(request: HttpRequest, user: User, fleet: Fleet, outcomes: Outcomes) -> dict[str, Any]:
    """What the template of a timeline shows.

    The browser says of the one that it shows `have`, the digests of its parts, and `rows`, of each lane.
    """
    recorded = read_recorded(outcomes.iterations)
    idle = read_idle(fleet, outcomes, recorded)
    least = _rows(request.GET.get("rows", ""))
    timeline = draw(outcomes, lanes_for(user, fleet, outcomes, recorded), idle=idle, least=least)
    known = known_parts(request.GET.get("have", ""))
    shared = {"fleet": fleet, "timeline": timeline, **_seeing(user)}
    # Where Tab comes in: the newest block; the newest iteration where there is none.
    reached = [one for one in timeline.columns if one.blocks] or timeline.columns
    newest = reached[-1] if reached else None
    columns = [_column(column, shared, is_newest=column is newest) for column in timeline.columns]
    return {
        "timeline": timeline,
        "rules": Part("svg", "rules", _html("rules", shared)).unless(known),
        "labels": Part("div", "labels", _html("labels", shared)).unless(known),
        "columns": [column.unless(known) for column in columns],
        "earlier": told_version(user, fleet, timeline.first_version),
        "newest": told_version(user, fleet, timeline.last_version),
    }


def _column(column: DrawnIteration, shared: dict[str, Any], *, is_newest: bool) -> Part:
    html = _html("column", {**shared, "column": column, "is_newest": is_newest})
    return Part("svg", f"c-{column.iteration.id}", html)


def _html(name: str, facts: dict[str, Any]) -> SafeString:
    return mark_safe(get_template(f"console/parts/{name}.html").render(facts))  # noqa: S308 - it comes escaped


def _seeing(user: User) -> dict[str, bool]:
    return {"is_operator": sees_all(user), "may_submit": may(user, Right.SUBMIT)}


def _rows(text: str) -> list[int]:
    parts = text[: 4 * MOST_LANES].split(",")
    return [min(int(part), MOST_ROWS) for part in parts if part.isascii() and part.isdigit()]
