from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from itertools import islice
from time import sleep
from typing import Any

import pytest
from django.db import DataError, connections

import satselect
from satselect.application.dispatch import newcomers
from satselect.application.dispatch.inbox import settle_pending
from satselect.application.dispatch.lane import Lanes, Settled
from satselect.application.dispatch.tickets import SMALL, Lane, Ticket
from satselect.application.errors import KeyReusedError, QuotaError, RefusedError
from satselect.application.planning.planner import Select
from satselect.application.tasks.rows import Arrival, BatchRows, store_arrivals
from satselect.application.tasks.submission import Submission
from satselect.schemas.reading.faults import InvalidError
from satselect.store.models import Assignment, Batch, Event, Fleet, History, Iteration, Signature, Task, User
from satselect.store.queries.tasks.histories import history_of
from satselect.store.queries.uses import uses_of
from tests.application.buffers import NOW, buffer, names, run, submission, task
from tests.databases import counts
from tests.oracle import check_all
from tests.owners import wait_until
from tests.planners import forget_buffers, planner

known: defaultdict[int, Lane] = defaultdict(Lane)

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def _new_process() -> None:
    """Nothing is known of any fleet."""
    forget_buffers()
    known.clear()


class BrokenError(Exception):
    """What a batch does to whoever selects with it."""


def breaking(waiting: satselect.Buffer, **settings: object) -> satselect.Selection:
    if any(each.profit == 66 for each in waiting):
        raise BrokenError
    return waiting.select()


def lanes(engine: Select = satselect.Buffer.select) -> Lanes:
    """Those of the process, which has that engine now."""
    some = Lanes(planner(select=engine))
    some._lanes = known
    return some


def sent(one: Submission, *, engine: Select = satselect.Buffer.select) -> Settled:
    return lanes(engine).submit_and_settle(one)


def warm() -> None:
    """The fleet is known, and has no task."""
    sent(submission())


