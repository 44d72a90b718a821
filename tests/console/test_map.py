"""The page of the map: what is drawn, where, and for whom."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from satselect.application.opportunities.tracks.ground import GroundTrack, tracked
from satselect.console.drawing.globe.sphere import distance, sight_radius
from satselect.console.drawing.globe.world import Mark
from satselect.console.reading.world import targets as reading
from satselect.console.reading.world.targets import read_targets
from satselect.console.views.fleets import map as view
from satselect.orbits import Station as Antenna
from satselect.orbits import ground_track, passes, read_elements, sky_track
from satselect.store.defaults import LOCAL
from satselect.store.models import Pass, Station, Target, User
from tests.console.maps import PLACES, aim, make_map, message, put
from tests.console.plans import Orbit
from tests.console.worlds import PASSWORD
from tests.people import user
from tests.uninstalled import without_orbits

MAP = "/fleets/orbit/map"


@pytest.fixture
def orbit(database: object) -> Orbit:
    return make_map()


@pytest.fixture
def local(orbit: Orbit) -> User:
    return User.objects.get(username=LOCAL)


def page(path: str = MAP, client: Client | None = None) -> str:
    answer = (client or Client()).get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 200, answer
    return unescape(answer.content.decode())


def drawn(html: str) -> dict[str, str]:
    """The names of tasks on the picture, and how their marks look."""
    return dict(reversed(one) for one in re.findall(r'<a class="(\w+)"[^>]*><title>([^:]+):', html))


def test_targets_that_are_planned_and_that_wait_look_different(orbit: Orbit) -> None:
    html = page()
    planned = {name for name in PLACES if orbit.task(name).status == "scheduled"}
    assert planned
    assert drawn(html) == {name: "scheduled" if name in planned else "buffered" for name in [*PLACES, "later"]}
    marks = re.findall(r'<a class="(\w+)".*?</title><(\w+)', html)
    assert set(marks) == {("scheduled", "circle"), ("buffered", "svg")}


def test_satellites_are_where_their_elements_say(orbit: Orbit) -> None:
    one = tracked([orbit.satellite("sat-1")], orbit.now, timedelta(minutes=100), step=timedelta(seconds=30))[0]
    assert isinstance(one.track, GroundTrack)
    (elements,) = read_elements(message(orbit, 1))
    way = ground_track(elements, orbit.now, orbit.now + timedelta(minutes=100), step=timedelta(seconds=30))
    assert one.track.spots == [(spot.latitude, spot.longitude) for spot in way]
    assert one.track.height_km == way[0].height_km


def test_what_is_not_known_of_a_satellite_is_said(orbit: Orbit) -> None:
    html = page()
    assert "the satellite has no elements" in html
    assert "9 d ago</time>, old" in html
    assert html.count('<path class="track" d=') == 2 + 1  # and the one that the legend shows
    Target.objects.all().delete()
    assert "No task that waits or is scheduled has a target" in page()


def test_one_satellite_alone(orbit: Orbit) -> None:
    html = page(f"{MAP}?satellite=sat-2&span=10800")
    assert html.count('<circle class="satellite"') == 1 + 1
    assert "<title>sat-2</title>" in html
    assert "<title>sat-1</title>" not in html
    assert page(f"{MAP}?satellite=nobody&span=17").count('<circle class="satellite"') == 2 + 1


def test_the_next_passes_are_listed(orbit: Orbit) -> None:
    for number in range(20):
        starts = orbit.at(number * 10 - 15)
        Pass.objects.create(
            fleet=orbit.fleet, satellite=orbit.satellite("sat-3"), station=f"north {number}", starts=starts,
            ends=starts + timedelta(minutes=8),
        )  # fmt: skip
    html = page(f"{MAP}?satellite=sat-3")
    listed = [number for number in range(20) if f"<td>north {number}</td>" in html]
    assert listed == list(range(1, 13)) or listed == list(range(2, 14))  # the clock goes on
    assert "north" not in page(f"{MAP}?satellite=sat-2")


def test_customers_see_the_targets_of_their_own_tasks(orbit: Orbit, settings: Settings) -> None:
    settings.SATSELECT_AUTH = "keys"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    anna = user("anna", "customer")
    anna.set_password(PASSWORD)
    anna.save()
    aim(orbit, "own", PLACES["Berlin"], who=anna)
    client = Client()
    assert client.login(username="anna", password=PASSWORD)
    html = page(client=client)
    assert drawn(html) == {"own": "buffered"}
    assert not any(str(orbit.task(name).id) in html for name in PLACES)


def test_of_many_those_worth_most_are_drawn(orbit: Orbit, local: User, monkeypatch: pytest.MonkeyPatch) -> None:
    every = read_targets(local, orbit.fleet, at=orbit.now)
    assert (every.count, every.has_more) == (len(PLACES) + 1, False)
    planned = [one for one in every.shown if one.slot]
    assert [one.profit_as_sent for one in planned] == sorted((one.profit_as_sent for one in planned), reverse=True)
    monkeypatch.setattr(reading, "MOST_TARGETS", len(planned) + 1)
    monkeypatch.setattr(view, "MOST_TARGETS", len(planned) + 1)
    some = read_targets(local, orbit.fleet, at=orbit.now)
    assert some.shown == every.shown[: len(planned) + 1]
    assert f"{len(planned) + 1} of {len(every.shown)} targets" in page()
    monkeypatch.setattr(reading, "MOST_COUNTED", len(every.shown) - 1)
    monkeypatch.setattr(reading, "MOST_TARGETS", 2)
    monkeypatch.setattr(view, "MOST_TARGETS", 2)
    assert f"2 of more than {len(every.shown) - 1} targets" in page()
    monkeypatch.setattr(view, "MOST_SATELLITES", 2)
    assert "Drawn: 2 of 3 satellites" in page()


def test_targets_are_not_looked_for_among_all_tasks_that_wait(orbit: Orbit, local: User) -> None:
    with CaptureQueriesContext(connection) as captured:
        assert read_targets(local, orbit.fleet, at=orbit.now).shown
    about = [one["sql"] for one in captured if 'JOIN "store_task"' in one["sql"] and '"store_target"' in one["sql"]]
    assert len(about) == 2
    assert not [sql for sql in about if '"store_task"."status" IN' in sql]
    if connection.vendor == "sqlite":  # the other reads tables as small as these whole
        with connection.cursor() as cursor:
            for statement in about:
                cursor.execute(f"EXPLAIN QUERY PLAN {statement}")
                plan = " ".join(str(row) for row in cursor.fetchall())
                assert "target_of_fleet" in plan
                assert "task_of" not in plan


def test_a_task_whose_deadline_is_over_is_not_drawn(orbit: Orbit, local: User) -> None:
    late = orbit.task("later")
    late.deadline = orbit.at(-1)
    late.save()
    assert "later" not in [one.name for one in read_targets(local, orbit.fleet, at=orbit.now).shown]


def test_without_what_works_out_orbits_the_page_says_so(orbit: Orbit, monkeypatch: pytest.MonkeyPatch) -> None:
    without_orbits(monkeypatch)
    html = page()
    assert "without the extra 'orbits'" in html
    assert "Berlin" in html


def test_the_map_is_offered_where_there_are_elements(orbit: Orbit) -> None:
    assert f'href="{MAP}"' in page("/fleets/orbit/plan")
    assert "/fleets/default/map" not in page("/fleets/default")


@pytest.mark.parametrize(
    ("spot", "x", "y"),
    [((90.0, -180.0), 0, 0), ((0.0, 0.0), 50, 50), ((-90.0, 180.0), 100, 100), ((45.0, 90.0), 75, 25)],
)
def test_a_mark_lies_at_its_place(spot: Any, x: float, y: float) -> None:  # noqa: ANN401
    assert Mark.at(spot) == Mark(x, y)


def test_elements_that_can_not_be_read_any_more_are_told(orbit: Orbit) -> None:
    put(orbit, "sat-3", message(orbit, 3))
    orbit.satellite("sat-3").element_sets.update(source="nothing")
    assert page().count('<circle class="satellite"') == 2 + 1


def test_stations_have_rims_of_the_lowest_and_the_highest_satellite(orbit: Orbit) -> None:
    html = page()
    assert html.count('class="reach"') == 2
    assert len(re.findall(r'<path class="rim" d="M\d', html)) == 2 + 1
    assert len(re.findall(r'<path class="rim outer" d="M\d', html)) == 2 + 1
    assert '<td class="name">Svalbard</td>' in html
    alone = page(f"{MAP}?satellite=sat-1")
    assert 'class="rim outer"' not in alone


def test_heights_that_make_one_picture_are_one(orbit: Orbit) -> None:
    put(orbit, "sat-2", message(orbit, 2, MEAN_MOTION=15.0))
    assert 'class="rim outer"' not in page()


def test_a_station_hears_what_is_within_its_rim(orbit: Orbit) -> None:
    station = Station.objects.get(slug="svalbard")
    here = (station.latitude, station.longitude)
    antenna = Antenna(*here, minimum_elevation=station.minimum_elevation)
    (elements,) = read_elements(message(orbit, 1))
    way = ground_track(elements, orbit.now, orbit.now + timedelta(hours=12), step=timedelta(seconds=20))
    looks = sky_track(elements, antenna, way[0].at, way[-1].at, steps=len(way) - 1)
    for spot, look in zip(way, looks, strict=True):
        rim = sight_radius(spot.height_km, station.minimum_elevation)
        away = distance(here, (spot.latitude, spot.longitude))
        if abs(away - rim) > 0.3:  # the Earth is no sphere
            assert (away < rim) == (look.elevation > station.minimum_elevation)


def contact(orbit: Orbit) -> Pass:
    return Pass.objects.filter(station="svalbard", origin__isnull=False).order_by("starts")[0]


def test_a_pass_is_shown_as_the_sky_of_the_station_has_it(orbit: Orbit) -> None:
    one = contact(orbit)
    html = page(f"/fleets/orbit/passes/{one.id}")
    (elements,) = read_elements(message(orbit, 1))
    found = passes(elements, Antenna(78.2, 15.4, minimum_elevation=5.0), orbit.now, orbit.at(240))[0]
    assert f"{found.maximum_elevation:.1f}° at" in html
    rows = re.findall(r"<tr><td>([\d:]+)</td><td class=\"number\">([\d.]+)°</td>", html)
    assert len(rows) == 13
    assert (rows[0][1], rows[-1][1]) == ("5.0", "5.0")
    assert rows[0][0] == f"{one.starts:%H:%M:%S}"
    assert f"<title>sat-1 over Svalbard, {one.starts:%Y-%m-%d %H:%M:%S} to {one.ends:%H:%M:%S} UTC</title>" in html
    assert "lower than the station hears" not in html


def test_a_pass_that_the_elements_dont_know_says_so(orbit: Orbit) -> None:
    one = contact(orbit)
    given = Pass.objects.create(
        fleet=orbit.fleet,
        satellite=one.satellite,
        station="svalbard",
        starts=one.starts + timedelta(minutes=40),
        ends=one.ends + timedelta(minutes=40),
        drains={"disk": 3},
    )
    html = page(f"/fleets/orbit/passes/{given.id}")
    assert "lower than the station hears" in html
    assert "3 disk" in html
    given.station = "elsewhere"
    given.save()
    assert "the fleet has no station elsewhere" in page(f"/fleets/orbit/passes/{given.id}")
    given.station, given.satellite = None, orbit.satellite("sat-3")
    given.save()
    assert "over no station" in page(f"/fleets/orbit/passes/{given.id}")
    given.station = "suva"
    given.save()
    assert "the satellite has no elements" in page(f"/fleets/orbit/passes/{given.id}")


def test_a_pass_of_another_fleet_is_not_there(orbit: Orbit) -> None:
    assert Client().get(f"/fleets/default/passes/{contact(orbit).id}").status_code == 404


def test_map_and_plan_lead_to_passes(orbit: Orbit) -> None:
    address = f'href="/fleets/orbit/passes/{contact(orbit).id}"'
    assert address in page()
    assert page("/fleets/orbit/plan?span=21600").count(address) == 2  # on the picture and in the table
