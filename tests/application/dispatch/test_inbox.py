import pytest

import satselect
from satselect.application.act import Act
from satselect.application.dispatch.attempts import MOST_ATTEMPTS
from satselect.application.dispatch.dead_letters import UNSEEN, requeue
from satselect.application.dispatch.inbox import oldest_pending, settle_pending
from satselect.application.dispatch.sweeper import Sweeper
from satselect.application.errors import ConflictError
from satselect.application.planning.planner import Select
from satselect.application.planning.settle import settle
from satselect.store.models import Audit, Batch, Event, Fleet, Iteration, Task, User
from satselect.store.partitions import PARTITIONS
from satselect.telemetry.facts import BatchDied, Fact
from satselect.telemetry.listeners import listen
from tests.application.buffers import NOW, buffer, names, run, task
from tests.databases import counts
from tests.planners import forget_buffers, planner
from tests.tracers import traced

pytestmark = pytest.mark.usefixtures("database")


class BrokenError(Exception):
    """What a batch does to whoever selects with it."""


def breaking(waiting: satselect.Buffer, **settings: object) -> satselect.Selection:
    """An engine that breaks at a task worth 66."""
    if any(each.profit == 66 for each in waiting):
        raise BrokenError
    return waiting.select()


def work(*, is_retry: bool = False, engine: Select = satselect.Buffer.select) -> list[int]:
    """The numbers of the batches that were settled."""
    settled = settle_pending(planner(select=engine), Fleet.objects.get().id, is_retry=is_retry)
    return list(Batch.objects.filter(id__in=settled).order_by("seq").values_list("seq", flat=True))


def work_until_it_holds(engine: Select) -> int:
    """How often a process that is started again breaks."""
    for broken in range(30):
        try:
            work(is_retry=True, engine=engine)
        except BrokenError:
            continue
        return broken
    raise AssertionError


def reasons(batch: Batch) -> list[str | None]:
    """What the batch's events say."""
    return list(Event.objects.filter(batch=batch).order_by("number").values_list("reason", flat=True))


def test_one_iteration_takes_all_that_is_pending() -> None:
    for name in "abc":
        buffer(task(name, name))
    assert work() == [1, 2, 3]
    assert names(Iteration.objects.get()) == ["a", "b", "c"]


def test_settling_what_is_settled_changes_nothing() -> None:
    buffer(task("a", "camera"))
    work()
    before = counts()
    assert (work(), work(is_retry=True)) == ([], [])
    assert counts() == before


def test_only_what_is_tried_again_is_counted() -> None:
    buffer(task("a", "camera"))
    work()
    buffer(task("b", "camera"))
    work(is_retry=True)
    assert list(Batch.objects.order_by("seq").values_list("attempts", flat=True)) == [0, 1]


def test_an_attempt_is_counted_before_it_is_made() -> None:
    buffer(task("a", "camera"))
    seen = []

    def select(waiting: satselect.Buffer, **settings: object) -> satselect.Selection:
        seen.append(Batch.objects.get().attempts)
        return waiting.select()

    work(is_retry=True, engine=select)
    assert seen == [1]


def test_a_refused_iteration_is_no_attempt() -> None:
    buffer(task("a", "camera"))
    calls = []

    def overtaken(waiting: satselect.Buffer, **settings: object) -> satselect.Selection:
        calls.append(len(waiting))
        if len(calls) < 2 * MOST_ATTEMPTS:
            Fleet.objects.update(version=len(calls))
        return waiting.select()

    assert work(is_retry=True, engine=overtaken) == [1]
    assert Batch.objects.get().attempts == 1


def test_a_poison_batch_dies_and_its_fleet_goes_on() -> None:
    buffer(task("good", "camera"))
    poison = buffer(task("poison", "disk", profit=66))
    buffer(task("late", "proc"))
    assert work_until_it_holds(breaking) == MOST_ATTEMPTS
    states = dict(Batch.objects.values_list("seq", "state"))
    assert states == {1: "done", 2: "dead", 3: "done"}
    assert dict(Task.objects.values_list("name", "status")) == {
        "good": "scheduled",
        "poison": "buffered",
        "late": "scheduled",
    }
    assert reasons(poison) == ["accepted", "given up"]
    assert settle(planner(5, select=breaking), buffer(task("more", "disk"))).scheduled == 1


