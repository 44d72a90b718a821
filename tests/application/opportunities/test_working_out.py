"""Targets of tasks: their opportunities are worked out before a fleet plans, and stay true as time and elements go."""

import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest

from satselect.application.act import Act
from satselect.application.errors import StaleError
from satselect.application.explanation.reasons.in_time import why_in_time
from satselect.application.fleets.elements import put_elements
from satselect.application.maintenance.housekeeping import expire
from satselect.application.maintenance.prune import prune
from satselect.application.opportunities import working_out
from satselect.application.opportunities.sights import look_ahead
from satselect.application.opportunities.working_out import catch_up
from satselect.application.planning import iterate as iterating
from satselect.application.planning.automatic import due_now
from satselect.application.planning.iterate import iterate
from satselect.application.tasks.change import Report
from satselect.application.tasks.edit import edit
from satselect.application.tasks.submit import submit as submit_batch
from satselect.orbits import Conditions, Point, opportunities, read_elements
from satselect.schemas.fields.moments import written
from satselect.schemas.opportunities import Span
from satselect.schemas.planning.plans import NewTimedTask
from satselect.schemas.reading.faults import InvalidError
from satselect.store.models import (
    Assignment,
    ElementSet,
    Event,
    Fleet,
    Iteration,
    Opportunity,
    Satellite,
    Target,
    Task,
    User,
)
from satselect.store.queries.orbits.targets import counting
from tests.application.buffers import NOW, submission
from tests.application.orbits import at, check_counters, orbit, planned, run, status, submit
from tests.planners import planner

pytestmark = pytest.mark.usefixtures("database")

BERLIN = (13.4, 52.52)
HOUR = 60.0
Json = dict[str, Any]


def message(number: int = 99001, **other: object) -> Json:
    epoch = (NOW - timedelta(hours=6)).astimezone(UTC).replace(tzinfo=None)
    return {
        "OBJECT_NAME": f"SAT {number}",
        "NORAD_CAT_ID": number,
        "EPOCH": epoch.isoformat(),
        "MEAN_MOTION": 15.2,
        "ECCENTRICITY": 0.001,
        "INCLINATION": 97.6,
        "RA_OF_ASC_NODE": 120,
        "ARG_OF_PERICENTER": 90,
        "MEAN_ANOMALY": 0,
        "BSTAR": 0.00005,
    } | other


def put(slug: str, *, minute: float = 0, **other: object) -> ElementSet:
    satellite = Satellite.objects.get(slug=slug)
    return put_elements(satellite, json.dumps(message(**other)), Act(User.objects.get(), at(minute)))  # type: ignore[arg-type]


def aimed(name: str, place: tuple[float, float] = BERLIN, *, profit: float = 1, **fields: object) -> NewTimedTask:
    """A task with a target, of forty seconds."""
    conditions = fields.pop("conditions", {"maximum_off_nadir": 50})
    sent = {
        "name": name,
        "resources": ["camera"],
        "profit": profit,
        "duration": 40,
        "target": {"geometry": {"type": "Point", "coordinates": list(place)}, "conditions": conditions},
    }
    return NewTimedTask.model_validate(sent | fields)


@pytest.fixture
def fleet(database: object) -> Fleet:
    made = orbit()
    Fleet.objects.update(horizon_s=12 * 3600)
    put("sat-1")
    return made


def spots(name: str, *, counted: bool = True) -> list[tuple[str, datetime, datetime]]:
    found = Opportunity.objects.filter(task__name=name).order_by("starts", "satellite")
    if counted:
        found = found.filter(counting())
    return list(found.values_list("satellite__slug", "starts", "ends"))


def expected(row: ElementSet, start: float, end: float, off_nadir: float = 50) -> list[tuple[datetime, datetime]]:
    """What one search from start to end finds, whole: those that begin in it."""
    elements, place = read_elements(row.source)[0], Point(BERLIN[1], BERLIN[0])
    found = opportunities(
        elements, place, at(start), at(end + 3 * HOUR), conditions=Conditions(maximum_off_nadir=off_nadir)
    )
    return [(one.start, one.end) for one in found if one.start < at(end)]


