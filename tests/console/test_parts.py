"""What a browser has is not sent again."""

from datetime import UTC, datetime, timedelta

from django.test import Client
from django.utils.safestring import mark_safe

from satselect.application.act import Act
from satselect.application.fleets.outages import OutageTimes, add_outage
from satselect.console.parts import Part, known_parts
from satselect.console.reading.iterations.idle import Idle, read_idle, read_lasting
from satselect.console.reading.iterations.outcomes import read_outcomes
from satselect.store.models import Fleet, Iteration, Outage
from tests.console.worlds import World, run

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
PART = Part("svg", "c-1", mark_safe('<svg id="c-1" class="column">&amp;</svg>'))


def test_a_known_part_is_a_sign_only() -> None:
    sent = PART.unless(known_parts(""))
    assert sent == f'<svg id="c-1" data-digest="{PART.digest}" class="column">&amp;</svg>'
    assert PART.unless(known_parts(f"x,{PART.digest}")) == '<svg id="c-1" data-same></svg>'


def test_only_what_changed_is_sent(world: World) -> None:
    client = Client()
    page = client.get("/fleets/default").content.decode()
    known = ",".join(part.split('"')[1] for part in page.split(" data-digest=")[1:])
    again = client.get("/fleets/default/timeline", {"have": known}).content.decode()
    assert (again.count("data-same"), again.count("data-digest")) == (4, 0)  # labels, rules and two columns
    assert len(again) < len(page) / 4


def test_who_keeps_the_place_gets_the_same_iterations_and_a_count(world: World) -> None:
    first = Iteration.objects.order_by("version")[0].version
    kept = {"since": str(first), "until": str(first)}
    answer = Client().get("/fleets/default/timeline", kept).content.decode()
    assert (answer.count('class="column"'), 'data-newer="1"' in answer) == (1, True)


def test_lanes_are_no_lower_than_they_were(world: World) -> None:
    answer = Client().get("/fleets/default/timeline").content.decode()
    rows = answer.split('data-rows="')[1].split('"')[0].split(",")
    higher = ",".join(["4", *rows[1:]])
    assert f'data-rows="{higher}"' in Client().get("/fleets/default/timeline", {"rows": higher}).content.decode()
    for other in ("9", "-1", "x,,", "1" * 5_000):
        assert Client().get("/fleets/default/timeline", {"rows": other}).status_code == 200


def test_an_outage_is_of_its_time_and_place() -> None:
    idle = Idle([Outage(starts=AT, ends=AT + timedelta(hours=1), satellite_id=7), Outage(starts=AT, supply_id=3)])
    assert idle.is_out(7, 1, AT)
    assert not idle.is_out(7, 1, AT + timedelta(hours=1))
    assert not idle.is_out(None, 1, AT)
    assert idle.is_out(8, 3, AT + timedelta(days=9))
    assert not idle.is_out(8, 3, AT - timedelta(seconds=1))


def test_lanes_out_of_service_are_hatched(world: World) -> None:
    fleet = Fleet.objects.get()
    satellite = fleet.satellites.get()
    window = OutageTimes(world.now - timedelta(minutes=6), None, "cold")
    add_outage(fleet, satellite.slug, "camera", window, Act(world.people["olga"], world.now))
    assert len(read_idle(fleet, read_outcomes(world.people["olga"], fleet)).outages) == 1
    assert [outage.words for outage in read_lasting(world.people["anna"], fleet, at=world.now)] == ["cold"]
    assert Client().get("/fleets/default").content.decode().count('class="out"') == 0  # past ones knew nothing of it
    run(world.now)
    assert Client().get("/fleets/default").content.decode().count('class="out"') == 1