def refuse(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """From now on the database refuses what has a task of that name in it."""

    def refusing(fleet_id: int, arrivals: Sequence[Arrival], **how: Any) -> list[Batch]:  # noqa: ANN401 - passed on
        if any(each.name == name for arrival in arrivals for each in arrival.rows.submission.tasks):
            raise DataError("out of range")
        return store_arrivals(fleet_id, arrivals, **how)

    monkeypatch.setattr(newcomers, "store_arrivals", refusing)


def is_waiting(fleet_id: int, count: int) -> bool:
    return len(lanes().of(fleet_id)._waiting) == count


def together(*some: Submission, engine: Select = satselect.Buffer.select) -> list[Settled | Exception]:
    """What becomes of submissions that come while somebody else has the turn."""

    def one(each: Submission) -> Settled | Exception:
        try:
            return sent(each, engine=engine)
        except (RefusedError, InvalidError, DataError) as error:
            return error
        finally:
            connections.close_all()

    fleet = Fleet.objects.get(slug="default")
    with ThreadPoolExecutor(len(some)) as pool, ExitStack() as stack:
        stack.enter_context(planner().locks.held(fleet.id, patience_s=5))
        waiting = []
        for number, each in enumerate(some, 1):  # in this order
            waiting.append(pool.submit(one, each))
            wait_until(partial(is_waiting, fleet.id, number))
        stack.close()
        return [each.result(timeout=30) for each in waiting]


def test_a_batch_is_stored_with_its_iteration() -> None:
    warm()
    settled = sent(submission(task("a", "camera", profit=3), task("b", "camera", profit=2)))
    assert settled.iteration is not None
    assert names(settled.iteration) == ["a"]
    batch = Batch.objects.get(id=settled.receipt.batch.id)
    assert (batch.state, batch.iteration_id, batch.seq) == ("done", settled.iteration.id, 2)
    assert Iteration.objects.get(id=settled.iteration.id).considered_seq == 2
    told = [(line.before, line.after) for line in history_of(Task.objects.get(name="a"))]
    assert told == [("", "buffered"), ("buffered", "scheduled")]
    assert Fleet.objects.get().buffered == 1
    assert list(Event.objects.order_by("number").values_list("kind", flat=True)) == ["batch", "iteration"] * 2
    check_all()


def rows_of(fleet: Fleet) -> list[list[tuple[object, ...]]]:
    """What became of all that was submitted to a fleet, without ids and times."""
    tasks = Task.objects.filter(fleet=fleet).order_by("batch_seq", "position")
    ids = list(tasks.values_list("id", flat=True))
    uses = uses_of(ids)
    events = Event.objects.filter(fleet=fleet).order_by("number")
    made = Iteration.objects.filter(fleet=fleet).order_by("version")
    history = History.objects.filter(task__fleet=fleet).order_by("task__batch_seq", "task__position", "id")
    assigned = Assignment.objects.filter(task__fleet=fleet).order_by("task__batch_seq", "task__position")
    return [
        list(tasks.values_list("name", "status", "attempts", "rank_key", "batch_seq", "position")),
        [tuple(uses[id].items()) for id in ids],
        list(events.values_list("number", "kind", "reason", "batch__seq", "iteration__version")),
        list(
            made.values_list("version", "considered_seq", "profit", "bound", "greedy_profit", "scheduled", "buffered")
        ),
        list(history.values_list("before", "after", "reason", "words", "by")),
        list(assigned.values_list("task__name", "iteration__version", "satellite__slug", "uses__amount", "is_live")),
    ]


def test_the_same_rows_come_of_it_as_of_storing_first() -> None:
    batches = [
        [
            task(f"{n}-{k}", *{f"r{n * k % 5}", f"r{(n + k) % 7}"}, profit=1 + (37 * n + 101 * k) ** 2 % 9973)
            for k in range(1, 4)
        ]  # no two selections earn the same
        for n in range(1, 30)
    ]
    other = Fleet.objects.create(slug="other", name="other", is_open=True)
    for some in batches:
        sent(submission(*some))
        buffer(*some, fleet="other")
        run(fleet="other")
    assert rows_of(Fleet.objects.get(slug="default")) == rows_of(other)


def test_those_who_wait_share_an_iteration() -> None:
    warm()
    all_of_it = together(*(submission(task(name, "camera", profit=n)) for n, name in enumerate("abc", 1)))
    iterations = {each.iteration.id for each in all_of_it if isinstance(each, Settled) and each.iteration}
    assert len(iterations) == 1
    assert Iteration.objects.count() == 2
    assert list(Batch.objects.order_by("seq").values_list("seq", "state")) == [(n, "done") for n in (1, 2, 3, 4)]
    assert names(Iteration.objects.order_by("version").last()) == ["c"]  # type: ignore[arg-type]
    assert check_all() == 2


def test_one_that_is_refused_spoils_nothing_for_the_others() -> None:
    warm()
    fits, wrong, late = (
        submission(task("a", "camera")),
        submission(task("x", "camera", satellites=["nowhere"])),
        submission(task("y", "disk")),
    )
    answers = together(fits, wrong, late)
    assert isinstance(answers[1], InvalidError)
    assert [type(each) for each in answers] == [Settled, InvalidError, Settled]
    assert sorted(Task.objects.values_list("name", flat=True)) == ["a", "y"]
    assert check_all() == 2


def test_what_the_database_refuses_is_refused_to_whose_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    warm()
    refuse(monkeypatch, "bad")
    answers = together(submission(task("a", "camera")), submission(task("bad", "disk")), submission(task("b", "disk")))
    assert [type(each) for each in answers] == [Settled, DataError, Settled]
    assert sorted(Task.objects.values_list("name", flat=True)) == ["a", "b"]
    check_all()


def test_if_all_are_refused_nothing_changes() -> None:
    warm()
    before = counts()
    assert isinstance(together(submission(task("x", "camera", satellites=["nowhere"])))[0], InvalidError)
    assert counts() == before


def test_of_equal_keys_one_is_stored() -> None:
    warm()
    one, same, other = (submission(task("a", "camera"), key="k", digest=digest) for digest in ("d", "d", "e"))
    answers = together(one, same, other)
    assert [type(each) for each in answers] == [Settled, Settled, KeyReusedError]
    receipts = [each.receipt for each in answers if isinstance(each, Settled)]
    assert [receipt.is_replay for receipt in receipts] == [False, True]
    assert receipts[0].batch.id == receipts[1].batch.id
    assert Task.objects.count() == 1
    check_all()


def test_a_quota_holds_for_all_who_wait_together() -> None:
    warm()
    user = User.objects.get(username="local")
    some = [
        Submission(
            fleet="default",
            account_id=user.account_id,
            user_id=user.id,
            tasks=[task(f"{n}-{k}", "camera") for k in range(2)],
            digest="",
            quota=5,
        )
        for n in range(3)
    ]
    answers = together(*some)
    assert [type(each) for each in answers] == [Settled, Settled, QuotaError]
    assert Task.objects.count() == 4
    user.refresh_from_db()
    assert user.buffered_at_most == 4


def test_small_batches_go_before_larger_ones_that_wait() -> None:
    warm()
    large = [submission(*(task(f"{n}-{k}", f"r{k}") for k in range(SMALL + 1))) for n in range(2)]
    answers = together(large[0], submission(task("small", "camera")), large[1])
    made = [each.iteration for each in answers if isinstance(each, Settled) and each.iteration]
    assert made[0] == made[2]
    assert made[1].version < made[0].version
    check_all()


def test_what_the_engine_breaks_at_is_stored_and_tried_one_by_one_from_then_on() -> None:
    warm()
    poison = sent(submission(task("poison", "camera", profit=66)), engine=breaking)
    assert Batch.objects.get(seq=2).state == "pending"
    other = sent(submission(task("a", "disk")), engine=breaking)  # stored first: nobody knows which is to blame
    for each in (poison, other):
        assert each.iteration is None
        assert isinstance(each.trouble, BrokenError)
    assert list(Batch.objects.order_by("seq").values_list("state", flat=True)) == ["done", "pending", "pending"]


def test_the_first_batch_of_a_process_is_stored_before_it_is_tried() -> None:
    found = sent(submission(task("poison", "camera", profit=66)), engine=breaking)
    assert isinstance(found.trouble, BrokenError)
    assert Batch.objects.get().state == "pending"


def test_what_waits_together_with_what_the_engine_breaks_at_is_accepted_too() -> None:
    warm()
    found = together(submission(task("poison", "camera", profit=66)), submission(task("a", "disk")), engine=breaking)
    for each in found:
        assert isinstance(each, Settled)
        assert (each.receipt.batch.state, each.iteration) == ("pending", None)
    assert settle_pending(planner(), Fleet.objects.get().id, is_retry=True)
    assert set(Batch.objects.values_list("state", flat=True)) == {"done"}


def test_only_the_first_batch_of_a_process_is_stored_before_the_engine_sees_it() -> None:
    stored: list[int] = []

    def looking(waiting: satselect.Buffer, **settings: object) -> satselect.Selection:
        stored.append(Batch.objects.count())
        return waiting.select()

    for name in "abc":
        sent(submission(task(name, name)), engine=looking)
    assert stored == [1, 1, 2]


def test_however_often_others_store_meanwhile_it_is_not_refused() -> None:
    warm()
    meanwhile = iter("abcdef")

    def storing(waiting: satselect.Buffer, **settings: object) -> satselect.Selection:
        for name in islice(meanwhile, 1):
            buffer(task(name, name))
        return waiting.select()

    settled = sent(submission(task("mine", "camera")), engine=storing)
    assert settled.iteration is not None
    assert names(settled.iteration) == [*"abcdef", "mine"]


def test_what_others_stored_meanwhile_is_considered_with_it() -> None:
    warm()
    buffer(task("before", "disk"))

    def meanwhile(waiting: satselect.Buffer, **settings: object) -> satselect.Selection:
        if not Task.objects.filter(name="meanwhile").exists():
            buffer(task("meanwhile", "sensor"))
        return waiting.select()

    settled = sent(submission(task("mine", "camera")), engine=meanwhile)
    assert settled.iteration is not None
    assert names(settled.iteration) == ["before", "meanwhile", "mine"]
    assert list(Batch.objects.order_by("seq").values_list("state", flat=True)) == ["done"] * 4
    assert check_all() == 2


def test_what_is_late_already_expires_and_is_never_selected() -> None:
    warm()
    late = task("late", "camera", profit=9, deadline=NOW - timedelta(seconds=1))
    one = submission(late, task("a", "camera"))
    settled = sent(Submission(**{name: getattr(one, name) for name in one.__slots__} | {"accepts_expired": True}))
    assert settled.iteration is not None
    assert names(settled.iteration) == ["a"]
    assert Task.objects.get(name="late").status == "expired"
    assert Fleet.objects.get().buffered == 0
    events = Event.objects.order_by("number").values_list("kind", "task__name")
    assert list(events)[-3:] == [("batch", None), ("iteration", None), ("task", "late")]


def test_the_better_of_the_waiting_and_the_new_is_selected_as_from_the_tables() -> None:
    warm()
    for n in range(40):
        sent(submission(task(f"{n}", f"r{n % 3}", profit=1 + n * 7 % 13), task(f"{n}'", "r0", "r1", profit=n % 17)))
    assert check_all() == 41
    assert Signature.objects.count() == 4


def test_an_answer_is_shared_by_who_may_see_the_same() -> None:
    warm()
    answers = together(submission(task("a", "camera")), submission(task("b", "disk")))
    asked: list[str] = []

    def make(text: str) -> str:
        asked.append(text)
        sleep(0)
        return text

    shared = [each.answers for each in answers if isinstance(each, Settled) and each.answers]
    assert shared[0] is shared[1]
    assert [one.made(("iteration", None), lambda: make("all")) for one in shared] == ["all", "all"]
    assert shared[0].made(("iteration", 7), lambda: make("mine")) == "mine"
    assert asked == ["all", "mine"]


def test_a_batch_that_a_planning_fleet_refuses_leaves_the_others_as_they_are() -> None:
    fleet = Fleet.objects.get()
    sent(submission(task("first", "camera")))
    Fleet.objects.filter(id=fleet.id).update(horizon_s=3600, is_open=False, version=fleet.version + 2)
    mine, other = (
        Ticket(BatchRows.of(submission(task("bad", "laser")), NOW)),
        Ticket(BatchRows.of(submission(task("good", "camera")), NOW)),
    )
    for ticket in (mine, other):
        known[fleet.id].add(ticket)
    lanes()._wait(mine, fleet.id, known[fleet.id])
    assert isinstance(mine.error, InvalidError)
    assert other.is_done.is_set()
    assert (other.receipt is not None, other.error) == (True, None)
    assert list(Task.objects.order_by("name").values_list("name", flat=True)) == ["first", "good"]