def times(name: str) -> list[tuple[datetime, datetime]]:
    return [(starts, ends) for _, starts, ends in spots(name)]


def searched_until() -> float:
    until = Target.objects.get().searched_until
    assert until
    return (until - NOW) / timedelta(minutes=1)


def test_a_target_is_planned_inside_of_what_one_search_finds(fleet: Fleet) -> None:
    submit(aimed("a"))
    run()
    assert searched_until() >= 12 * HOUR
    found = times("a")
    assert found == expected(ElementSet.objects.get(), 0, searched_until())
    (slug, begin, end) = planned()["a"]
    assert (slug, round((end - begin) * 60, 3)) == ("sat-1", 40)
    assert any(starts <= at(begin) and at(end) <= ends for starts, ends in found)
    details = Opportunity.objects.filter(task__name="a").values_list("details", flat=True)
    assert all(0 <= one["off_nadir"] <= 50 for one in details)
    check_counters()


def test_what_rolls_on_finds_each_opportunity_once_and_whole(fleet: Fleet) -> None:
    Fleet.objects.update(horizon_s=1.5 * 3600)  # so short that searches end within passes
    submit(aimed("a", conditions={"minimum_elevation": 0}), aimed("taker", profit=0))
    kept = planner(20)
    for minute in range(0, 24 * 60, 7):
        iterate(kept, fleet.id, at=at(minute))
    until = min(one.searched_until for one in Target.objects.filter(task__name="a") if one.searched_until)
    row = ElementSet.objects.get()
    elements, place = read_elements(row.source)[0], Point(BERLIN[1], BERLIN[0])
    whole = [one for one in opportunities(elements, place, NOW, until + timedelta(hours=3)) if one.start < until]
    assert [(one.start, one.end) for one in whole] == times("a")
    assert len(whole) >= 4
    check_counters()


def test_satellites_that_are_not_named_are_not_looked_at(fleet: Fleet) -> None:
    put("sat-2", number=99002, RA_OF_ASC_NODE=140)
    submit(aimed("both"), aimed("one", satellites=["sat-2"]))
    run()
    assert {slug for slug, *_ in spots("both")} == {"sat-1", "sat-2"}
    assert {slug for slug, *_ in spots("one")} == {"sat-2"}


def test_what_nobody_can_say_is_kept_per_satellite_and_mended_by_elements(fleet: Fleet) -> None:
    submit(aimed("a"))
    run()
    second = str(Satellite.objects.get(slug="sat-2").id)
    assert Target.objects.get().searched[second]["reason"] == "no_elements"
    before = spots("a")
    put("sat-2", minute=1, number=99002, RA_OF_ASC_NODE=140)
    run(2)
    assert "reason" not in Target.objects.get().searched[second]
    assert [one for one in spots("a") if one[0] == "sat-1"] == before, "its elements are what they were"
    assert any(slug == "sat-2" for slug, *_ in spots("a"))


def test_elements_that_end_within_the_horizon_are_used_as_far_as_they_reach(fleet: Fleet) -> None:
    ElementSet.objects.all().delete()
    source = json.dumps(message(EPOCH=(at(4 * HOUR) - timedelta(days=30)).replace(tzinfo=None).isoformat()))
    row = ElementSet.objects.create(
        satellite=Satellite.objects.get(slug="sat-1"),
        at=NOW,
        by=User.objects.get(),
        epoch=at(4 * HOUR) - timedelta(days=30),
        number=99001,
        name="SAT",
        source=source,
        digest=sha256(source.encode()).hexdigest(),
    )
    submit(aimed("a", conditions={}))
    run()
    (state,) = [one for one in Target.objects.get().searched.values() if one["elements"] == row.id]
    assert state["reason"] == "stale"
    assert "reach until" in state["detail"]
    assert all(starts < at(4 * HOUR) for starts, _ in times("a"))


