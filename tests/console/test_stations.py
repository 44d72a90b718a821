"""Stations among the settings of a fleet, and targets in the form of a task."""

import pytest
from django.test import Client

from satselect.store.models import Pass, Resource, Satellite, Station, Supply, Target
from tests.console import maps
from tests.console.plans import Orbit, make_orbit

DATABASES = ["sqlite"]

NORTH = {
    "station": "north",
    "name": "North",
    "latitude": "67.9",
    "longitude": "21.1",
    "height_m": "",
    "minimum_elevation": "5",
    "minimum_length": "60",
    "drains_per_s": "disk = 0.01",
    "satellites": "",
}


@pytest.fixture
def orbit(database: object) -> Orbit:
    made = make_orbit()
    maps.put(made, "sat-1", maps.message(made, 1))
    return made


def send(path: str = "stations", **fields: str) -> int:
    return Client().post(f"/fleets/orbit/{path}", NORTH | fields).status_code


def page(path: str = "/fleets/orbit/settings") -> str:
    answer = Client(headers={"Accept": "text/html"}).get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def seen(text: str) -> str:
    (_, form) = text.split('id="stations"')
    return form.split("</section>")[0].split('name="seen" value="')[-1].split('"')[0]


def test_a_station_is_added_changed_and_removed(orbit: Orbit) -> None:
    assert send() == 302
    row = Station.objects.get()
    assert (row.slug, row.name, row.latitude, row.longitude, row.minimum_elevation) == ("north", "North", 67.9, 21.1, 5)
    assert (row.minimum_length_s, row.drains_per_s, row.satellites) == (60, {"disk": 0.01}, None)
    shown = page()
    assert "disk = 0.01" in shown
    assert 'quiet">the next iteration<' in shown
    orbit.run()
    assert Pass.objects.exists()
    assert 'quiet">the next iteration<' not in page()
    assert send(name="Other") == 422, "it is there already, and what was shown was none"
    changing = page("/fleets/orbit/settings?station=north")
    assert 'value="67.9"' in changing
    assert send(name="Other", satellites="sat-1", seen=seen(changing)) == 302
    assert (Station.objects.get().name, Station.objects.get().satellites) == ("Other", ["sat-1"])
    assert send(name="Third", seen=seen(changing)) == 412
    assert send("stations/north/delete", seen="x") == 412
    assert send("stations/north/delete", seen="") == 302
    assert not Station.objects.exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"station": "No rth"}, "a-z0-9"),
        ({"latitude": "north"}, "Latitude: must be"),
        ({"longitude": "200"}, "Longitude: must be"),
        ({"latitude": ""}, "Latitude: is missing"),
        ({"drains_per_s": "disk"}, "Drains in a second, disk: must be"),
        ({"drains_per_s": "tape = 1"}, "no such reservoir"),
        ({"satellites": "sat-9"}, "no such satellite"),
    ],
)
def test_what_is_no_station_is_told_and_the_form_keeps_it(orbit: Orbit, fields: dict[str, str], words: str) -> None:
    answer = Client(headers={"Accept": "text/html"}).post("/fleets/orbit/stations", NORTH | fields)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert words in text
    assert 'value="21.1"' in text or "longitude" in fields
    assert not Station.objects.exists()


def test_what_a_resource_is_in_a_plan_is_told(orbit: Orbit) -> None:
    tape = Resource.objects.create(fleet_id=orbit.fleet.id, name="tape", kind="reservoir")
    turning = {"detail": "roll", "rate": 1.5, "settle_s": 4}
    camera = Resource.objects.create(fleet_id=orbit.fleet.id, name="lens", turnaround_s=30, transition=turning)
    radar = Resource.objects.create(
        fleet_id=orbit.fleet.id, name="radar", transition={"detail": "mode", "seconds": {"spot": {}, "strip": {}}}
    )
    for resource in (tape, camera, radar):
        Supply.objects.create(resource=resource, satellite=Satellite.objects.get(slug="sat-1"))
    text = page("/fleets/orbit/settings")
    for words in (
        "reservoir",
        "turnaround 30 s; turns by roll, 1.5° in a second, settles in 4 s",
        "mode: spot, strip",
    ):
        assert f'<span class="quiet">{words}</span>' in text


def test_old_elements_are_warned_of(orbit: Orbit) -> None:
    assert ", old" not in page()
    assert "no elements" in page()
    maps.put(orbit, "sat-2", maps.message(orbit, 2, days=8))
    shown = page()
    assert shown.count(", old") == 1
    assert "no elements" not in shown


def test_a_form_submits_a_target(orbit: Orbit) -> None:
    fields = {
        "name": "aimed",
        "resources": "camera",
        "profit": "2",
        "duration": "20",
        "target_place": "52.52, 13.4",
        "target_off_nadir": "45",
        "target_sun": "-90",
    }
    answer = Client().post("/fleets/orbit/submit", fields)
    assert answer.status_code == 302, answer.content
    sent = Target.objects.get().sent
    assert sent["geometry"] == {"type": "Point", "coordinates": [13.4, 52.52]}
    assert (sent["conditions"]["maximum_off_nadir"], sent["conditions"]["minimum_sun_elevation"]) == (45, -90)
    assert "52.52° N 13.4° E" in page(f"/tasks/{orbit.task('aimed').id}")
    assert "maximum off nadir 45" in page(f"/tasks/{orbit.task('aimed').id}")
    again = page(f"/fleets/orbit/submit?clone={orbit.task('aimed').id}")
    assert 'value="52.52, 13.4"' in again
    assert 'value="45.0"' in again


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("91, 0", "latitude"),
        ("somewhere", "somewhere: must be an object"),
        ("", "must be an object"),
        ('{"type": "Circle"}', "must be one of"),
    ],
)
def test_what_is_no_target_is_told_beside_its_field(orbit: Orbit, place: str, words: str) -> None:
    fields = {"name": "aimed", "resources": "camera", "profit": "2", "target_place": place, "target_off_nadir": "45"}
    answer = Client(headers={"Accept": "text/html"}).post("/fleets/orbit/submit", fields)
    text = answer.content.decode()
    assert answer.status_code == 422
    beside = text.split('id="target-fault"')
    assert len(beside) == 2, text
    assert words in beside[1].split("</")[0]
    assert not Target.objects.exists()


def test_only_fleets_that_plan_have_the_fields(orbit: Orbit) -> None:
    assert 'name="target_place"' in page("/fleets/orbit/submit")
    assert 'name="target_place"' not in page("/fleets/default/submit")
    assert 'id="stations"' not in page("/fleets/default/settings")
