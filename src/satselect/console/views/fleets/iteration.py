"""An iteration: what was chosen, what it displaced, and how good it is, and what came and went since another."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from satselect.application.access.rights import Right, sees_all
from satselect.application.access.visibility import visible_iterations
from satselect.application.planning.settle import order_iteration
from satselect.console.pages import show
from satselect.console.people import fleet_of, page
from satselect.console.reading.iterations.chosen import read_chosen
from satselect.console.reading.iterations.compared import read_compared, read_neighbours
from satselect.console.reading.iterations.displaced import read_displaced
from satselect.console.reading.tasks.reasons import lost_rows_for
from satselect.store.models import Iteration, User
from satselect.web.runtime import runtime

MOST_SHOWN = 200

_FACTS = (
    ("Profit", "profit"),
    ("Objective", "objective"),
    ("Bound", "bound"),
    ("Greedy", "greedy_profit"),
    ("Scheduled", "scheduled"),
    ("Left in the buffer", "buffered"),
)

_PROOFS = {
    "duality": "by the prices of the resources",
    "search": "by an exhaustive search",
    "solver": "by HiGHS",
}


@page(Right.SUBMIT)
def show_iteration(request: HttpRequest, user: User, iteration_id: UUID) -> HttpResponse:
    """The page of an iteration."""
    found = get_object_or_404(visible_iterations(user).select_related("fleet"), id=iteration_id)
    chosen = read_chosen(user, found, limit=MOST_SHOWN + 1)
    displaced = read_displaced(user, found)
    previous, following = read_neighbours(user, found)
    return show(
        request,
        "console/iteration.html",
        user,
        found.fleet,
        iteration=found,
        previous=previous,
        following=following,
        chosen=chosen[:MOST_SHOWN],
        left_out=len(chosen) > MOST_SHOWN,
        rows=lost_rows_for(user, displaced.tasks, found, displaced.past),
        may_miss=displaced.may_miss,
        proof=_PROOFS.get(found.proof, found.proof),
        bars=_bars(found) if sees_all(user) else (),
    )


@page(Right.OPERATE)
def show_compared(request: HttpRequest, user: User, iteration_id: UUID, other_id: UUID) -> HttpResponse:
    """Two iterations of a fleet beside each other, whichever is named first."""
    found = visible_iterations(user).select_related("fleet")
    one, other = (get_object_or_404(found, id=id) for id in (iteration_id, other_id))
    if one.fleet_id != other.fleet_id:
        raise Http404
    # Whichever was named first: what came and went is told from the earlier to the later.
    before, after = sorted((one, other), key=lambda each: each.version)
    return show(
        request,
        "console/compare.html",
        user,
        after.fleet,
        before=before,
        after=after,
        compared=read_compared(user, before, after),
        facts=_facts(before, after),
    )


@require_POST
@page(Right.OPERATE)
def post_iteration(request: HttpRequest, user: User, slug: str) -> HttpResponse:
    """Iterates over the buffer as it is now, and shows what came of it."""
    made = order_iteration(runtime().planner, fleet_of(user, slug), by=user)
    return redirect("console:iteration", made.id)


def _facts(before: Iteration, after: Iteration) -> list[tuple[str, float | None, float | None]]:
    """Words, and values of both; the objective only where it is not the profit."""
    facts = [(words, getattr(before, name), getattr(after, name)) for words, name in _FACTS]
    is_more = any(one.objective != one.profit for one in (before, after))
    return [fact for fact in facts if is_more or fact[0] != "Objective"]


def _bars(iteration: Iteration) -> list[tuple[str, str, float | None, int]]:
    """Words, class, value and width of each bar, of 400 for the longest."""
    values = [
        ("Profit" if iteration.objective == iteration.profit else "Objective", "earned", iteration.objective),
        ("Bound", "bound", iteration.bound),
        ("Greedy", "greedy", iteration.greedy_profit),
    ]
    most = max((value for _, _, value in values if value), default=0)
    return [(words, kind, value, round(400 * value / most) if value and most else 0) for words, kind, value in values]
