"""Why tasks have no place in a plan: the pages say one thing, of the last iteration and of what changed since."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from satselect.application.tasks.change import Report
from satselect.application.tasks.edit import edit
from satselect.store.defaults import LOCAL
from satselect.store.models import Iteration, User
from tests.console.plans import Orbit, make_orbit, make_planned

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def orbit(database: object) -> Orbit:
    return make_planned(make_orbit())


def page(path: str) -> str:
    answer = Client(headers={"Accept": "text/html"}).get(path)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


def raise_profit(orbit: Orbit, name: str) -> None:
    edit(orbit.task(name), {"profit": 50}, Report(User.objects.get(username=LOCAL), orbit.now + timedelta(seconds=1)))


def test_a_plan_does_not_say_that_what_it_knew_was_not_kept(orbit: Orbit) -> None:
    told = page(f"/iterations/{Iteration.objects.get().id}")
    assert "the plan had no place for it: others held what it needs" in told
    assert "was not kept" not in told


def test_a_task_worth_more_is_told_as_changed(orbit: Orbit) -> None:
    raise_profit(orbit, "loser")
    told = page(f"/tasks/{orbit.task('loser').id}")
    assert "the plan had no place for it" in told
    assert "(changed since: its profit was 2 and is 50; it competes again in the next iteration)" in told
    assert "others hold" not in told


def test_what_has_room_now_is_not_said_not_to_wait(orbit: Orbit) -> None:
    raise_profit(orbit, "loser")
    id = orbit.task("loser").id
    assert "there is room for it as things are now, and the next iteration decides" in page(f"/tasks/{id}/why")
    told = page(f"/tasks/{id}/break-even?long")
    assert "does not wait" not in told
    assert "As things are now, what it is worth is enough." in told


def test_others_that_changed_are_told_too(orbit: Orbit) -> None:
    raise_profit(orbit, "holder")
    assert "other tasks that competed changed" in page(f"/tasks/{orbit.task('loser').id}")
