"""An iteration: what was chosen, what it displaced, and how good it is."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from satselect.console.pages import show
from satselect.console.people import page
from satselect.console.reading.chosen import read_chosen
from satselect.console.reading.displaced import read_displaced
from satselect.console.reading.reasons import lost_rows_for
from satselect.scheduling.visible import OPERATORS, SUBMITTERS, visible_iterations
from satselect.store.models import Iteration, User

MOST_SHOWN = 200

_PROOFS = {
    "duality": "by the prices of the resources",
    "search": "by an exhaustive search",
    "solver": "by HiGHS",
}


@page(*SUBMITTERS)
def show_iteration(request: HttpRequest, user: User, iteration_id: UUID) -> HttpResponse:
    """The page of an iteration."""
    found = get_object_or_404(visible_iterations(user).select_related("fleet"), id=iteration_id)
    chosen = read_chosen(user, found, limit=MOST_SHOWN + 1)
    displaced = read_displaced(user, found)
    return show(
        request,
        "console/iteration.html",
        user,
        found.fleet,
        iteration=found,
        chosen=chosen[:MOST_SHOWN],
        left_out=len(chosen) > MOST_SHOWN,
        rows=lost_rows_for(user, displaced.tasks, found, displaced.past),
        may_miss=displaced.may_miss,
        proof=_PROOFS.get(found.proof, found.proof),
        bars=_bars(found) if user.role in OPERATORS else (),
    )


def _bars(iteration: Iteration) -> list[tuple[str, str, float | None, int]]:
    """Words, class, value and width of each bar, of 400 for the longest."""
    values = [
        ("Selected", "earned", iteration.objective),
        ("Bound", "bound", iteration.bound),
        ("Greedy", "greedy", iteration.greedy_profit),
    ]
    most = max((value for _, _, value in values if value), default=0)
    return [(words, kind, value, round(400 * value / most) if value and most else 0) for words, kind, value in values]
