"""The heads that SQL finds are those that reading the whole buffer finds."""

from collections import defaultdict
from datetime import timedelta
from random import Random

import pytest

from satselect.application.planning.buffer.load import read_buffer, situation_of
from satselect.store.models import Fleet, Supply, Task
from satselect.store.queries.buffer.heads import Head
from satselect.store.queries.uses import uses_of
from tests.application.buffers import NOW, buffer, run, task

pytestmark = pytest.mark.usefixtures("database")

RESOURCES = ["a", "b", "c", "d"]


def random_buffer(rng: Random) -> None:
    for _ in range(10):
        tasks = [
            task(
                str(n),
                *rng.sample(RESOURCES, rng.randint(0, 3)),
                profit=rng.randint(0, 3),
                not_before=rng.choice([None, None, NOW, NOW + timedelta(seconds=1)]),
                deadline=rng.choice([None, None, NOW + timedelta(seconds=2)]),
            )
            for n in range(rng.randint(0, 30))
        ]
        buffer(*tasks)
    Supply.objects.filter(resource__name="a").update(capacity=3)
    Supply.objects.filter(resource__name="b").update(capacity=2)
    Supply.objects.filter(resource__name="c").update(capacity=0)


def all_heads(at_s: int) -> list[Head]:
    fleet = Fleet.objects.get()
    at = NOW + timedelta(seconds=at_s)
    kept = read_buffer(situation_of(fleet.id, at))
    return sorted(map(kept.head, kept.buffer), key=lambda head: head.age)


def expected(at_s: int) -> list[object]:
    at = NOW + timedelta(seconds=at_s)
    signatures = defaultdict(list)
    capacities = {supply.resource.name: supply.capacity for supply in Supply.objects.select_related("resource")}
    for each in Task.objects.filter(status="buffered").order_by("-profit", "batch_seq", "position"):
        starts, ends = each.not_before or at, each.deadline or at
        if starts <= at <= ends:
            signatures[frozenset(uses_of([each.id])[each.id])].append(each)
    best = [
        each
        for names, tasks in signatures.items()
        for each in tasks[: _kept(min((capacities[name] for name in names), default=None))]
    ]
    return [each.id for each in sorted(best, key=lambda each: (each.batch_seq, each.position))]


def _kept(room: int | None) -> int | None:
    """As many as fit together, and the one behind them, whose profit prices are to tell."""
    return room and room + 1


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.in_turn
def test_heads_are_the_best_of_each_signature_that_fit_together(seed: int) -> None:
    rng = Random(seed)
    random_buffer(rng)
    for at_s in (0, 1, 3):
        assert [head.id for head in all_heads(at_s)] == expected(at_s)
        run(NOW + timedelta(seconds=at_s))


def test_tasks_of_batches_after_the_one_read_are_left_out() -> None:
    buffer(task("early"))
    fleet = Fleet.objects.get()
    buffer(task("late"))
    Fleet.objects.update(seq=fleet.seq)
    assert [head.batch_seq for head in all_heads(0)] == [fleet.seq]
