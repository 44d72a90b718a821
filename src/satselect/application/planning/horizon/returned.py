"""Tasks that were scheduled and are buffered again, as planning anew displaced them."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from django.db.models import F

from satselect.application.planning.buffer.ageing import rank_key
from satselect.store.models import Task, User
from satselect.store.queries.buffer.rank_keys import TASKS_PER_STATEMENT, set_rank_keys
from satselect.store.queries.counters import Counted
from satselect.store.sql.chunks import in_parts


def return_to_buffer(task_ids: Sequence[UUID], fleet: Counted) -> None:
    """Ranks them by what the fleet's ageing is by now, and counts them for their submitters.

    Call it in the transaction that displaces them.
    """
    submitted: Counter[int] = Counter()
    for part in in_parts(task_ids):
        rows = list(Task.objects.filter(id__in=part).values_list("id", "profit", "created", "submitted_by_id"))
        submitted.update(user for *_, user in rows)
        ranked = [(id, rank_key(profit, created, fleet.ageing_per_hour)) for id, profit, created, _ in rows]
        for first in range(0, len(ranked), TASKS_PER_STATEMENT):
            set_rank_keys(ranked[first : first + TASKS_PER_STATEMENT])
    # In one order everywhere: else two fleets with the same submitters could wait for each other.
    for user, count in sorted(submitted.items()):
        User.objects.filter(id=user).update(buffered_at_most=F("buffered_at_most") + count)
