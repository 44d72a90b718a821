"""A fleet iterates by itself once something may let waiting tasks in, and else never."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from satselect.application.act import Act
from satselect.application.errors import StaleError
from satselect.application.fleets.fleets import create_satellite, edit_fleet
from satselect.application.fleets.outages import OutageTimes, add_outage, delete_outage, edit_outage
from satselect.application.fleets.supplies import add_resource, set_capacity
from satselect.application.planning.automatic import Due, looked_at
from satselect.application.planning.due import CLAIMED_S, iterate_if_due
from satselect.application.planning.iterate import iterate
from satselect.application.tasks.change import Report, cancel, complete, fail
from satselect.application.tasks.edit import edit
from satselect.schemas.iterations import Cause
from satselect.store.models import Fleet, Iteration, Outage, Satellite, Supply, Task, User
from tests.application.buffers import NOW, buffer, names, run, task
from tests.planners import planner

pytestmark = pytest.mark.usefixtures("database")

SOON = NOW + timedelta(seconds=1)
SETTLE_S = 5.0
SETTLED = NOW + timedelta(seconds=SETTLE_S)
LATER = NOW + timedelta(hours=1)


def fleet() -> Fleet:
    return Fleet.objects.get(slug="default")


def act(at: datetime = SOON) -> Act:
    return Act(User.objects.get(), at)


def report(at: datetime = SOON) -> Report:
    return Report(User.objects.get(), at)


def called(name: str) -> Task:
    return Task.objects.select_related("fleet").get(name=name)


def look(at: datetime) -> list[Iteration]:
    """The iterations that are made by themselves at that time."""
    made = [iterate_if_due(planner(clock=lambda: at), id) for _, id in looked_at(at)]
    return [iteration for iteration in made if iteration]


def camera() -> Supply:
    return Supply.objects.select_related("resource").get(resource__name="camera")


def waiting(release: str) -> None:
    """`won` holds the camera, `spare` the disk; `lost` waits for the camera."""
    edit_fleet(fleet(), {"release": release, "settle_s": SETTLE_S}, act(NOW))
    buffer(task("won", "camera", profit=9, max_attempts=2), task("spare", "disk"), task("lost", "camera"))
    assert names(run()) == ["won", "spare"]
    assert look(LATER) == []


def fail_for_good() -> None:
    Task.objects.filter(name="won").update(attempts=1)
    fail(called("won"), report())


def new_outage(until: datetime) -> Outage:
    return add_outage(fleet(), "default", "camera", OutageTimes(SOON, until), act())


FREEING: dict[str, tuple[Callable[[], object], Cause, set[str]]] = {
    "a completion": (lambda: complete(called("won"), report()), Cause.COMPLETION, {"completion"}),
    "the cancellation of a holder": (lambda: cancel(called("won"), report()), Cause.CANCELLATION, {"completion"}),
    "a final failure": (fail_for_good, Cause.FAILURE, {"completion"}),
    "a retry": (lambda: fail(called("won"), report()), Cause.RETRY, {"completion", "iteration"}),
    "less asked for": (lambda: edit(called("lost"), {"resources": {"disk": 1}}, report()), Cause.EDIT, {"completion"}),
    "raised capacity": (lambda: set_capacity(camera(), 2, act()), Cause.CAPACITY, {"completion", "iteration"}),
    "a new satellite": (
        lambda: create_satellite(fleet(), {"name": "Sat 2"}, act()),
        Cause.CAPACITY,
        {"completion", "iteration"},
    ),
    "a new resource": (
        lambda: add_resource(Satellite.objects.get(), "antenna", 1, act()),
        Cause.CAPACITY,
        {"completion", "iteration"},
    ),
    "another release": (lambda: edit_fleet(fleet(), {"release": "iteration"}, act()), Cause.SETTINGS, {"completion"}),
}


@pytest.mark.parametrize("release", ["completion", "iteration"])
@pytest.mark.parametrize("what", FREEING)
@pytest.mark.in_turn
def test_what_frees_something_makes_one_iteration_once_it_is_settled(release: str, what: str) -> None:
    change, cause, releases = FREEING[what]
    waiting(release)
    change()
    assert look(SETTLED - timedelta(milliseconds=1)) == []
    made = look(SETTLED)
    assert [iteration.cause for iteration in made] == ([cause] if release in releases else [])
    assert look(LATER) == []


@pytest.mark.parametrize("release", ["completion", "iteration"])
@pytest.mark.parametrize(
    "change",
    [
        lambda: cancel(called("lost"), report()),
        lambda: edit(called("lost"), {"profit": 8, "name": "lost"}, report()),
        lambda: set_capacity(camera(), 0, act()),
        lambda: edit_fleet(fleet(), {"name": "Other", "ageing_per_hour": 2.0, "is_open": False}, act()),
        lambda: new_outage(LATER),
        lambda: delete_outage(new_outage(SOON + timedelta(seconds=1)), act(SOON + timedelta(seconds=2))),
    ],
)
def test_what_frees_nothing_makes_none(release: str, change: Callable[[], object]) -> None:
    waiting(release)
    change()
    assert look(LATER + timedelta(days=99)) == []


def test_who_waited_is_scheduled() -> None:
    waiting("completion")
    complete(called("won"), report())
    (made,) = look(SETTLED)
    assert names(made) == ["lost"]
    assert (made.cause, made.as_of) == ("completion", SETTLED)
    assert fleet().iterate_at is None


def test_a_fleet_that_iterated_long_ago_iterates_at_once() -> None:
    waiting("completion")
    complete(called("won"), report(LATER))
    assert [names(made) for made in look(LATER)] == [["lost"]]


def test_many_completions_share_an_iteration() -> None:
    edit_fleet(fleet(), {"release": "completion"}, act(NOW))
    buffer(*[task(f"{n}", f"r{n}", profit=9) for n in range(50)], *[task(f"w{n}", f"r{n}") for n in range(50)])
    run()
    for n in range(50):
        complete(called(f"{n}"), report())
    assert [made.scheduled for made in look(SETTLED)] == [50]
    assert look(LATER) == []


def test_where_nobody_waits_nothing_is_noted() -> None:
    edit_fleet(fleet(), {"release": "completion"}, act(NOW))
    buffer(task("won", "camera"))
    run()
    complete(called("won"), report())
    assert fleet().iterate_at is None


def test_the_default_fleet_waits_for_requests() -> None:
    buffer(task("a", "camera", profit=2), task("b", "camera"), task("c", "camera"))
    run()
    assert fleet().iterate_at is None
    complete(called("a"), report())
    assert looked_at(LATER) == []


def test_a_task_competes_when_its_time_comes() -> None:
    buffer(task("late", "camera", not_before=LATER), task("later", "camera", not_before=LATER + timedelta(hours=1)))
    run()
    assert fleet().iterate_at == LATER
    assert look(LATER - timedelta(microseconds=1)) == []
    (made,) = look(LATER)
    assert (names(made), made.cause) == (["late"], "not_before")
    assert [names(made) for made in look(LATER + timedelta(hours=1))] == [["later"]]
    assert fleet().iterate_at is None


def test_times_that_come_together_share_an_iteration() -> None:
    buffer(*[task(f"{n}", f"r{n}", not_before=LATER + timedelta(milliseconds=n)) for n in range(9)])
    run()
    assert [made.scheduled for made in look(LATER)] == [1]
    assert look(LATER + timedelta(seconds=SETTLE_S) - timedelta(microseconds=1)) == []
    assert [made.scheduled for made in look(LATER + timedelta(seconds=SETTLE_S))] == [8]


@pytest.mark.parametrize(
    "change",
    [
        lambda: cancel(called("late"), report()),
        lambda: edit(called("late"), {"not_before": LATER + timedelta(days=9)}, report()),
        lambda: edit_fleet(fleet(), {"settle_s": None}, act()),
    ],
)
def test_a_time_that_counts_no_longer_costs_a_look_and_no_iteration(change: Callable[[], object]) -> None:
    buffer(task("late", "camera", not_before=LATER), task("a", "camera", profit=2), task("b", "camera"))
    run()
    change()
    assert look(LATER) == []
    assert looked_at(LATER + timedelta(days=1)) == []


@pytest.mark.parametrize("earlier", [None, SOON, SOON + timedelta(minutes=1)])
def test_a_task_that_may_start_earlier_competes_then(earlier: datetime | None) -> None:
    buffer(task("late", "camera", not_before=LATER))
    run()
    edit(called("late"), {"not_before": earlier}, report())
    expected = max(earlier or SOON, SETTLED)
    assert look(expected - timedelta(microseconds=1)) == []
    assert [names(made) for made in look(expected)] == [["late"]]


def out(starts: datetime, ends: datetime | None, what: str | None = "camera") -> Outage:
    return add_outage(fleet(), "default", what, OutageTimes(starts, ends), act(NOW))


def waiting_for_service(*windows: tuple[datetime, datetime | None], what: str | None = "camera") -> list[Outage]:
    buffer(task("first", "camera"))
    run(NOW - timedelta(hours=1))
    outages = [out(*window, what) for window in windows]
    buffer(task("lost", "camera"))
    assert names(run()) == []
    return outages


@pytest.mark.parametrize("what", ["camera", None])
def test_the_end_of_an_outage_is_noticed(what: str | None) -> None:
    waiting_for_service((NOW, LATER), what=what)
    assert look(LATER - timedelta(microseconds=1)) == []
    (made,) = look(LATER)
    assert (names(made), made.cause) == (["lost"], "outage")


def test_outages_that_overlap_or_follow_each_other_are_one() -> None:
    hours = [NOW + timedelta(hours=n) for n in range(4)]
    waiting_for_service((hours[0], hours[1]), (hours[1], hours[2]), (hours[0], hours[3]))
    assert look(hours[2]) == []
    assert [names(made) for made in look(hours[3])] == [["lost"]]


def test_what_a_satellite_has_is_back_when_the_satellite_is() -> None:
    waiting_for_service((NOW, LATER))
    out(NOW, LATER + timedelta(hours=1), None)
    assert look(LATER) == []
    assert [names(made) for made in look(LATER + timedelta(hours=1))] == [["lost"]]


def test_an_outage_until_further_notice_ends_when_it_is_ended_or_taken_back() -> None:
    outage, other = waiting_for_service((NOW, None), (NOW, None))
    assert look(LATER) == []
    edit_outage(outage, {"ends": LATER}, act(LATER))
    assert look(LATER) == []
    delete_outage(other, act(LATER))
    (made,) = look(LATER)
    assert (names(made), made.cause) == (["lost"], "outage")


@pytest.mark.parametrize("hours", [0.5, 2])
def test_an_outage_may_be_moved(hours: float) -> None:
    (outage,) = waiting_for_service((NOW, LATER))
    end = NOW + timedelta(hours=hours)
    edit_outage(outage, {"ends": end}, act(SOON))
    assert look(end - timedelta(microseconds=1)) == []
    assert [names(made) for made in look(end)] == [["lost"]]


def test_a_timer_iterates_while_tasks_wait() -> None:
    edit_fleet(fleet(), {"iterate_every_s": 60.0}, act(NOW))
    buffer(task("a", "camera", profit=3), task("b", "camera", profit=2), task("c", "camera"))
    run()
    minutes = [NOW + timedelta(minutes=n) for n in range(9)]
    assert look(minutes[1] - timedelta(microseconds=1)) == []
    made = [names(iteration) for at in minutes for iteration in look(at)]
    assert made == [["b"], ["c"]]
    assert {one.cause for one in Iteration.objects.order_by("version")[1:]} == {"timer"}


def test_a_fleet_may_never_iterate_by_itself() -> None:
    waiting("completion")
    edit_fleet(fleet(), {"settle_s": None}, act(NOW))
    complete(called("won"), report())
    assert look(LATER) == []
    edit_fleet(fleet(), {"settle_s": 0.0}, act(LATER))
    (made,) = look(LATER)
    assert (names(made), made.cause) == (["lost"], "settings")


def test_a_fleet_with_a_pending_batch_is_left_to_who_settles_it() -> None:
    waiting("completion")
    complete(called("won"), report())
    buffer(task("new", "camera", profit=5), at=SOON)
    assert look(SETTLED) == []
    assert names(run(SETTLED)) == ["new"]
    assert look(LATER) == []


def test_who_dies_of_it_is_followed_by_another_after_a_while() -> None:
    waiting("completion")
    complete(called("won"), report())

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        iterate_if_due(planner(clock=lambda: SETTLED, select=die), fleet().id)  # type: ignore[arg-type]
    assert look(SETTLED + timedelta(seconds=CLAIMED_S + 4.9)) == []
    assert [names(made) for made in look(SETTLED + timedelta(seconds=CLAIMED_S + 5))] == [["lost"]]


def test_a_change_meanwhile_is_considered() -> None:
    waiting("completion")
    complete(called("won"), report())

    def meddle(kept: object, *, time_limit: float) -> object:
        if not Task.objects.get(name="lost").profit > 1:
            edit(called("lost"), {"profit": 2}, report())
        return kept.select(time_limit=time_limit)  # type: ignore[attr-defined]

    made = iterate_if_due(planner(clock=lambda: SETTLED, select=meddle), fleet().id)  # type: ignore[arg-type]
    assert made
    assert (names(made), made.profit) == (["lost"], 2)


def test_two_who_look_make_one_iteration() -> None:
    waiting("iteration")
    fail(called("won"), report())
    due = Due(fleet().version, Cause.RETRY)
    assert len(look(SETTLED)) == 1
    with pytest.raises(StaleError):
        iterate(planner(5), fleet().id, at=SETTLED, due=due)


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize("settle_s", [0.25, 1.0, SETTLE_S])
def test_a_thousand_completions_in_a_second_make_a_handful_of_iterations(settle_s: float) -> None:
    count = 1000
    edit_fleet(fleet(), {"release": "completion", "settle_s": settle_s}, act(NOW))
    buffer(*(task(f"held {n}", f"r{n}", profit=9) for n in range(count)))
    assert len(names(run())) == count
    buffer(*(task(f"waits {n}", f"r{n}") for n in range(count)))
    run()
    made: list[Iteration] = []
    for n, held in enumerate(Task.objects.filter(name__startswith="held").select_related("fleet")):
        at = SOON + timedelta(seconds=n / count)
        complete(held, report(at))
        made += look(at)
    made += look(SOON + timedelta(seconds=1 + settle_s))
    assert Task.objects.filter(name__startswith="waits", status="scheduled").count() == count
    assert 1 <= len(made) <= 1 / settle_s + 2
    assert sum(iteration.scheduled for iteration in made) == count
