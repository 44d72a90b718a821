"""Two plans of a fleet beside each other: the same numbers as elsewhere, what has a place, and what lost one."""

import re

import pytest
from django.test import Client

from satselect.console.reading.iterations.compared import read_compared
from satselect.store.defaults import LOCAL
from satselect.store.models import Iteration, User
from tests.console.plans import Orbit, make_orbit

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def both() -> tuple[Iteration, Iteration]:
    """The later plan keeps `stays`, and has `better` in the place of `loses`, which one before both had planned."""
    orbit = make_orbit()
    orbit.send(orbit.timed("loses", (30, 40), profit=2), orbit.timed("stays", (60, 70), profit=10))
    orbit.run()
    before = orbit.run()
    orbit.send(orbit.timed("better", (35, 45), profit=5, resources={"camera": 1, "disk": 2}))
    return before, orbit.run()


def page(path: str) -> str:
    answer = Client(headers={"Accept": "text/html"}).get(path)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


def test_both_plans_are_compared_whole(both: tuple[Iteration, Iteration]) -> None:
    compared = read_compared(User.objects.get(username=LOCAL), *both)
    assert [(one.chosen.task.name, one.before) for one in compared.came] == [("better", "new since")]
    assert [one.task.name for one in compared.went] == ["loses"]


def test_what_is_planned_otherwise_is_said_so(both: tuple[Iteration, Iteration]) -> None:
    user = User.objects.get(username=LOCAL)
    orbit = Orbit(both[0].fleet, both[0].as_of)
    orbit.send(orbit.timed("moves", (100, 110), (130, 140), profit=3))
    before = orbit.run()
    orbit.send(orbit.timed("stronger", (100, 110), profit=9))
    compared = read_compared(user, before, orbit.run())
    assert {(one.chosen.task.name, one.before) for one in compared.came} == {
        ("stronger", "new since"),
        ("moves", "planned otherwise"),
    }
    assert not compared.went


def test_no_page_says_that_nothing_was_used(both: tuple[Iteration, Iteration]) -> None:
    before, after = both
    told = page(f"/iterations/{after.id}/compare/{before.id}")
    assert "Neither used any" not in told
    assert "The plan shows when each resource is in use" in told


def test_profit_is_the_same_wherever_it_stands(both: tuple[Iteration, Iteration]) -> None:
    before, after = both
    assert (after.profit, after.objective) == (15, 15.2)  # what stays is worth more than it brings
    for path in (f"/iterations/{after.id}", f"/iterations/{after.id}/compare/{before.id}", "/fleets/orbit/profit"):
        told = page(path)
        assert re.search(r"(Profit|Last plan) (12 )?15 ", told), path
    assert "Objective 15.2 " in page(f"/iterations/{after.id}")
    assert "Objective 12.24 15.2 " in page(f"/iterations/{after.id}/compare/{before.id}")