def test_what_a_dead_batch_died_of_is_told() -> None:
    told: list[Fact] = []
    end = listen(told.append)
    poison = buffer(task("poison", "disk", profit=66))
    try:
        for tries_here, is_restarted in ((MOST_ATTEMPTS, False), (MOST_ATTEMPTS, True), (1, False)):
            for _ in range(tries_here):
                with pytest.raises(BrokenError):
                    work(is_retry=True, engine=breaking)
            if is_restarted:
                forget_buffers()
            Batch.objects.update(attempts=MOST_ATTEMPTS)  # the others were made by another process
            work(is_retry=True, engine=breaking)
            requeue(poison, Act(User.objects.get(), NOW))
    finally:
        end()
    assert [fact.cause for fact in told if isinstance(fact, BatchDied)] == ["BrokenError", UNSEEN, UNSEEN]


def test_who_failed_before_is_tried_alone_and_the_others_after() -> None:
    for name in "abc":
        buffer(task(name, name))
    Batch.objects.filter(seq=2).update(attempts=1)
    assert work() == [1, 2, 3]
    considered = list(Iteration.objects.order_by("version").values_list("considered_seq", flat=True))
    assert considered == [1, 2, 3]


def test_a_requeued_batch_competes_again() -> None:
    buffer(task("good", "camera"))
    batch = buffer(task("poison", "disk", profit=66))
    work_until_it_holds(breaking)
    batch.refresh_from_db()
    requeue(batch, Act(User.objects.get(), NOW))
    assert (work(), Task.objects.get(name="poison").status) == ([2], "scheduled")
    assert Audit.objects.get().action == "batch.requeue"
    assert reasons(batch) == ["accepted", "given up", "requeued"]


@pytest.mark.parametrize("state", ["pending", "done"])
def test_only_a_dead_batch_can_be_requeued(state: str) -> None:
    batch = buffer(task("a", "camera"))
    if state == "done":
        run()
    before = counts()
    with pytest.raises(ConflictError):
        requeue(batch, Act(User.objects.get(), NOW))
    assert counts() == before


def test_a_fleet_is_stuck_if_its_oldest_batch_stays() -> None:
    buffer(task("a", "camera"))
    sweeper, other = Sweeper(), Sweeper()
    fleet = Fleet.objects.get()
    assert sweeper.stuck([fleet.partition]) == []
    buffer(task("b", "camera"))
    assert [oldest.fleet_id for oldest in sweeper.stuck([fleet.partition])] == [fleet.id]
    assert [other.stuck([(fleet.partition + 1) % PARTITIONS]) for _ in range(2)] == [[], []]


def test_a_fleet_that_gets_on_is_not_stuck() -> None:
    buffer(task("a", "camera"))
    sweeper = Sweeper()
    sweeper.stuck()
    work()
    buffer(task("b", "camera"))
    assert sweeper.stuck() == []


def test_what_a_crash_left_is_swept() -> None:
    batch = buffer(task("a", "camera"))
    sweeper = Sweeper()
    for _ in range(2):
        sweeper.settle_stuck(lambda fleet_id, *, is_retry: settle_pending(planner(), fleet_id, is_retry=is_retry))
    batch.refresh_from_db()
    assert batch.state == "done"
    assert oldest_pending() == []


def test_what_is_swept_is_settled_in_the_trace_of_its_oldest_batch() -> None:
    batch, sweeper = buffer(task("a", "camera")), Sweeper()
    Batch.objects.update(traceparent="its POST")
    buffer(task("b", "camera"))
    with traced() as kept:
        for _ in range(2):
            sweeper.settle_stuck(lambda fleet_id, *, is_retry: [batch.id])
    assert kept.parents("settle") == ["its POST"]


def test_the_database_says_in_which_partition_a_fleet_is() -> None:
    fleets = Fleet.objects.bulk_create(Fleet(slug=f"f{n}", name="F") for n in range(5))
    stored = Fleet.objects.filter(id__in=[fleet.id for fleet in fleets]).values_list("id", "partition")
    assert dict(stored) == {fleet.id: fleet.id % PARTITIONS for fleet in fleets}
