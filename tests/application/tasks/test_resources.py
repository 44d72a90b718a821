"""A fleet without a satellite: an open one gets its first with its first tasks, a closed one says what it lacks."""

import pytest

from satselect.application.explanation.what_if import select_with
from satselect.application.fleets.fleets import create_fleet, create_satellite
from satselect.application.fleets.supplies import add_resource, delete_satellite
from satselect.schemas.reading.faults import InvalidError
from satselect.store.models import Fleet, Satellite, Task, User
from tests.application.buffers import NOW, buffer, names, run, task
from tests.application.constellations import act

pytestmark = pytest.mark.usefixtures("database")


def fleet(*, is_open: bool) -> Fleet:
    return create_fleet({"name": "north", "slug": "north", "is_open": is_open}, act())


def refusal(*resources: str, **fields: object) -> str:
    with pytest.raises(InvalidError) as refused:
        buffer(task("a", *resources, **fields), fleet="north")  # type: ignore[arg-type]
    return str(refused.value)


@pytest.mark.parametrize("resources", [["camera", "disk"], []])
def test_an_open_fleet_gets_its_first_satellite_with_its_first_tasks(resources: list[str]) -> None:
    fleet(is_open=True)
    buffer(task("a", *resources), fleet="north")
    assert list(Satellite.objects.filter(fleet__slug="north").values_list("slug", "name")) == [("default", "Default")]
    assert names(run(fleet="north")) == ["a"]


def test_one_that_has_lost_its_last_satellite_gets_another() -> None:
    north = fleet(is_open=True)
    satellite = create_satellite(north, {"name": "Sat 1"}, act())
    buffer(fleet="north")
    run(fleet="north")
    delete_satellite(satellite, act())
    buffer(task("a"), fleet="north")
    assert names(run(fleet="north")) == ["a"]


def test_one_that_has_a_satellite_gets_no_other() -> None:
    create_satellite(fleet(is_open=True), {"name": "Sat 1"}, act())
    buffer(task("a", "camera"), fleet="north")
    assert names(run(fleet="north")) == ["a"]
    assert list(Satellite.objects.filter(fleet__slug="north").values_list("slug", flat=True)) == ["sat-1"]


def test_what_if_says_the_same_and_makes_none() -> None:
    fleet(is_open=True)
    outlook = select_with("north", [task("a", "camera")], by=User.objects.get(), at=NOW, time_limit_s=5)
    assert list(outlook.chosen) == [0]
    assert not Satellite.objects.filter(fleet__slug="north").exists()


@pytest.mark.parametrize("resources", [["camera"], []])
def test_a_closed_fleet_says_that_it_has_none(resources: list[str]) -> None:
    north = fleet(is_open=False)
    assert refusal(*resources) == "/0: the fleet has no satellite yet: add one first"
    add_resource(north, "camera", 1, act())  # shared, by nobody so far
    assert refusal(*resources) == "/0: the fleet has no satellite yet: add one first"
    assert not Task.objects.exists()


def test_a_resource_that_only_others_have_is_said_to_be_elsewhere() -> None:
    north = fleet(is_open=False)
    create_satellite(north, {"name": "Sat 1"}, act())
    add_resource(create_satellite(north, {"name": "Sat 2"}, act()), "camera", 1, act())
    assert refusal("camera", satellites=["sat-1"]).endswith("no satellite that it may run on has it")
    add_resource(north.satellites.get(slug="sat-1"), "disk", 1, act())
    assert refusal("camera", "disk").endswith("no satellite that it may run on has all of them")
