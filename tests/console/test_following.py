"""What a fleet runs next, on its page."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from satselect.console.reading.plan import following as reading
from satselect.console.reading.plan.following import read_following
from satselect.schemas.tasks import Status
from satselect.store.defaults import LOCAL
from satselect.store.models import Task, User
from tests.console.plans import Orbit, make_orbit, make_planned

DATABASES = ["sqlite", "postgresql"]


@pytest.fixture
def orbit(database: object) -> Orbit:
    return make_planned(make_orbit())


def names(orbit: Orbit) -> list[str]:
    found = read_following(User.objects.get(username=LOCAL), orbit.fleet, at=orbit.now)
    return [one.task.name for one in found]


@pytest.mark.parametrize("most", [1, 2, 3, 8])
def test_the_first_ones_of_all_satellites(orbit: Orbit, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    every = names(orbit)
    starts = [orbit.planned(name).starts for name in every]
    assert starts == sorted(starts, key=str)
    assert set(every) == set(Task.objects.filter(status=Status.SCHEDULED).values_list("name", flat=True))
    monkeypatch.setattr(reading, "MOST_SHOWN", most)
    assert names(orbit) == every[:most]


def test_what_is_reported_before_it_starts_takes_nobodys_place(orbit: Orbit, monkeypatch: pytest.MonkeyPatch) -> None:
    first, *others = names(orbit)
    Task.objects.filter(name=first).update(status=Status.COMPLETED)
    monkeypatch.setattr(reading, "MOST_SHOWN", 2)
    assert names(orbit) == others[:2]


def test_a_whole_plan_is_not_read(orbit: Orbit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_SHOWN", 1)
    with CaptureQueriesContext(connection) as captured:
        (name,) = names(orbit)
    about = [one["sql"] for one in captured if '"store_assignment"."starts" <=' in one["sql"]]
    assert name
    assert len(about) == 1
    assert not [one for one in captured if 'FROM "store_assignment" INNER' in one["sql"] and one["sql"] not in about]