def test_new_elements_replace_what_was_worked_out_and_what_is_planned_moves(fleet: Fleet) -> None:
    Fleet.objects.update(horizon_s=24 * 3600)
    submit(aimed("a"))
    run()
    old, first = ElementSet.objects.get(), Assignment.objects.get()
    assert len(times("a")) >= 2
    new = put("sat-1", minute=1, MEAN_ANOMALY=20)
    run(2)
    left = Opportunity.objects.filter(task__name="a", origin=old)
    assert [one.id for one in left] == [first.opportunity_id], "what was assigned is still told of"
    assert left.get().is_outdated
    live = Assignment.objects.get(is_live=True)
    assert live.opportunity
    assert live.opportunity.origin == new
    assert [one.id for one in Opportunity.objects.filter(counting(), origin=old)] == []
    fresh = Opportunity.objects.filter(task__name="a", origin=new).order_by("starts")
    assert [(one.starts, one.ends) for one in fresh] == expected(new, 2, searched_until())
    numbers = list(Opportunity.objects.filter(task__name="a").values_list("position", flat=True))
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("is_kept", [True, False], ids=["by a kept plan", "afresh"])
def test_what_new_elements_never_see_loses_its_place_unless_it_is_frozen(fleet: Fleet, is_kept: bool) -> None:
    submit(aimed("a"), aimed("b", (13.4, 80.0)))
    plans = planner()
    iterate(plans, fleet.id, at=NOW)
    first, second = Assignment.objects.order_by("starts")
    assert first.starts
    assert second.starts
    minute = (first.starts - NOW) / timedelta(minutes=1) - 5  # of the ten that are frozen
    assert second.starts > first.starts + timedelta(minutes=10)
    put("sat-1", minute=minute, INCLINATION=0.0)  # over the equator
    iterate(plans if is_kept else planner(), fleet.id, at=at(minute))
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.is_live, "what is frozen is left"
    assert not second.is_live
    assert status(second.task.name) == "buffered"
    assert second.task.history.order_by("-id")[0].reason == "replanned"
    assert spots(second.task.name) == []
    why = why_in_time(Task.objects.get(id=second.task_id), at=at(minute), time_limit_s=5, wants_break_even=True)
    assert why.words.startswith("its target is not in view until")


def test_a_fleet_that_never_replans_keeps_what_new_elements_do_not_see(fleet: Fleet) -> None:
    submit(aimed("a"))
    run()
    Fleet.objects.update(replan="never")
    put("sat-1", minute=1, INCLINATION=0.0)
    run(2)
    assert Assignment.objects.get().is_live


def test_what_was_worked_out_from_old_elements_is_nobodys_choice_once_it_is_left(fleet: Fleet) -> None:
    submit(aimed("a"))
    run()
    old = Assignment.objects.get()
    assert old.starts
    put("sat-1", minute=1, MEAN_ANOMALY=40)
    # Its place is taken by somebody who is worth more: it has to look for another.
    spot = {
        "satellite": "sat-1",
        "from": (old.starts - timedelta(minutes=10)).isoformat(),
        "until": (old.starts + timedelta(minutes=10)).isoformat(),
    }
    sent = {"name": "b", "resources": ["camera"], "profit": 9, "opportunities": [spot]}
    submit(NewTimedTask.model_validate(sent), minute=2)
    run(2)
    assert status("b") == "scheduled"
    run(3)
    assert old.opportunity_id not in Opportunity.objects.filter(counting()).values_list("id", flat=True)
    for live in Assignment.objects.filter(is_live=True, task__name="a"):
        assert live.opportunity_id != old.opportunity_id


def test_frozen_assignments_are_left(fleet: Fleet) -> None:
    submit(aimed("a"))
    run()
    first = Assignment.objects.get()
    assert first.starts
    minute = (first.starts - NOW) / timedelta(minutes=1) - 5  # of the ten that are frozen
    put("sat-1", minute=minute, MEAN_ANOMALY=60)
    run(minute)
    only = Assignment.objects.get()
    assert (only.id, only.is_live, only.starts) == (first.id, True, first.starts)


