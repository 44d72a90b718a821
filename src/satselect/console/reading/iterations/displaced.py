"""The tasks that an iteration considered and did not select, the most profitable first: as they were then."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from uuid import UUID

from satselect.application.access.rights import sees_all
from satselect.application.access.visibility import visible_tasks
from satselect.application.explanation.past import Past, changed_since
from satselect.console.reading.tasks.buffered import buffered_tasks
from satselect.store.models import Batch, Iteration, Task, User
from satselect.store.queries.uses import tell_uses
from satselect.store.sql.chunks import in_parts

MOST_SHOWN = 20
MOST_LOOKED_AT = 100
"""Among those that wait still, which may have come into play later."""
LATER = 5
"""Iterations: what was selected, edited or left the buffer until then is looked through as well."""
MOST_CHANGED = 2_000


@dataclass(frozen=True, slots=True)
class Displaced:
    """The best of them, as far as they exist for the user.

    Attributes:
        past: what changed of them since.
        may_miss: whether others may be missing, for too much happened since, or was pruned.
    """

    tasks: Sequence[Task]
    past: Past
    may_miss: bool


def read_displaced(user: User, iteration: Iteration) -> Displaced:
    """The tasks that lost in an iteration."""
    later = Iteration.objects.filter(fleet=iteration.fleet_id, version__gt=iteration.version).order_by("version")
    versions = list(later.values_list("version", flat=True)[: LATER + 1])
    until = versions[LATER - 1] if len(versions) > LATER else None
    changed = changed_since(iteration, limit=MOST_CHANGED, until=until)
    tasks = _tasks(user, {*changed, *_waiting(user, iteration, changed)}, iteration)
    past = Past.read([task.id for task in tasks], since=iteration.version)
    lost = [task for task in tasks if past.of(task, iteration.version).lost(iteration.as_of)]

    def order(task: Task) -> tuple[float, int, int]:
        return -past.of(task, iteration.version).profit, task.batch_seq, task.position

    may_miss = until is not None or len(changed) >= MOST_CHANGED or iteration.fleet.forgotten > iteration.version
    shown = nsmallest(MOST_SHOWN, lost, key=order)
    tell_uses(shown)
    return Displaced(shown, past, may_miss)


def _waiting(user: User, iteration: Iteration, changed: set[UUID]) -> list[UUID]:
    """The first of those that wait still and are as they were."""
    order = ("-profit", "batch_seq", "position") if sees_all(user) else ("id",)
    waiting = buffered_tasks(user, iteration.fleet).filter(batch_seq__lte=iteration.considered_seq)
    # As many more as changed: these are among the first now and looked at apart.
    found = waiting.order_by(*order).values_list("id", flat=True)[: MOST_LOOKED_AT + len(changed)]
    return [id for id in found if id not in changed][:MOST_LOOKED_AT]


def _tasks(user: User, ids: Iterable[UUID], iteration: Iteration) -> list[Task]:
    """Those that the iteration considered."""
    visible = visible_tasks(user).filter(fleet=iteration.fleet_id, batch_seq__lte=iteration.considered_seq)
    tasks = [task for part in in_parts(sorted(ids)) for task in visible.filter(id__in=part).defer("payload")]
    considered: set[UUID] = set()
    for part in in_parts(sorted({task.batch_id for task in tasks})):
        batches = Batch.objects.filter(id__in=part, iteration__version__lte=iteration.version)
        considered.update(batches.values_list("id", flat=True))
    return [task for task in tasks if task.batch_id in considered]
