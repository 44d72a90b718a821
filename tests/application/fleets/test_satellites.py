"""Tasks choose among the satellites of a fleet."""

import pytest

from satselect.application.explanation.explain import explain
from satselect.application.fleets.fleets import create_satellite
from satselect.application.fleets.supplies import set_capacity
from satselect.application.tasks.change import Report
from satselect.application.tasks.edit import edit
from satselect.schemas.reading.faults import InvalidError
from satselect.schemas.tasks import NewTask
from satselect.store.models import (
    Assignment,
    Fleet,
    Iteration,
    Resource,
    ResourceUse,
    Satellite,
    Signature,
    Supply,
    User,
)
from satselect.store.models import Task as StoredTask
from tests.application.buffers import NOW, buffer, names, run, task
from tests.application.constellations import act, constellation, supply
from tests.databases import counts
from tests.planners import forget_buffers

pytestmark = pytest.mark.usefixtures("database")


def placed(iteration: Iteration) -> dict[str, str]:
    """Task to satellite."""
    return dict(iteration.assignments.values_list("task__name", "satellite__slug"))


def refused(*tasks: NewTask, fleet: str = "pair") -> list[str]:
    before = counts()
    with pytest.raises(InvalidError) as caught:
        buffer(*tasks, fleet=fleet)
    assert counts() == before
    return [fault.pointer for fault in caught.value.faults]


def test_each_satellite_takes_what_fits_on_it() -> None:
    constellation({"a": {"camera": 1}, "b": {"camera": 1}})
    buffer(*[task(str(n), "camera", profit=n) for n in (1, 2, 3)], fleet="pair")
    iteration = run(fleet="pair")
    assert (sorted(placed(iteration)), set(placed(iteration).values())) == (["2", "3"], {"a", "b"})
    assert iteration.profit == 5


def test_a_task_runs_on_a_satellite_that_it_names() -> None:
    constellation({"a": {"camera": 1}, "b": {"camera": 1}})
    buffer(task("x", "camera", satellites=["b"]), task("y", "camera", profit=9, satellites=["b"]), fleet="pair")
    assert placed(run(fleet="pair")) == {"y": "b"}
    assert placed(run(fleet="pair")) == {"x": "b"}


def test_a_task_runs_where_everything_it_needs_is() -> None:
    constellation({"a": {"camera": 1}, "b": {"camera": 1, "radar": 1}}, {"antenna": 2})
    buffer(task("x", "radar", "antenna"), task("y", "camera", "antenna"), task("z", "antenna"), fleet="pair")
    assert placed(run(fleet="pair"))["x"] == "b"


def test_what_is_shared_is_used_once() -> None:
    constellation({"a": {"camera": 1}, "b": {"camera": 1}}, {"antenna": 1})
    buffer(task("x", "camera", "antenna", profit=2), task("y", "camera", "antenna"), fleet="pair")
    iteration = run(fleet="pair")
    assert list(placed(iteration)) == ["x"]
    assert ResourceUse.objects.get(supply=supply("antenna")).used == 1
    assert iteration.capacities == {"antenna": 1, "a/camera": 1, "b/camera": 1}
    assert set(iteration.prices) == set(iteration.capacities)


def test_tasks_of_different_satellites_have_different_signatures() -> None:
    constellation({"a": {"camera": 1}, "b": {"camera": 1}})
    buffer(
        task("any", "camera"),
        task("ab", "camera", satellites=["a", "b"]),
        task("ba", "camera", satellites=["b", "a"]),
        task("a", "camera", satellites=["a"]),
        fleet="pair",
    )
    assert Signature.objects.count() == 3
    assert StoredTask.objects.get(name="ba").satellites == ["b", "a"]


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"satellites": ["a", "nowhere"]}, "/1/satellites/1"),
        ({"resources": ["camera", "radar"]}, "/1/resources"),
        ({"resources": ["radar"], "satellites": ["a"]}, "/1/resources/0"),
        ({"resources": {"camera": 3}, "satellites": ["a"]}, "/1/resources/camera"),
        ({"resources": {"camera": 2, "disk": 1}}, "/1/resources"),
        ({"resources": ["sonar"]}, "/1/resources/0"),
        ({"resources": {"antenna": 2}}, "/1/resources/antenna"),
    ],
)
def test_what_no_satellite_could_run_is_refused(fields: dict[str, object], pointer: str) -> None:
    constellation({"a": {"camera": 1, "disk": 1}, "b": {"radar": 1}, "c": {"camera": 4}}, {"antenna": 1})
    wrong = NewTask.model_validate({"name": "x", "resources": ["camera"], "profit": 1} | fields)
    assert refused(task("right", "camera"), wrong) == [pointer]


