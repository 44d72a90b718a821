"""The tasks of a fleet's last iteration, read from the rows of now and from what history says changed since.

What a process keeps of the buffer has no say in it: every process, restarted or not, tells the same.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

import satselect
from satselect.application.availability.availability import Availability
from satselect.application.availability.formulate import formulate
from satselect.application.availability.recorded import recorded
from satselect.application.explanation.past import Past, changed_since
from satselect.application.planning.buffer.ageing import aged, rank_key
from satselect.schemas.explanations import Unknown
from satselect.store.models import Batch, Fleet, Iteration, Task
from satselect.store.queries.buffer.demands import Demand, demands_of
from satselect.store.queries.buffer.heads import Head, buffered_signatures, heads
from satselect.store.sql.chunks import in_parts
from satselect.store.sql.snapshot import snapshot

MOST_CHANGED = 10_000
"""So many tasks may have changed since; what more would change is told as unknown."""

NOT_CONSIDERED = (Batch.State.PENDING, Batch.State.DEAD)


@dataclass(frozen=True, slots=True)
class Competition:
    """What an iteration selected from: what there was, and the tasks, oldest first and named by their ids.

    Of the tasks those of each signature that may matter, and all that were selected.
    """

    availability: Availability
    rivals: list[satselect.Task]

    def select(self, *, time_limit_s: float, availability: Availability | None = None) -> satselect.Selection:
        """The best selection; from what is given, if something is."""
        return formulate(availability or self.availability).select(self.rivals, time_limit_s=time_limit_s)

    def add(self, name: str, demand: Demand, *, profit: float) -> satselect.Task:
        """One more task competes."""
        self.rivals.append(formulate(self.availability).task(name, demand, profit=profit))
        return self.rivals[-1]


def rate_of(iteration: Iteration) -> float:
    """What an hour of waiting added to a profit."""
    return float(iteration.settings.get("ageing_per_hour", 0))


def worth(profit: float, task: Task, iteration: Iteration) -> float:
    """The profit with which a task competed that was worth that much."""
    return aged(profit, task.created, iteration.as_of, rate_of(iteration))


def read_competition(last: Iteration) -> Competition | Unknown:
    """The tasks that competed in the fleet's last iteration, or why that can't be told."""
    availability = recorded(last)
    if availability is None:
        return Unknown.NOT_KEPT
    # Rows, changes and heads have to be of one moment: one that is edited in between would compete twice, or not at
    # all.
    with snapshot():
        fleet = Fleet.objects.get(id=last.fleet_id)
        if fleet.forgotten > last.version:
            return Unknown.NOT_KEPT
        if fleet.ageing_per_hour != rate_of(last):
            return Unknown.AGEING_CHANGED  # the index ranks tasks otherwise now
        ids = changed_since(last, limit=MOST_CHANGED + 1)
        if len(ids) > MOST_CHANGED:
            return Unknown.TOO_MUCH_CHANGED
        changed = {task.id: task for task in _tasks(ids)}
        past = Past.read(changed, since=last.version)
        found = [*_left_behind(last, availability, changed, past), *_selected(last, changed, past)]
        # Some of the winners were pruned: among the rest others would have won.
        if sum(1 for one in found if one.is_selected) != last.scheduled:
            return Unknown.NOT_KEPT
        demands = demands_of(sorted({one.head.signature_id for one in found}))
    found.sort(key=lambda one: one.head.age)
    return Competition(
        availability,
        [_rival(one.head, demands, last, availability) for one in found if one.may_run(demands, availability)],
    )


@dataclass(frozen=True, slots=True)
class _Competitor:
    head: Head
    is_selected: bool

    def may_run(self, demands: Mapping[int, Demand], availability: Availability) -> bool:
        return bool(availability.candidates(demands[self.head.signature_id]))


def _rival(head: Head, demands: Mapping[int, Demand], last: Iteration, availability: Availability) -> satselect.Task:
    profit = aged(head.profit, head.created, last.as_of, rate_of(last))
    return formulate(availability).task(str(head.id), demands[head.signature_id], profit=profit)


def _tasks(ids: Iterable[UUID]) -> list[Task]:
    return [task for part in in_parts(sorted(ids)) for task in Task.objects.filter(id__in=part).defer("payload")]


def _left_behind(
    last: Iteration, availability: Availability, changed: Mapping[UUID, Task], past: Past
) -> list[_Competitor]:
    """The best tasks of each signature that it did not select, as they were then."""
    then = _changed_heads(last, changed, past)
    demands = buffered_signatures(last.fleet_id)
    demands |= demands_of(sorted({head.signature_id for head in then} - demands.keys()))
    room = {id: availability.copies(demand) for id, demand in demands.items()}
    # Those that changed may stand before the ones that are looked for.
    before = Counter(task.signature_id for task in changed.values())
    # Of 0 none ever fits
    wanted = {id: None if most is None else most + before[id] for id, most in room.items() if most != 0}
    best = defaultdict(list)
    seq, as_of = last.considered_seq, last.as_of
    is_ageing = rate_of(last) > 0
    now = heads(last.fleet_id, wanted, last_seq=seq, at=as_of, is_ageing=is_ageing, without=NOT_CONSIDERED)
    for head in (*then, *(head for head in now if head.id not in changed)):
        best[head.signature_id].append(head)
    return [
        _Competitor(head, is_selected=False)
        for id, some in best.items()
        for head in sorted(some, key=lambda head: (-head.rank_key, -head.profit, head.age))[: room[id]]
    ]


def _changed_heads(last: Iteration, changed: Mapping[UUID, Task], past: Past) -> list[Head]:
    """Of the tasks that changed since, those that lost, as they were."""
    waiting = Batch.objects.filter(fleet=last.fleet_id, state__in=NOT_CONSIDERED, seq__lte=last.considered_seq)
    not_considered = set(waiting.values_list("id", flat=True))
    return [
        _head(task, past, last)
        for task in changed.values()
        if task.batch_seq <= last.considered_seq and task.batch_id not in not_considered
        if past.of(task, last.version).lost(last.as_of)
    ]


def _selected(last: Iteration, changed: Mapping[UUID, Task], past: Past) -> list[_Competitor]:
    rows = Task.objects.filter(assignments__iteration=last).defer("payload")
    return [_Competitor(_head(changed.get(task.id, task), past, last), is_selected=True) for task in rows]


def _head(task: Task, past: Past, last: Iteration) -> Head:
    then = past.of(task, last.version)
    ranked = rank_key(then.profit, task.created, rate_of(last))
    place = (task.batch_seq, task.position, then.deadline)
    return Head(task.id, then.signature_id, then.profit, ranked, *place, created=task.created)
