"""The figures above a timeline."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from satselect.application.access.rights import sees_all
from satselect.console.reading.tasks.buffered import buffered_tasks
from satselect.store.models import Fleet, Iteration, Task, User

EXPIRING = 5


@dataclass(frozen=True, slots=True)
class Figures:
    """What matters now.

    Attributes:
        last: the newest iteration, for operators.
        proven: its profit as a part of its bound.
        over_greedy: how much more it earned than greedy would have, as a part of that.
        buffered: how many tasks wait; None if that is not for the user.
        oldest: of those, when the first came.
        expiring: the buffered tasks whose deadlines come next.
    """

    last: Iteration | None
    proven: float | None
    over_greedy: float | None
    buffered: int | None
    oldest: datetime | None
    expiring: Sequence[Task]


def read_figures(user: User, fleet: Fleet, *, at: datetime) -> Figures:
    """The figures, as far as they are for the user."""
    sees_sums = sees_all(user)
    last = Iteration.objects.filter(fleet=fleet).order_by("-version").first() if sees_sums else None
    waiting = buffered_tasks(user, fleet)
    return Figures(
        last=last,
        proven=_proven(last),
        over_greedy=_over_greedy(last),
        buffered=fleet.buffered if sees_sums else None,
        # By id, which begins with the time, and which an index has.
        oldest=waiting.order_by("id").values_list("created", flat=True).first(),
        expiring=list(waiting.filter(deadline__gte=at).order_by("deadline", "id")[:EXPIRING]),
    )


def _proven(last: Iteration | None) -> float | None:
    if last is None or last.bound is None:
        return None
    return last.objective / last.bound if last.bound else 1.0  # nothing to earn, and that is proven


def _over_greedy(last: Iteration | None) -> float | None:
    if last is None or not last.greedy_profit:
        return None
    return last.objective / last.greedy_profit - 1