def test_unknown_resources_of_an_open_fleet_are_made_where_the_task_may_run() -> None:
    constellation({"a": {}, "b": {}, "c": {}}, slug="open", is_open=True)
    buffer(task("x", "camera"), task("y", "disk", satellites=["b"]), task("z", "disk", satellites=["c"]), fleet="open")
    rows = Supply.objects.order_by("resource__name", "satellite__slug").values_list("resource__name", "satellite__slug")
    assert list(rows) == [("camera", "a"), ("camera", "b"), ("camera", "c"), ("disk", "b"), ("disk", "c")]


def test_unknown_resources_of_the_default_fleet_go_to_its_satellite_default() -> None:
    create_satellite(Fleet.objects.get(), {"name": "Second"}, act())
    buffer(task("x", "camera"))
    assert Supply.objects.get().satellite == Satellite.objects.get(slug="default")
    assert placed(run()) == {"x": "default"}


def test_a_fleet_without_satellites_takes_nothing_until_there_is_one() -> None:
    fleet = constellation({}, {"antenna": 1}, slug="pair")
    with pytest.raises(InvalidError, match="no satellite yet"):
        buffer(task("x", "antenna"), task("y"), fleet="pair")
    create_satellite(fleet, {"name": "First one"}, act())
    buffer(task("x", "antenna"), task("y"), fleet="pair")
    assert placed(run(fleet="pair")) == {"x": "first-one", "y": "first-one"}


def test_a_resource_that_comes_into_play_later_counts_with_its_capacity() -> None:
    """Whether the fleet has one satellite or two, and whether the buffer was kept."""
    constellation({"a": {"camera": 3, "disk": 1}}, slug="one")
    constellation({"a": {"camera": 2, "disk": 1}, "b": {"camera": 1}}, slug="pair")
    for fleet in ("one", "pair"):
        buffer(task("x", "disk"), fleet=fleet)
        run(fleet=fleet)
        buffer(*[task(str(n), "camera") for n in range(4)], fleet=fleet)
        assert names(run(fleet=fleet)) == ["0", "1", "2"]


def test_an_edited_task_may_run_elsewhere() -> None:
    constellation({"a": {"camera": 1}, "b": {"camera": 1}})
    buffer(task("x", "camera", satellites=["a"]), fleet="pair")
    report = Report(User.objects.get(), NOW)
    with pytest.raises(InvalidError) as caught:
        edit(StoredTask.objects.get(), {"satellites": ["nowhere"]}, report)
    assert caught.value.faults[0].pointer == "/satellites/0"
    edit(StoredTask.objects.get(), {"satellites": ["b"]}, report)
    assert placed(run(fleet="pair")) == {"x": "b"}


@pytest.mark.parametrize("is_kept", [True, False])
def test_an_explanation_tells_of_every_satellite_on_which_the_task_may_run(is_kept: bool) -> None:
    constellation({"a": {"camera": 1}, "b": {"camera": 1}, "c": {"camera": 1}}, {"antenna": 5})
    both = ["a", "b"]
    buffer(
        task("x", "camera", "antenna", profit=5, satellites=["a"]),
        task("y", "camera", "antenna", profit=3, satellites=["b"]),
        task("z", "camera", "antenna", profit=2, satellites=both),
        task("w", "camera", "antenna", profit=1, satellites=both),
        fleet="pair",
    )
    run(fleet="pair")
    if not is_kept:
        forget_buffers()
    for name in ("z", "w"):
        found = explain(StoredTask.objects.get(name=name), at=NOW, time_limit_s=5)
        holders = {key: [each.name for each in tasks] for key, tasks in found.displaced_by.items()}
        assert holders == {"a/camera": ["x"], "b/camera": ["y"]}
        assert (found.break_even, found.lacking) == (3, {})
        assert found.price is not None


def test_an_explanation_says_what_became_too_little() -> None:
    constellation({"a": {"camera": 2}, "b": {"camera": 1}})
    buffer(NewTask(name="x", resources={"camera": 2}, profit=1), fleet="pair")
    set_capacity(supply("camera", "a"), 1, act())
    run(fleet="pair")
    found = explain(StoredTask.objects.get(), at=NOW, time_limit_s=5)
    lacking = {key: (lack.needs, lack.has) for key, lack in found.lacking.items()}
    assert (lacking, found.displaced_by, found.break_even) == ({"a/camera": (2, 1), "b/camera": (2, 1)}, {}, None)


def test_a_second_satellite_takes_part_at_once() -> None:
    fleet = constellation({"a": {"camera": 1}})
    buffer(*[task(str(n), "camera") for n in range(3)], fleet="pair")
    assert names(run(fleet="pair")) == ["0"]
    second = create_satellite(fleet, {"name": "b"}, act())
    Supply.objects.create(resource=Resource.objects.get(), satellite=second)
    assert names(run(fleet="pair")) == ["1", "2"]
    assert Assignment.objects.filter(satellite=second).count() == 1
    found = explain(StoredTask.objects.get(name="0"), at=NOW, time_limit_s=5)
    assert found.price is not None