def test_a_repeated_submission_is_worked_out_once(fleet: Fleet) -> None:
    sent = submission(aimed("a"), key="k", fleet="orbit")
    assert not submit_batch(sent, at=NOW).is_replay
    run()
    before = spots("a")
    assert submit_batch(sent, at=at(1)).is_replay
    run(1)
    assert (spots("a"), Target.objects.count()) == (before, 1)


def test_who_dies_while_storing_leaves_nothing_and_the_next_one_does_it(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit(aimed("a"))
    with monkeypatch.context() as broken:
        broken.setattr(working_out, "insert", _die)
        with pytest.raises(KeyboardInterrupt):
            run()
    assert (Opportunity.objects.count(), Target.objects.get().searched_until) == (0, None)
    assert not Iteration.objects.exists()
    catch_up(fleet.id, at=NOW)  # and dies before it plans
    before = spots("a")
    run()
    assert (spots("a"), status("a")) == (before, "scheduled")
    check_counters()


def _die(*_: object) -> None:
    raise KeyboardInterrupt


def test_of_two_who_work_out_the_same_one_is_refused(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    submit(aimed("a"))
    look = look_ahead
    calls = []

    def interrupted(*arguments: Any) -> Any:  # noqa: ANN401
        calls.append(arguments)
        if len(calls) == 1:
            catch_up(fleet.id, at=NOW)
        return look(*arguments)

    monkeypatch.setattr(working_out, "look_ahead", interrupted)
    with pytest.raises(StaleError):
        catch_up(fleet.id, at=NOW)
    assert times("a") == expected(ElementSet.objects.get(), 0, searched_until())


def test_elements_that_come_while_it_is_worked_out_are_not_missed(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit(aimed("a"))
    look = look_ahead

    def interrupted(*arguments: Any) -> Any:  # noqa: ANN401
        monkeypatch.setattr(working_out, "look_ahead", look)
        put("sat-1", minute=0, MEAN_ANOMALY=20)
        return look(*arguments)

    monkeypatch.setattr(working_out, "look_ahead", interrupted)
    with pytest.raises(StaleError):
        catch_up(fleet.id, at=NOW)
    run()
    assert times("a") == expected(ElementSet.objects.latest("id"), 0, searched_until())


def test_a_kept_plan_hears_of_what_rolled_on(fleet: Fleet) -> None:
    Fleet.objects.update(horizon_s=3600)
    kept, minute = planner(20), 0
    submit(aimed("a"))
    while status("a") == "buffered" and minute < 24 * 60:
        iterate(kept, fleet.id, at=at(minute))
        minute += 30
    first = min(starts for starts, ends in times("a") if ends - starts >= timedelta(seconds=40))
    assert status("a") == "scheduled"
    assert first - timedelta(hours=1, minutes=30) <= at(minute) <= first + timedelta(hours=1)


def test_a_fleet_looks_again_when_the_horizon_reaches_what_is_not_worked_out(fleet: Fleet) -> None:
    submit(aimed("never", conditions={"maximum_off_nadir": 0.01}))
    run()
    fleet.refresh_from_db()
    assert fleet.iterate_at
    assert fleet.iterate_at == at(searched_until()) - timedelta(hours=12)


def test_a_horizon_of_a_year_is_worked_out_as_far_as_elements_can_reach(fleet: Fleet) -> None:
    Fleet.objects.update(horizon_s=366 * 86_400)
    submit(aimed("a", conditions={"maximum_off_nadir": 1}))
    run()
    fleet.refresh_from_db()
    assert timedelta(days=60) < timedelta(minutes=searched_until()) < timedelta(days=90)
    assert fleet.iterate_at
    assert fleet.iterate_at > NOW + timedelta(days=1), "and it does not look for more all the time"
    assert all(starts < at(30 * 24 * HOUR) for starts, _ in times("a"))


def test_an_explanation_says_up_to_when_a_target_is_not_in_view(fleet: Fleet) -> None:
    submit(aimed("never", conditions={"maximum_off_nadir": 0.01}))
    run()
    told = why_in_time(Task.objects.get(), at=at(1), time_limit_s=5, wants_break_even=True)
    assert told.reason == "not yet"
    assert told.words.startswith("its target is not in view until")


def test_what_is_never_in_view_expires_at_its_deadline(fleet: Fleet) -> None:
    submit(aimed("never", conditions={"maximum_off_nadir": 0.01}, deadline=at(5 * HOUR).isoformat()))
    run()
    assert (status("never"), spots("never")) == ("buffered", [])
    assert expire(at=at(5 * HOUR + 1)) == 1
    assert status("never") == "expired"
    run(6 * HOUR)
    assert catch_up(fleet.id, at=at(20 * HOUR)) is False
    assert Target.objects.get().is_closed
    prune(at(99 * HOUR), Act(User.objects.get(), at(100 * HOUR)))
    assert not Task.objects.exists()
    assert not Target.objects.exists()


def test_a_window_ends_where_the_task_can_start_no_more(fleet: Fleet) -> None:
    window = {"from": at(0).isoformat(), "until": at(5 * HOUR).isoformat()}
    submit(aimed("a", window=window))
    assert Task.objects.get().deadline == at(5 * HOUR) - timedelta(seconds=40)
    run()
    assert all(starts < at(5 * HOUR) for starts, _ in times("a"))


def test_a_submission_of_targets_needs_no_look_at_the_whole_plan(fleet: Fleet) -> None:
    submit(aimed("a"))
    run()
    before = Event.objects.filter(kind="fleet").count()
    submit(aimed("b"), minute=1)
    run(1)
    assert Event.objects.filter(kind="fleet").count() == before


REFUSED: dict[str, tuple[Json, str, str]] = {
    "strips": (
        {
            "target": {
                "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]]},
                "swath_km": 50,
            }
        },
        "/0/target/geometry",
        "a task takes one",
    ),
    "an area of nothing": (
        {"target": {"geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [0, 0], [0, 0]]]}}},
        "/0/target/geometry",
        "fewer than 3",
    ),
    "a satellite that is not there": ({"satellites": ["sat-9"]}, "/0/satellites/0", "no such satellite"),
    "a window that is too short": (
        {"window": {"from": at(60).isoformat(), "until": at(60.5).isoformat()}},
        "/0/window",
        "does not fit",
    ),
    "a window that is over": (
        {"window": {"from": at(-60).isoformat(), "until": at(-50).isoformat()}},
        "/0/window",
        "has passed",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_no_task_can_have_is_refused_with_its_place(fleet: Fleet, what: str) -> None:
    wrong, pointer, why = REFUSED[what]
    with pytest.raises(InvalidError) as refused:
        submit(aimed("a", **wrong))
    (fault,) = refused.value.faults
    assert (fault.pointer, why in fault.detail) == (pointer, True), fault
    assert not Target.objects.exists()


def test_targets_are_for_fleets_that_plan_in_time(fleet: Fleet) -> None:
    Fleet.objects.filter(slug="orbit").update(horizon_s=None)
    with pytest.raises(InvalidError, match="targets are for fleets that plan in time"):
        submit(aimed("a"))


def test_satellites_of_a_target_stay_and_the_rest_can_be_edited(fleet: Fleet) -> None:
    submit(aimed("a", conditions={"maximum_off_nadir": 0.01}, satellites=["sat-1"]))
    run()
    report = Report(User.objects.get(), at(1))
    with pytest.raises(InvalidError):
        edit(Task.objects.get(), {"satellites": None}, report)
    edit(Task.objects.get(), {"resources": {"radio": 1}, "profit": 3, "deadline": at(9 * HOUR)}, report)
    task = Task.objects.get()
    assert (task.profit, task.deadline, task.satellites) == (3, at(9 * HOUR), ["sat-1"])


def test_what_was_searched_for_a_target_stays(fleet: Fleet) -> None:
    submit(aimed("a"))
    run()
    searched = set(Opportunity.objects.values_list("id", flat=True))
    assert searched
    report = Report(User.objects.get(), at(1))
    window = Span.model_construct(starts=at(0), ends=at(60))
    with pytest.raises(InvalidError) as refused:
        edit(Task.objects.get(), {"opportunities": [], "duration": 50.0, "window": window, "profit": 3}, report)
    assert {fault.pointer for fault in refused.value.faults} == {"/opportunities", "/duration", "/window"}
    assert Task.objects.get().profit == 1
    edit(Task.objects.get(), {"duration": 40.0, "resources": {"camera": 1}}, report)
    assert set(Opportunity.objects.values_list("id", flat=True)) == searched


def test_a_target_that_is_planned_for_later_competes_again_when_it_is_edited(fleet: Fleet) -> None:
    submit(aimed("a"))
    run()
    assert status("a") == "scheduled"
    edit(Task.objects.get(), {"profit": 3}, Report(User.objects.get(), NOW))
    assert status("a") == "buffered"
    assert Opportunity.objects.exists()
    run()
    assert status("a") == "scheduled"
    check_counters()


def found_now() -> set[tuple[object, ...]]:
    return set(Opportunity.objects.values_list("task__name", "satellite__slug", "starts", "ends", "origin"))


def test_what_is_worked_out_bit_by_bit_is_what_is_worked_out_at_once(fleet: Fleet) -> None:
    angles = (20, 30, 50)
    submit(*(aimed(f"a{angle}", conditions={"maximum_off_nadir": angle}) for angle in angles))
    satellites = Satellite.objects.filter(fleet=fleet).count()
    for calls in range(1, 100):
        if calls == 2:  # in the midst of it
            put("sat-1", MEAN_ANOMALY=40)
        catch_up(fleet.id, at=at(0), is_over=lambda: True)
        if not Target.objects.filter(searched_until=None).exists():
            break
    assert calls == len(angles) * satellites + 1  # one was for the elements from before
    bit_by_bit = found_now()
    Opportunity.objects.all().delete()
    Target.objects.update(searched={}, searched_until=None)
    catch_up(fleet.id, at=at(0))
    assert found_now() == bit_by_bit
    assert len({name for name, *_ in bit_by_bit}) == len(angles)


def test_for_what_it_had_no_time_a_fleet_iterates_by_itself(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    Fleet.objects.filter(id=fleet.id).update(settle_s=5)
    submit(aimed("a"), aimed("b", conditions={"maximum_off_nadir": 20}))
    with monkeypatch.context() as hurried:
        hurried.setattr(iterating, "catch_up", lambda *args, at, is_over: catch_up(*args, at=at, is_over=lambda: True))
        run()
    assert Target.objects.filter(searched_until=None).exists()
    due = due_now(fleet.id, NOW + timedelta(seconds=5))
    assert due is not None
    assert due.cause == "horizon"
    run(0.1)
    assert not Target.objects.filter(searched_until=None).exists()
    due = due_now(fleet.id, NOW + timedelta(seconds=11))
    assert due is None


def test_what_was_begun_in_haste_is_known_as_far_as_each_satellite_was_looked_at(fleet: Fleet) -> None:
    put("sat-2", number=99002, RA_OF_ASC_NODE=70)
    submit(aimed("berlin"))
    catch_up(fleet.id, at=at(0), is_over=lambda: True)  # one satellite
    catch_up(fleet.id, at=at(HOUR))  # the other one
    target = Target.objects.get()
    assert [one["until"] for one in target.searched.values()] == [written(at(15 * HOUR)), written(at(16 * HOUR))]
    assert searched_until() == 15 * HOUR
    catch_up(fleet.id, at=at(4 * HOUR))  # whose horizon ends between the two
    assert searched_until() >= 16 * HOUR
    known = [starts for _, starts, _ in spots("berlin") if starts < at(16 * HOUR)]
    first, second = ElementSet.objects.order_by("id")
    assert len(known) == len(expected(first, 0, 16 * HOUR)) + len(expected(second, HOUR, 16 * HOUR)) >= 3
