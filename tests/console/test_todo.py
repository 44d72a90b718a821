"""What there is to do: in the order in which it is planned, and reported by pressing a button, never by Enter."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from django.test import Client
from django.urls import reverse

from satselect.console.reading.tasks import listed
from satselect.console.reading.tasks.listed import Search, read_listed
from satselect.schemas.planning.plans import NewTimedTask
from satselect.schemas.tasks import Status
from satselect.store.defaults import LOCAL
from satselect.store.models import Task, User
from tests.console.plans import Orbit, make_orbit, make_planned
from tests.console.worlds import World

DATABASES = ["sqlite"]


@pytest.fixture
def orbit(database: object) -> Orbit:
    """Planned, with tasks that came in later and run earlier, and one that takes no time."""
    made = make_planned(make_orbit())
    made.send(*(made.timed(f"at {n}", (n, n + 5), profit=9, satellite="sat-2") for n in (200, 90, 30)))
    made.send(NewTimedTask.model_validate({"name": "always", "resources": ["radio"], "profit": 9}))
    made.run()
    return made


def test_what_is_scheduled_is_listed_as_it_is_planned_a_page_after_the_other(
    orbit: Orbit, monkeypatch: pytest.MonkeyPatch
) -> None:
    user, names, after = User.objects.get(username=LOCAL), list[str](), None
    monkeypatch.setattr(listed, "PAGE", 3)
    while not names or after:
        search = Search((Status.SCHEDULED,), by_start=True, after=after)
        rows, after = read_listed(user, [orbit.fleet], search, at=orbit.now)
        names += [row.task.name for row in rows]
    assert names[0] == "always", "it takes what it uses from now on"
    starts = [orbit.planned(name).starts for name in names[1:]]
    assert all(a and b and a <= b for a, b in pairwise(starts))
    assert sorted(names) == sorted(Task.objects.filter(status="scheduled").values_list("name", flat=True))
    assert len(names) > 6


def test_an_executor_sees_that_order_first(world: World, as_: Callable[[str], Client]) -> None:
    eva = as_("eva")
    assert '<option value="planned" selected>' in eva.get("/tasks").content.decode()
    assert '<option value="planned"' not in eva.get("/tasks?status=failed").content.decode()
    assert '<option value="oldest" selected>' in eva.get("/tasks?status=scheduled&order=oldest").content.decode()


def test_enter_in_what_there_is_to_say_presses_no_button(world: World, as_: Callable[[str], Client]) -> None:
    task, nothing = world.task("coast"), "<button disabled hidden></button>"
    for name, path in (("eva", "/tasks"), ("eva", f"/tasks/{task.id}"), ("olga", f"/tasks/{task.id}")):
        for form in as_(name).get(path).content.decode().split("<form")[1:]:
            if 'name="words"' in form:
                assert nothing in form.partition('name="words"')[0]
                assert form.index("<button") == form.index(nothing)


def test_what_failed_and_is_tried_again_is_told_where_the_next_tasks_are(
    world: World, as_: Callable[[str], Client]
) -> None:
    eva, coast = as_("eva"), world.task("coast")
    Task.objects.filter(id=coast.id).update(max_attempts=coast.attempts + 2)
    answer = eva.post(reverse("console:fail", args=[coast.id]), {"words": "clouds"})
    assert answer["Location"] == "/tasks?did=fail&count=1"
    assert b"1 task reported as failed" in eva.get(answer["Location"]).content
