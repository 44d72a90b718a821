"""What operators look after, and two iterations beside each other."""

from collections.abc import Callable
from datetime import timedelta

from django.test import Client

from satselect.application.act import Act
from satselect.application.fleets.outages import OutageTimes, add_outage
from satselect.console.reading.health import read_health
from satselect.console.reading.iterations.compared import read_compared, read_neighbours
from satselect.store.models import Batch, Fleet, Iteration, Outage
from tests.console.worlds import World


def bury(world: World) -> Batch:
    batch = world.task("new").batch
    Batch.objects.filter(id=batch.id).update(state=Batch.State.DEAD)
    return batch


def test_a_dead_batch_is_seen_and_requeued(world: World, as_: Callable[[str], Client]) -> None:
    batch, olga = bury(world), as_("olga")
    assert b"1 batch given up" in olga.get("/fleets/default").content
    page = olga.get("/fleets/default/operations").content.decode()
    assert str(batch.id) in page
    assert olga.post(f"/batches/{batch.id}/requeue").status_code == 302
    batch.refresh_from_db()
    assert batch.state == Batch.State.DONE
    assert olga.post(f"/batches/{batch.id}/requeue").status_code == 412
    assert read_health(world.people["olga"], batch.fleet, at=world.now).is_fine


def test_health_is_for_operators(world: World) -> None:
    batch = bury(world)
    dead = {name: read_health(world.people[name], batch.fleet, at=world.now).dead for name in ("anna", "eva", "olga")}
    assert dead == {"anna": 0, "eva": 0, "olga": 1}


def test_what_came_and_what_went(world: World) -> None:
    before, after = Iteration.objects.order_by("version")
    compared = read_compared(world.people["olga"], before, after)
    assert {(one.chosen.task.name, one.before) for one in compared.came} == {
        ("coast", "new since"),
        ("free", "new since"),
    }
    assert {one.task.name for one in compared.went} == {"won", "lost", "gone"}
    assert {(row.task.name, waited) for row, waited in compared.lost} >= {("rival", False), ("lost", True)}
    used = {one.resource: one for one in compared.used}
    assert (used["camera"].units, used["disk"].units, used["proc"].units) == ((1, 1), (1, 0), (1, 0))
    assert used["camera"].prices[1] == after.prices["camera"]


def test_neighbours_are_those_that_exist_for_the_user(world: World) -> None:
    before, after = Iteration.objects.order_by("version")
    assert read_neighbours(world.people["olga"], before) == (None, after)
    assert read_neighbours(world.people["anna"], after) == (before, None)
    assert read_neighbours(world.people["bert"], after) == (None, None)  # nothing of theirs was in the first


def test_iterations_of_different_fleets_are_not_compared(world: World, as_: Callable[[str], Client]) -> None:
    elsewhere = Fleet.objects.create(slug="other", name="Other")
    first, last = Iteration.objects.order_by("version")
    Iteration.objects.filter(id=first.id).update(fleet=elsewhere)
    assert as_("olga").get(f"/iterations/{last.id}/compare/{first.id}").status_code == 404


def test_an_iteration_is_ordered(world: World, as_: Callable[[str], Client]) -> None:
    count = Iteration.objects.count()
    answer = as_("olga").post("/fleets/default/iterations")
    assert answer["Location"] == f"/iterations/{Iteration.objects.order_by('-version')[0].id}"
    assert Iteration.objects.count() == count + 1


def test_an_outage_is_ended_from_the_timeline(world: World, as_: Callable[[str], Client]) -> None:
    fleet = Fleet.objects.get()
    window = OutageTimes(world.now - timedelta(minutes=6), None, "cold")
    add_outage(fleet, fleet.satellites.get().slug, "camera", window, Act(world.people["olga"], world.now))
    olga = as_("olga")
    page = olga.get("/fleets/default").content.decode()
    assert "is out of service until further notice: cold" in page
    outage = Outage.objects.get()
    sent = {"from": "timeline", "seen": page.split('name="seen" value="')[1].split('"')[0]}
    assert olga.post(f"/fleets/default/outages/{outage.id}", sent)["Location"] == "/fleets/default"
    assert "is out of service" not in olga.get("/fleets/default").content.decode()
    assert "is out of service" not in as_("anna").get("/fleets/default").content.decode()
