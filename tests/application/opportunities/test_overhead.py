"""Passes over stations: worked out before a fleet plans, beside given ones, and true as time and elements go."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from fractions import Fraction
from functools import partial
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from satselect.application.act import Act
from satselect.application.errors import ConflictError, StaleError
from satselect.application.fleets.passes import add_passes, delete_pass
from satselect.application.fleets.stations import delete_station, put_station
from satselect.application.opportunities import overhead
from satselect.application.opportunities.overhead import catch_up_passes
from satselect.application.opportunities.sights import look_ahead
from satselect.application.planning.automatic import due_now
from satselect.application.planning.horizon.levels import level_at
from satselect.orbits import Point, Station, passes, read_elements
from satselect.schemas.fields.moments import moment_of
from satselect.schemas.planning.plans import NewPass
from satselect.schemas.planning.stations import NewStation
from satselect.store.models import ElementSet, Event, Fleet, Pass, Resource, Satellite, Supply, User
from satselect.store.models import Station as Row
from satselect.store.queries.supplies import timed_supplies
from tests.application.buffers import NOW
from tests.application.opportunities.test_working_out import HOUR, put
from tests.application.orbits import at, orbit, planned, run, status, submit, timed
from tests.orbits.skies import elevation, runs, satellite

pytestmark = pytest.mark.usefixtures("database")

KIRUNA = {"latitude": 67.9, "longitude": 21.1, "minimum_elevation": 5.0}


@pytest.fixture
def fleet(database: object) -> Fleet:
    """Plans twelve hours ahead, ten minutes of it frozen; each satellite has a disk of four units."""
    made = orbit()
    Fleet.objects.update(horizon_s=12 * 3600)
    disk = Resource.objects.create(fleet=made, name="disk", kind="reservoir")
    for one in Satellite.objects.all():
        if one.fleet_id == made.id:
            Supply.objects.create(resource=disk, satellite=one, capacity=4)
    put("sat-1")
    return made


def act(minute: float = 0) -> Act:
    return Act(User.objects.get(), at(minute))


def station(slug: str = "kiruna", *, minute: float = 0, **fields: object) -> Row:
    sent = NewStation.model_validate({**KIRUNA, "drains_per_s": {"disk": 0.01}} | fields)
    return put_station(Fleet.objects.get(slug="orbit"), slug, sent, act(minute))[0]


def contacts(slug: str = "kiruna", *, satellite: str = "sat-1") -> list[tuple[datetime, datetime]]:
    found = Pass.objects.filter(station=slug, satellite__slug=satellite).order_by("starts")
    return list(found.values_list("starts", "ends"))


def expected(row: ElementSet, start: float, end: float, **fields: float) -> list[tuple[datetime, datetime]]:
    """What one search finds, whole: those that begin by then."""
    place = {**KIRUNA, **fields}
    where = Station(place["latitude"], place["longitude"], minimum_elevation=place["minimum_elevation"])
    found = passes(read_elements(row.source)[0], where, at(start), at(end + 3 * HOUR))
    return [(one.begins or one.start, one.ends or one.end) for one in found if one.start < at(end)]


def searched_until() -> float:
    """Up to when the satellite that has elements was looked at; all were, up to some earlier time."""
    row = Row.objects.get()
    until = moment_of(row.searched[str(Satellite.objects.get(slug="sat-1").id)]["until"])
    assert row.searched_until
    assert row.searched_until <= until
    return (until - NOW) / timedelta(minutes=1)


def seconds(spans: Iterable[tuple[datetime, datetime]]) -> list[float]:
    """Their starts and ends in turn."""
    return [(time - NOW).total_seconds() for span in spans for time in span]


def test_passes_are_those_of_a_second_computation(fleet: Fleet) -> None:
    station()
    run()
    until = searched_until()
    assert until >= 12 * HOUR
    where, place = satellite(read_elements(ElementSet.objects.get().source)[0]), Point(67.9, 21.1)
    seen = runs(lambda moment: elevation(where(moment), place) >= 5, NOW, at(until))
    found = contacts()
    assert len(found) == len(seen) >= 4
    for (starts, ends), (first, last) in zip(found, seen, strict=True):
        # The referee steps by seconds, and its earth turns without nutation.
        assert abs(starts - first) < timedelta(seconds=2.5) or starts < NOW
        assert abs(ends - last) < timedelta(seconds=2.5) or last >= at(until) - timedelta(seconds=2)
    assert all(one.origin_id == ElementSet.objects.get().id for one in Pass.objects.all())


def test_a_pass_drains_whole_units_by_its_length(fleet: Fleet) -> None:
    station(drains_per_s={"disk": 0.29})
    run()
    for one in Pass.objects.all():
        exact = Fraction(29, 100) * ((one.ends - one.starts) // timedelta(microseconds=1)) / 10**6
        assert one.drains == {"disk": exact.__floor__()}


def test_what_rolls_on_finds_each_pass_once_and_whole(fleet: Fleet) -> None:
    Fleet.objects.update(horizon_s=1.5 * 3600)
    station()
    for minute in range(0, 24 * 60, 7):
        catch_up_passes(fleet.id, at=at(minute))
    until = searched_until()
    assert contacts() == expected(ElementSet.objects.get(), 0, until)
    assert len(contacts()) >= 8


def test_new_elements_replace_what_is_not_frozen(fleet: Fleet) -> None:
    station()
    run()
    before = contacts()
    first = before[0]
    minute = (first[0] - NOW) / timedelta(minutes=1) - 3  # frozen: it begins within ten minutes
    put("sat-1", minute=minute, MEAN_ANOMALY=2, number=99001)
    run(minute)
    after = contacts()
    newest = ElementSet.objects.latest("id")
    assert after[0] == first
    assert after[1:] == [one for one in expected(newest, minute, searched_until()) if one[0] > first[1]]
    assert not {one[0] for one in after[1:]} & {one[0] for one in before}
    assert Pass.objects.filter(origin=newest).count() == len(after) - 1


def test_who_is_in_view_all_the_time_has_contacts_that_follow_each_other(fleet: Fleet) -> None:
    Fleet.objects.update(horizon_s=2 * 3600)
    still = {"MEAN_MOTION": 1.00273791, "INCLINATION": 0.01, "ECCENTRICITY": 0.0001, "BSTAR": 0}
    put("sat-1", minute=0, **still)
    row = ElementSet.objects.latest("id")
    from satselect.orbits import ground_track

    below = ground_track(read_elements(row.source)[0], NOW, NOW + timedelta(minutes=1))[0]
    station(latitude=0.0, longitude=below.longitude, minimum_elevation=30.0)
    for minute in range(0, 20 * 60, 9):
        catch_up_passes(fleet.id, at=at(minute))
    found = contacts()
    assert len(found) >= 4
    assert found[0][0] <= NOW
    assert all(a[1] <= b[0] < a[1] + timedelta(milliseconds=2) for a, b in pairwise(found))
    assert found[-1][1] >= at(20 * 60)


def test_a_plan_counts_with_passes_and_delivers_over_them(fleet: Fleet) -> None:
    station(drains_per_s={"disk": 0.01})
    first = expected(ElementSet.objects.get(), 0, 12 * HOUR)[0]
    late = (first[1] - NOW) / timedelta(minutes=1)
    fills = timed("fills", (11, 12), resources={"camera": 1, "disk": 4}, duration=30)
    more = timed("more", (late + 5, late + 9), resources={"camera": 1, "disk": 3}, duration=30, satellite="sat-1")
    due = timed("due", (late - 60, late - 58), resources={"radio": 1}, duration=30, deliver_by=first[1].isoformat())
    submit(fills, more)
    run()
    assert set(planned()) >= {"fills"} if late > 12 else True
    assert due.deliver_by == first[1]
    assert status("more") == "scheduled", "what the pass drained makes room"


def test_a_level_counts_passes_that_are_over(fleet: Fleet) -> None:
    station(drains_per_s={"disk": 0.01})
    Supply.objects.filter(resource__name="disk").update(level=4, level_at=NOW)
    run()
    (start, end) = contacts()[0]
    supply = next(one for one in timed_supplies(fleet.id) if one.name == "disk")
    drained = int((end - start).total_seconds() * 0.01)
    assert drained >= 1
    assert level_at(supply, fleet.id, end - timedelta(seconds=1)) == 4
    assert level_at(supply, fleet.id, end) == max(4 - drained, 0)


def test_given_passes_go_before_what_was_worked_out(fleet: Fleet) -> None:
    station()
    run()
    before = contacts()
    (start, end) = before[1]
    sent = NewPass.model_validate(
        {
            "satellite": "sat-1",
            "from": (start + timedelta(seconds=20)).isoformat(),
            "until": (end + timedelta(seconds=20)).isoformat(),
            "station": "kiruna",
        }
    )
    (row,) = add_passes(fleet, [sent], act())
    assert contacts() == [*before[:1], (row.starts, row.ends), *before[2:]]
    put("sat-1", minute=1, MEAN_ANOMALY=0.1)
    run(1)
    assert [one for one in contacts() if one[0] < row.ends and row.starts < one[1]] == [(row.starts, row.ends)]
    delete_pass(row, act(2))
    run(2)
    assert contacts() == expected(ElementSet.objects.latest("id"), 2, searched_until())


def test_passes_without_a_station_or_over_others_stay_beside(fleet: Fleet) -> None:
    station()
    run()
    before = contacts()
    given = [
        {"satellite": slug, "from": start.isoformat(), "until": end.isoformat(), "station": name}
        for start, end in before[:1]
        for slug, name in (("sat-1", None), ("sat-1", "elsewhere"), ("sat-2", "kiruna"))
    ]
    add_passes(fleet, [NewPass.model_validate(one) for one in given], act())
    assert contacts() == before
    assert Pass.objects.count() == len(before) + 3


def test_what_is_worked_out_is_not_deleted_by_itself(fleet: Fleet) -> None:
    station()
    run()
    one = Pass.objects.first()
    assert one
    with pytest.raises(ConflictError, match="worked out"):
        delete_pass(one, act())


def test_a_station_takes_its_passes_along_but_for_what_has_begun(fleet: Fleet) -> None:
    row = station()
    run()
    before = contacts()
    minute = (before[1][0] - NOW) / timedelta(minutes=1) + 1
    delete_station(row, act(minute))
    assert contacts() == before[:2]
    run(minute)
    assert contacts() == before[:2]
    station(minute=minute)
    run(minute)
    assert contacts()[:2] == before[:2], "and none of them is there twice"


def test_a_changed_station_has_its_passes_worked_out_anew(fleet: Fleet) -> None:
    station()
    run()
    before = contacts()
    put("sat-2", minute=0, RA_OF_ASC_NODE=20)
    station(minimum_elevation=20.0, satellites=["sat-1"])
    run()
    row = ElementSet.objects.filter(satellite__slug="sat-1").get()
    assert contacts() == expected(row, 0, searched_until(), minimum_elevation=20.0)
    assert len(contacts()) < len(before)
    assert not contacts(satellite="sat-2")
    station(minimum_length=300.0)
    run()
    assert contacts(satellite="sat-2")
    for slug in ("sat-1", "sat-2"):
        row = ElementSet.objects.filter(satellite__slug=slug).get()
        long = [one for one in expected(row, 0, searched_until()) if one[1] - one[0] >= timedelta(minutes=5)]
        assert contacts(satellite=slug) == long


def test_the_same_station_again_changes_nothing(fleet: Fleet) -> None:
    station()
    run()
    version, events = Fleet.objects.get(id=fleet.id).version, Event.objects.count()
    station(minute=1)
    assert (Fleet.objects.get(id=fleet.id).version, Event.objects.count()) == (version, events)


def test_a_satellite_without_elements_says_so_and_the_others_go_on(fleet: Fleet) -> None:
    station()
    run()
    bare = Satellite.objects.get(slug="sat-2")
    assert Row.objects.get().searched[str(bare.id)]["reason"] == "no_elements"
    assert contacts()


def test_elements_that_end_within_the_horizon_leave_what_they_can_say(fleet: Fleet) -> None:
    Fleet.objects.update(horizon_s=40 * 86400)
    station()
    catch_up_passes(fleet.id, at=NOW)
    state = Row.objects.get().searched[str(Satellite.objects.get(slug="sat-1").id)]
    assert state["reason"] == "stale"
    last = contacts()[-1][1]
    assert timedelta(days=29) < last - NOW < timedelta(days=31)


@pytest.mark.parametrize("most", range(1, 5))
def test_whoever_has_no_time_goes_on_later_and_nothing_is_missing(fleet: Fleet, most: int) -> None:
    put("sat-2", RA_OF_ASC_NODE=20)
    for number in range(3):
        station(f"s{number}", longitude=20.0 + 40 * number)
    calls = 0
    while Row.objects.filter(searched_until=None).exists():
        catch_up_passes(fleet.id, at=NOW, is_over=partial(next, iter([False] * (most - 1)), True))
        calls += 1
        assert calls <= 4
    for number in range(3):
        for slug in ("sat-1", "sat-2"):
            row = ElementSet.objects.filter(satellite__slug=slug).get()
            until = 12 * HOUR + 3 * HOUR
            assert contacts(f"s{number}", satellite=slug) == expected(row, 0, until, longitude=20.0 + 40 * number)


def test_what_was_worked_out_from_replaced_elements_is_not_stored(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    station()
    real = look_ahead

    def slow(*args: object) -> object:
        found = real(*args)  # type: ignore[arg-type]
        monkeypatch.setattr(overhead, "look_ahead", real)
        put("sat-1", minute=1, MEAN_ANOMALY=90)
        return found

    monkeypatch.setattr(overhead, "look_ahead", slow)
    with pytest.raises(StaleError):
        catch_up_passes(fleet.id, at=NOW)
    assert not Pass.objects.exists()
    catch_up_passes(fleet.id, at=at(1))
    assert contacts() == expected(ElementSet.objects.latest("id"), 1, searched_until())


def test_a_fleet_iterates_by_itself_for_its_passes_with_nothing_to_plan(fleet: Fleet) -> None:
    station()
    found = Fleet.objects.get(id=fleet.id)
    assert found.iterate_at
    due = due_now(fleet.id, at(1))
    assert due
    run(1)
    assert contacts()
    reached = Row.objects.get().searched_until
    assert reached
    assert due_now(fleet.id, at(2)) is None
    again = Fleet.objects.get(id=fleet.id).iterate_at
    assert again == reached - timedelta(hours=12)
    assert due_now(fleet.id, reached - timedelta(hours=12)) is not None


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("roll"), st.integers(5, 300)),
        st.tuples(st.just("elements"), st.integers(0, 8)),
        st.tuples(st.just("station"), st.integers(0, 20)),
        st.tuples(st.just("short"), st.just(0)),
    ),
    max_size=8,
)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
@example(steps=[("short", 0), ("roll", 60)])
def test_whatever_comes_no_contact_is_there_twice(fleet: Fleet, steps: list[tuple[str, int]]) -> None:
    Pass.objects.all().delete()
    Row.objects.all().delete()
    minute = 0.0
    station()
    for kind, number in steps:
        if kind == "roll":
            minute += number
        elif kind == "elements":
            put("sat-1", minute=minute, MEAN_ANOMALY=float(number))
        elif kind == "station":
            station(minute=minute, minimum_elevation=float(number))
        catch_up_passes(fleet.id, at=at(minute), is_over=partial(bool, kind == "short"))
        found = contacts()
        assert all(a[1] <= b[0] for a, b in pairwise(found))
    catch_up_passes(fleet.id, at=at(minute))
    row, mask = ElementSet.objects.filter(satellite__slug="sat-1").latest("id"), Row.objects.get().minimum_elevation
    frozen_until = at(minute + 10)
    frozen = [one for one in contacts() if one[0] < frozen_until]
    assert seconds(one for one in contacts() if one not in frozen) == pytest.approx(
        seconds(
            one
            for one in expected(row, minute, searched_until(), minimum_elevation=mask)
            if one[0] >= frozen_until and not any(one[0] < end and start < one[1] for start, end in frozen)
        ),
        abs=0.002,  # searches from other times round to milliseconds otherwise
    )
