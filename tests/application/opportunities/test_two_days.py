"""Two days of a small fleet, from elements to what was executed: two satellites, ten targets, two stations, a disk."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise

import pytest
from django.test import Client

from satselect.application.planning.iterate import iterate
from satselect.application.tasks.change import Report, complete
from satselect.orbits import Point, read_elements
from satselect.schemas.planning.plans import NewTimedTask
from satselect.store.models import Assignment, ElementSet, Fleet, Pass, Resource, Satellite, Supply, Task, User
from tests.application.buffers import NOW
from tests.application.opportunities.test_overhead import station
from tests.application.opportunities.test_working_out import aimed, put
from tests.application.orbits import at, check_counters, orbit, submit
from tests.levels import most_held
from tests.longer import more
from tests.orbits.skies import elevation, off_nadir, satellite
from tests.planners import planner

DATABASES = ["postgresql", *more(["sqlite"])]

pytestmark = pytest.mark.usefixtures("database")

PLACES: Mapping[str, tuple[float, float]] = {
    "Berlin": (13.4, 52.5),
    "Sydney": (151.2, -33.9),
    "Nuuk": (-51.7, 64.2),
    "Suva": (178.4, -18.1),
    "Lima": (-77.0, -12.0),
    "Oslo": (10.7, 59.9),
    "Perth": (115.9, -31.9),
    "Dakar": (-17.4, 14.7),
    "Tokyo": (139.7, 35.7),
    "Ushuaia": (-68.3, -54.8),
}
HELD = 2
HOURS = 48
FROZEN_S = 1800
NEWER = 600
"""The minute at which sat-1 gets other elements."""
STATIONS = {"kiruna": (67.9, 21.1), "punta-arenas": (-53.2, -70.9)}


@pytest.fixture
def fleet(database: object) -> Fleet:
    made = orbit()
    Fleet.objects.filter(id=made.id).update(horizon_s=HOURS * 3600, frozen_s=FROZEN_S)
    disk = Resource.objects.create(fleet=made, name="disk", kind="reservoir")
    for number, one in enumerate(made.satellites.order_by("slug")):
        Supply.objects.create(resource=disk, satellite=one, capacity=HELD)
        put(one.slug, number=99001 + number, RA_OF_ASC_NODE=120 + 90 * number)
    for slug, (latitude, longitude) in STATIONS.items():
        station(slug, latitude=latitude, longitude=longitude, minimum_elevation=10.0, drains_per_s={"disk": 0.005})
    return made


@pytest.mark.timeout(300)
def test_two_days_from_elements_to_what_was_executed(fleet: Fleet) -> None:
    submit(*_wanted(range(3)))
    kept = planner(20)
    iterate(kept, fleet.id, at=NOW)
    _check_shown()
    for half_hour in range(1, 2 * HOURS + 1):
        minute = 30 * half_hour
        _execute(at(minute))
        if minute == NEWER:
            put("sat-1", minute=minute, number=99001, RA_OF_ASC_NODE=120, MEAN_ANOMALY=1.5)
            submit(*_wanted(range(3, 6)), minute=minute)
        iterate(kept, fleet.id, at=at(minute))
    check_counters()
    done = Assignment.objects.filter(task__status="completed", is_live=True).select_related("opportunity", "task")
    assert done.count() >= 12
    assert len({one.opportunity.origin_id for one in done if one.opportunity}) == 3, "of both sets of elements of sat-1"
    old = ElementSet.objects.filter(satellite__slug="sat-1").earliest("id")
    for one in done:
        _check_view(one)
        if one.opportunity and one.opportunity.origin_id == old.id:
            assert one.starts
            assert one.starts < at(NEWER + FROZEN_S / 60), "only what was frozen is executed by older elements"
    for row in fleet.satellites.all():
        spans = sorted((one.starts, one.ends) for one in done if one.satellite_id == row.id and one.starts and one.ends)
        assert all(end <= later for (_, end), (later, _) in pairwise(spans))
        assert _most_held(row, spans) == HELD, "it is never more, and there are enough tasks to fill it"


def _wanted(numbers: Sequence[int]) -> list[NewTimedTask]:
    """Tasks for each of the places, worth more the higher their number."""
    uses = {"camera": 1, "disk": 1}
    return [
        aimed(f"{name} {number}", place, profit=number + 1, resources=uses)
        for name, place in PLACES.items()
        for number in numbers
    ]


def _check_shown() -> None:
    """The plan lists what is scheduled, and an export has tasks and passes."""
    span = {"from": NOW.isoformat(), "until": at(60 * HOURS).isoformat()}
    client = Client()
    answer = client.get("/api/v1/fleets/orbit/plan", span)
    assert answer.status_code == 200, answer.content
    listed = answer.json()["items"]
    scheduled = set(Task.objects.filter(status="scheduled").values_list("name", flat=True))
    assert {one["name"] for one in listed} == scheduled
    assert len(scheduled) >= 12
    calendar = client.get("/api/v1/fleets/orbit/plan", span | {"format": "ical"}).content.decode()
    passes = Pass.objects.filter(starts__gte=NOW, ends__lte=at(60 * HOURS)).count()
    assert passes >= 20
    assert calendar.count("BEGIN:VEVENT") >= len(scheduled) + passes
    page = client.get(
        "/fleets/orbit/plan", {"from": NOW.isoformat(), "span": "172800"}, headers={"Accept": "text/html"}
    )
    assert page.content.decode().count("kiruna: ") >= 10


def _execute(now: datetime) -> None:
    """Reports what is over, as an executor does."""
    over = Assignment.objects.filter(is_live=True, task__status="scheduled", ends__lte=now).select_related("task")
    for one in over:
        assert one.ends
        complete(one.task, Report(User.objects.get(), one.ends))


def _check_view(one: Assignment) -> None:
    """From start to end the place was seen as asked for, by the elements that the plan was made of."""
    assert one.opportunity
    assert one.starts
    assert one.ends
    row = ElementSet.objects.get(id=one.opportunity.origin_id or 0)
    where = satellite(read_elements(row.source)[0])
    longitude, latitude = PLACES[one.task.name.split()[0]]
    place = Point(latitude, longitude)
    for moment in (one.starts, one.starts + (one.ends - one.starts) / 2, one.ends):
        assert off_nadir(where(moment), place) <= 50.02
        assert elevation(where(moment), place) >= -0.02


def _most_held(row: Satellite, spans: list[tuple[datetime, datetime]]) -> int:
    passes = Pass.objects.filter(satellite=row).values_list("starts", "ends", "drains")
    drains = [(starts, ends, units.get("disk", 0)) for starts, ends, units in passes]
    return most_held([(starts, ends, 1) for starts, ends in spans], drains)
