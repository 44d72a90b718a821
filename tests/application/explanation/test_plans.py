"""What if and one more unit in a fleet that plans in time, beside what happens when it is done."""

from random import Random

import pytest

from satselect.application.explanation import what_if_in_time
from satselect.application.explanation.marginal_value import MarginalValues
from satselect.application.explanation.one_more_in_time import one_more_in_time
from satselect.application.explanation.outlook import Outlook
from satselect.application.explanation.what_if import select_with
from satselect.application.planning.horizon.scene import read_scene
from satselect.application.tasks.submit import submit as submit_batch
from satselect.schemas.explanations import Unknown
from satselect.schemas.tasks import NewTask
from satselect.store.models import Fleet, Supply, Task, User
from tests.application.buffers import submission, task
from tests.application.orbits import at, orbit, planned, run, status, submit, timed
from tests.databases import counts

pytestmark = pytest.mark.usefixtures("fleet")


@pytest.fixture
def fleet(database: object) -> Fleet:
    return orbit()


def ask(*tasks: NewTask, minute: float = 0) -> Outlook:
    return select_with("orbit", tasks, by=User.objects.get(), at=at(minute), time_limit_s=20)


def moved_on() -> None:
    fleet = Fleet.objects.get(slug="orbit")
    Fleet.objects.filter(id=fleet.id).update(version=fleet.version + 1)


def some_tasks(rng: Random, count: int, prefix: str) -> list[NewTask]:
    found: list[NewTask] = []
    for number in range(count):
        start, lasts = rng.randint(11, 40), rng.randint(2, 9)
        fields = {"duration": rng.choice([60, 120])} if rng.random() < 0.5 else {}
        satellite, profit = rng.choice(["sat-1", "sat-2"]), rng.randint(1, 20)
        name = f"{prefix}{number}"
        found.append(timed(name, (start, start + lasts), profit=profit, satellite=satellite, **fields))
    return found


def test_it_tells_what_would_be_planned_when_and_whom_that_displaces() -> None:
    submit(timed("stays", (11, 14)), timed("goes", (20, 30), profit=3), timed("waits", (25, 28), profit=2))
    run()
    before = counts()
    outlook = ask(timed("better", (20, 30), profit=9), timed("worse", (20, 30)), timed("far", (200, 210)), minute=1)
    assert counts() == before
    assert outlook.chosen == {0: "sat-1"}
    assert outlook.times == {0: (at(20), at(30))}
    assert [each.name for each in outlook.displaced] == ["goes"]
    assert (outlook.profit, outlook.profit_without) == (10, 4)
    assert outlook.break_even == {1: 9.0, 2: Unknown.NO_PROFIT}
    assert set(planned()) == {"stays", "goes"}


def test_tasks_without_time_are_asked_about_too() -> None:
    submit(task("holds", "radio", profit=4), task("other", "radio", profit=4))
    run()
    outlook = ask(task("more", "radio", profit=50), task("camera", "camera"), timed("a", (20, 30), profit=3), minute=1)
    assert outlook.chosen.keys() == {1, 2}, "what holds a radio all the time is a fact, and the camera is there"


@pytest.mark.parametrize("seed", range(3))
def test_what_is_told_is_what_happens(seed: int) -> None:
    rng = Random(seed)
    submit(*some_tasks(rng, 8, "old"))
    run()
    asked = some_tasks(rng, 4, "new")
    outlook = ask(*asked, minute=1)
    submit(*asked, minute=1)
    iteration = run(1)
    assert iteration.profit == outlook.profit
    scheduled = Task.objects.filter(name__startswith="new", status="scheduled").order_by("position")
    assert list(scheduled.values_list("position", flat=True)) == sorted(outlook.chosen)
    assert {task.position: planned()[task.name][0] for task in scheduled} == outlook.chosen
    assert all(status(one.name) == "buffered" for one in outlook.displaced)


@pytest.mark.parametrize("seed", range(2))
def test_the_profit_told_is_where_it_turns(seed: int) -> None:
    rng = Random(10 + seed)
    submit(*some_tasks(rng, 10, "old"))
    run()
    (mine,) = some_tasks(rng, 1, "new")
    cheap = ask(mine.model_copy(update={"profit": 0.001}), minute=1)
    needed = cheap.break_even.get(0, 0.0)
    assert isinstance(needed, float)
    assert ask(mine.model_copy(update={"profit": needed + 0.01}), minute=1).chosen.keys() == {0}
    if needed > 0.02:
        assert ask(mine.model_copy(update={"profit": needed - 0.01}), minute=1).chosen == {}


def test_a_fleet_that_moves_on_meanwhile_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    read, rivals = read_scene, iter([timed("rival", (20, 30), profit=5)])

    def read_then_submit(*arguments: object) -> object:
        found = read(*arguments)  # type: ignore[arg-type]
        for rival in rivals:
            submit_batch(submission(rival, fleet="orbit"), at=at(0))
        return found

    monkeypatch.setattr(what_if_in_time, "read_scene", read_then_submit)
    outlook = ask(timed("mine", (25, 35), profit=3))
    assert (outlook.chosen, outlook.profit_without, outlook.break_even) == ({}, 5, {0: 5.0})


@pytest.mark.parametrize("seed", range(2))
def test_one_more_unit_earns_what_it_is_told_to_earn(seed: int, fleet: Fleet) -> None:
    rng = Random(seed)
    Fleet.objects.filter(id=fleet.id).update(stay=0)  # the plan that it is compared with was made without a bonus
    submit(*some_tasks(rng, 14, "t"))
    base = run()
    found = {(one.satellite, one.resource): one for one in one_more_in_time(fleet.id, at=at(0), budget_s=30)}
    assert found
    for supply in Supply.objects.select_related("resource", "satellite").filter(resource__fleet=fleet):
        name = supply.satellite.name, supply.resource.name  # type: ignore[union-attr]
        Supply.objects.filter(id=supply.id).update(capacity=2)
        moved_on()
        gain = run().objective - base.objective
        Supply.objects.filter(id=supply.id).update(capacity=1)
        moved_on()
        run()
        told = found[name].gain if name in found else 0.0
        assert told == pytest.approx(gain)
        if name in found:
            assert found[name].price >= gain - 1e-9


def test_what_one_more_unit_earns_is_kept_until_the_fleet_moves_on(fleet: Fleet) -> None:
    submit(timed("a", (20, 30), profit=3), timed("b", (20, 30), profit=2))
    last, values = run(), MarginalValues()
    (one,) = values.of(last, at=at(0), budget_s=10)
    assert (one.satellite, one.resource, one.gain) == ("sat-1", "camera", 2.0)
    assert values.of(last, at=at(0), budget_s=0)[0] is one
    moved_on()
    assert values.of(last, at=at(0), budget_s=0)[0].gain is None
