"""Judges a fleet's whole history from the database alone: nothing lost, nothing doubled, every iteration the best.

It follows the events in the order of their numbers, which is the order of commits, keeps the buffer as it was at each,
and has the engine select from it anew. It knows fleets of one satellite whose capacities don't change, and tasks
without deadline that nobody edits.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

import satselect
from satselect.store.models import Assignment, Batch, Event, Fleet, Iteration, Resource, Supply, Task

_CUT_S = 2
"""How long is selected anew where nobody proved anything: two bounds are held against two selections then."""


@dataclass
class World:
    """A fleet while its history is followed."""

    tasks: dict[UUID, Task]
    uses: dict[UUID, dict[str, int]]
    capacities: dict[str, int]
    status: dict[UUID, str] = field(default_factory=dict)
    known: set[UUID] = field(default_factory=set)
    parked: set[UUID] = field(default_factory=set)
    done: dict[UUID, UUID] = field(default_factory=dict)

    def eligible(self, iteration: Iteration) -> list[Task]:
        return [
            task
            for task in (self.tasks[id] for id, status in self.status.items() if status == "buffered")
            if task.batch_seq <= iteration.considered_seq
            and task.batch_id not in self.parked
            and (task.not_before is None or task.not_before <= iteration.as_of)
        ]


def check_all(*, may_be_cut: bool = False) -> int:
    """How many iterations were judged, of all fleets; some may have been cut short, as by a process that ends."""
    return sum(check_fleet(fleet, may_be_cut=may_be_cut) for fleet in Fleet.objects.all())


def check_fleet(fleet: Fleet, *, may_be_cut: bool = False) -> int:
    """How many iterations were judged."""
    world = _world(fleet)
    batches = {batch.id: batch for batch in Batch.objects.filter(fleet=fleet)}
    iterations = {iteration.id: iteration for iteration in Iteration.objects.filter(fleet=fleet)}
    events = list(Event.objects.filter(fleet=fleet).order_by("number"))
    assert [event.number for event in events] == list(range(1, fleet.event_number + 1))
    seen: list[int] = []
    for event in events:
        if event.batch_id:
            _follow_batch(world, batches[event.batch_id])
        elif event.iteration_id:
            iteration = iterations.pop(event.iteration_id)
            seen.append(iteration.version)
            open_batches = [batch for batch in batches.values() if batch.id not in world.done]
            _judge(world, iteration, open_batches, may_be_cut=may_be_cut)
        elif event.task_id:
            _follow_change(world, event)
    assert not iterations
    assert seen == sorted(set(seen))
    _check_end(world, fleet, batches.values())
    return len(seen)


def _world(fleet: Fleet) -> World:
    names = {str(id): name for id, name in Resource.objects.filter(fleet=fleet).values_list("id", "name")}
    said = Task.objects.filter(fleet=fleet).values_list("id", "signature__amounts")
    uses = {id: {names[resource]: amount for resource, amount in amounts.items()} for id, amounts in said}
    capacities = Supply.objects.filter(resource__fleet=fleet).values_list("resource__name", "capacity")
    return World({task.id: task for task in Task.objects.filter(fleet=fleet)}, uses, dict(capacities))


def _follow_batch(world: World, batch: Batch) -> None:
    if batch.id in world.known:
        world.parked ^= {batch.id}  # given up, or tried again
        return
    world.known.add(batch.id)
    world.status.update((id, "buffered") for id, task in world.tasks.items() if task.batch_id == batch.id)


def _follow_change(world: World, event: Event) -> None:
    assert event.task_id is not None
    assert world.status[event.task_id] == event.before
    world.status[event.task_id] = event.after or ""


def _judge(world: World, iteration: Iteration, open_batches: Iterable[Batch], *, may_be_cut: bool) -> None:
    eligible = {task.id: task for task in world.eligible(iteration)}
    chosen = list(Assignment.objects.filter(iteration=iteration).values_list("task", flat=True))
    assert len(set(chosen)) == len(chosen) == iteration.scheduled
    assert set(chosen) <= set(eligible)
    used = Counter[str]()
    for id in chosen:
        used.update(world.uses[id])
    assert all(units <= world.capacities[name] for name, units in used.items())
    fresh = satselect.select(
        [satselect.Task(str(id), world.uses[id], profit=task.profit) for id, task in eligible.items()],
        capacities=world.capacities,
        time_limit=None if iteration.status == "optimal" else _CUT_S,
    )
    if iteration.status == "optimal":
        assert iteration.profit == fresh.profit
    else:  # cut short
        assert may_be_cut
        assert iteration.bound is not None
        assert fresh.bound is not None
        assert iteration.profit <= fresh.bound
        assert fresh.profit <= iteration.bound
    world.status.update(dict.fromkeys(chosen, "scheduled"))
    for batch in open_batches:
        if batch.seq <= iteration.considered_seq and batch.id not in world.parked:
            world.done[batch.id] = iteration.id


def _check_end(world: World, fleet: Fleet, batches: Iterable[Batch]) -> None:
    """What the rows say now is where the history led."""
    assert world.status == {task.id: task.status for task in world.tasks.values()}
    assert fleet.buffered == Counter(world.status.values())["buffered"]
    for batch in batches:
        expected = "dead" if batch.id in world.parked else "done" if batch.id in world.done else "pending"
        assert batch.state == expected
        assert batch.iteration_id == world.done.get(batch.id)
    live = list(Assignment.objects.filter(task__fleet=fleet, is_live=True).values_list("task", flat=True))
    held = [id for id, status in world.status.items() if status in {"scheduled", "completed"}]
    assert sorted(live) == sorted(held)
