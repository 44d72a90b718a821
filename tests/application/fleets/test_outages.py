"""What is out of service is not selected from, from the first moment of an outage until its last."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError

from satselect.application.explanation.explain import explain
from satselect.application.fleets.outages import OutageTimes, add_outage, delete_outage, edit_outage
from satselect.schemas.reading.faults import InvalidError
from satselect.store.models import Fleet, Iteration, Outage, Satellite, Task
from tests.application.buffers import NOW, buffer, names, run, task
from tests.application.constellations import act, constellation
from tests.databases import counts

pytestmark = pytest.mark.usefixtures("database")

MINUTE = timedelta(minutes=1)


def after(minutes: int) -> datetime:
    return NOW + minutes * MINUTE


def out(fleet: Fleet, satellite: str | None = None, resource: str | None = None, **window: datetime) -> Outage:
    return add_outage(fleet, satellite, resource, OutageTimes(window.get("starts", NOW), window.get("ends")), act())


@pytest.fixture
def pair(database: object) -> Fleet:
    """Two satellites with a camera each, that share an antenna."""
    return constellation({"a": {"camera": 1}, "b": {"camera": 1}}, {"antenna": 1})


def cameras(count: int, *more: str) -> None:
    buffer(*[task(str(n), "camera", *more) for n in range(count)], fleet="pair")


def satellites(iteration: Iteration) -> list[str]:
    return sorted(iteration.assignments.values_list("satellite__slug", flat=True))


def test_a_satellite_that_is_out_takes_nothing(pair: Fleet) -> None:
    out(pair, "a")
    cameras(3)
    buffer(task("nothing"), task("only a", satellites=["a"]), fleet="pair")
    assert satellites(run(fleet="pair")) == ["b", "b"]
    assert Task.objects.get(name="only a").status == "buffered"


def test_a_resource_that_is_out_is_not_used(pair: Fleet) -> None:
    out(pair, "a", "camera")
    cameras(3)
    buffer(task("nothing", satellites=["a"]), fleet="pair")
    iteration = run(fleet="pair")
    assert satellites(iteration) == ["a", "b"]
    assert iteration.capacities == {"a/camera": 0, "b/camera": 1}


def test_what_is_shared_may_be_out(pair: Fleet) -> None:
    out(pair, None, "antenna")
    cameras(2, "antenna")
    assert satellites(run(fleet="pair")) == []


def test_the_only_satellite_may_be_out() -> None:
    fleet = Fleet.objects.get()
    outage = out(fleet, "default")
    buffer(task("camera", "camera"), task("nothing"))
    assert names(run()) == []
    edit_outage(outage, {"starts": NOW, "ends": after(1)}, act())
    assert names(run(after(1))) == ["camera", "nothing"]


def test_a_kept_buffer_notices_that_an_outage_begins_and_ends(pair: Fleet) -> None:
    out(pair, "a", starts=after(10), ends=after(20))
    cameras(7)
    taken = [satellites(run(after(minutes), fleet="pair")) for minutes in (9, 10, 19, 20)]
    assert taken == [["a", "b"], ["b"], ["b"], ["a", "b"]]


def test_an_outage_counts_as_soon_as_it_is_said(pair: Fleet) -> None:
    cameras(6)
    assert satellites(run(fleet="pair")) == ["a", "b"]
    outage = out(pair, "b")
    assert satellites(run(fleet="pair")) == ["a"]
    delete_outage(outage, act())
    assert satellites(run(fleet="pair")) == ["a", "b"]


def test_outages_may_overlap(pair: Fleet) -> None:
    out(pair, "a", starts=NOW, ends=after(10))
    out(pair, "a", "camera", starts=after(5))
    cameras(6)
    assert [satellites(run(after(minutes), fleet="pair")) for minutes in (0, 7, 12)] == [["b"], ["b"], ["b"]]


def test_an_explanation_says_what_is_out(pair: Fleet) -> None:
    out(pair, "a")
    out(pair, "b", "camera")
    cameras(1)
    run(fleet="pair")
    Outage.objects.all().delete()  # it tells of the iteration, not of now
    found = explain(Task.objects.get(), at=NOW, time_limit_s=5)
    lacking = {key: (lack.needs, lack.has, lack.is_out) for key, lack in found.lacking.items()}
    assert lacking == {"a/camera": (1, 0, True), "b/camera": (1, 0, True)}
    assert (list(found.satellites_out), found.displaced_by, found.break_even) == (["a"], {}, None)


def test_what_is_wrong_is_refused(pair: Fleet) -> None:
    before = counts()
    for satellite, resource, pointer in (
        (None, None, ""),
        ("c", None, "/satellite"),
        ("a", "antenna", "/resource"),
        (None, "camera", "/resource"),
    ):
        with pytest.raises(InvalidError) as caught:
            out(pair, satellite, resource)
        assert caught.value.faults[0].pointer == pointer
    with pytest.raises(InvalidError):
        out(pair, "a", starts=NOW, ends=NOW)
    assert counts() == before


def test_the_database_refuses_an_outage_of_nothing_and_one_that_ends_before_it_begins(pair: Fleet) -> None:
    outage = out(pair, "a")
    with pytest.raises(IntegrityError):
        Outage.objects.filter(id=outage.id).update(satellite=None)
    with pytest.raises(IntegrityError):
        Outage.objects.filter(id=outage.id).update(ends=NOW - MINUTE)
    assert Satellite.objects.filter(outages=outage).exists()
