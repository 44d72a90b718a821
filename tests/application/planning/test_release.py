"""In a fleet that releases at completion, scheduled tasks hold what they use until they are reported."""

from datetime import timedelta

import pytest

from satselect.application.explanation.explain import explain
from satselect.application.fleets.fleets import edit_fleet
from satselect.application.fleets.supplies import set_capacity
from satselect.application.tasks.change import Report, cancel, complete, fail
from satselect.store.models import Fleet, Iteration, ResourceUse, Supply, Task, User
from tests.application.buffers import NOW, buffer, names, run, task
from tests.application.constellations import act, constellation, supply

pytestmark = pytest.mark.usefixtures("database")

LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def holding(database: object) -> None:
    """`won` is scheduled and holds the camera; `lost` waits for it."""
    edit_fleet(Fleet.objects.get(), {"release": "completion"}, act())
    buffer(task("won", "camera", "disk", profit=9, max_attempts=2), task("lost", "camera"))
    assert names(run()) == ["won"]


def report() -> Report:
    return Report(User.objects.get(), LATER)


def held(iteration: Iteration) -> dict[str, tuple[int, int]]:
    rows = ResourceUse.objects.filter(iteration=iteration)
    return {name: (held, used) for name, held, used in rows.values_list("supply__resource__name", "held", "used")}


@pytest.mark.usefixtures("holding")
def test_what_is_held_can_not_be_selected_from() -> None:
    iteration = run(LATER)
    assert names(iteration) == []
    assert held(iteration) == {"camera": (1, 0)}
    assert iteration.settings["release"] == "completion"


@pytest.mark.usefixtures("holding")
@pytest.mark.parametrize(("end", "scheduled"), [(complete, ["lost"]), (cancel, ["lost"]), (fail, ["won"])])
def test_the_end_of_a_task_releases_it(end: object, scheduled: list[str]) -> None:
    run(LATER)
    end(Task.objects.get(name="won"), report())  # type: ignore[operator]
    assert names(run(LATER)) == scheduled


@pytest.mark.usefixtures("holding")
def test_an_explanation_names_who_holds_it_since_an_earlier_iteration() -> None:
    run(LATER)
    found = explain(Task.objects.get(name="lost"), at=LATER, time_limit_s=5)
    assert {key: [each.name for each in tasks] for key, tasks in found.displaced_by.items()} == {"camera": ["won"]}
    assert (found.break_even, found.lacking) == (None, {})
    complete(Task.objects.get(name="won"), Report(User.objects.get(), LATER + timedelta(minutes=1)))
    found = explain(Task.objects.get(name="lost"), at=LATER, time_limit_s=5)
    assert list(found.displaced_by) == ["camera"]


@pytest.mark.usefixtures("holding")
def test_a_fleet_that_releases_at_each_iteration_again_holds_nothing() -> None:
    edit_fleet(Fleet.objects.get(), {"release": "iteration"}, act())
    assert names(run(LATER)) == ["lost"]


def test_units_are_held_one_by_one_on_each_satellite() -> None:
    fleet = constellation({"a": {"camera": 2}, "b": {"camera": 1}}, {"antenna": 3})
    edit_fleet(fleet, {"release": "completion"}, act())
    buffer(*[task(str(n), "camera", "antenna", profit=9 - n, satellites=["a"]) for n in range(3)], fleet="pair")
    assert names(run(fleet="pair")) == ["0", "1"]
    buffer(*[task(f"b{n}", "camera", "antenna", satellites=["b"]) for n in range(2)], fleet="pair")
    complete(Task.objects.get(name="0"), report())
    iteration = run(LATER, fleet="pair")
    assert names(iteration) == ["2", "b0"]
    rows = ResourceUse.objects.filter(iteration=iteration).values_list("supply", "held", "used")
    assert sorted(rows) == sorted(
        [(supply("camera", "a").id, 1, 1), (supply("camera", "b").id, 0, 1), (supply("antenna").id, 1, 2)]
    )


@pytest.mark.usefixtures("holding")
def test_a_capacity_may_fall_below_what_is_held() -> None:
    set_capacity(Supply.objects.select_related("resource").get(resource__name="camera"), 0, act())
    iteration = run(LATER)
    assert (names(iteration), held(iteration)) == ([], {"camera": (0, 0)})
