"""A plan that was stopped early is never worse than what is planned: that stays, and what is free is filled."""

import pytest

from satselect.application.act import Act
from satselect.application.fleets.outages import OutageTimes, add_outage
from satselect.application.planning.horizon import plan_ahead
from satselect.engine.limits import stopped_by
from satselect.store.models import Iteration, User
from tests.application.orbits import at, check_counters, orbit, planned, run, submit, timed

pytestmark = pytest.mark.usefixtures("database")


def many(prefix: str, *, profit: float) -> list[object]:
    return [timed(f"{prefix} {n}", (15 + 4 * n, 17 + 4 * n), profit=profit) for n in range(20)]


def stopped(minute: float, monkeypatch: pytest.MonkeyPatch) -> Iteration:
    """An iteration that others have waited for too long for, as soon as it begins to plan."""
    with monkeypatch.context() as patched:
        patched.setattr(plan_ahead, "stopped_by", lambda is_over: stopped_by(lambda: True))
        return run(minute)


def test_a_plan_that_was_stopped_leaves_what_is_planned(monkeypatch: pytest.MonkeyPatch) -> None:
    orbit()
    submit(*many("first", profit=5))
    run()
    before = planned()
    assert len(before) == 20
    submit(timed("long", (15, 93), profit=99), timed("beside", (100, 110)), minute=1)  # worth more than each of them
    made = stopped(1, monkeypatch)
    assert before.items() <= planned().items()
    assert "beside" in planned()
    assert made.status == "feasible"
    check_counters()


def test_or_gives_way_to_what_earns_more_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    orbit()
    submit(*many("first", profit=5))
    run()
    submit(*many("better", profit=9), minute=1)
    stopped(1, monkeypatch)
    assert sum(name.startswith("better") for name in planned()) == 20
    check_counters()


def test_what_cannot_run_where_it_is_planned_does_not_stay_there(monkeypatch: pytest.MonkeyPatch) -> None:
    fleet = orbit()
    submit(*many("first", profit=5), timed("moves", (30, 33), (110, 113), satellite="sat-2", profit=9))
    run()
    assert planned()["moves"] == ("sat-2", 30, 33)
    add_outage(fleet, "sat-2", None, OutageTimes(at(20), at(60)), Act(User.objects.get(), at(1)))
    submit(timed("long", (15, 93), profit=99), minute=1)
    stopped(1, monkeypatch)
    assert planned().get("moves", ("sat-2", 110, 113)) == ("sat-2", 110, 113)
    assert sum(name.startswith("first") for name in planned()) == 20
    run(2)
    assert planned()["moves"] == ("sat-2", 110, 113)
    check_counters()


def test_the_bound_holds_where_an_opportunity_is_worth_more(monkeypatch: pytest.MonkeyPatch) -> None:
    orbit()
    submit(*many("first", profit=5))
    run()
    spot = {"satellite": "sat-1", "from": at(39).isoformat(), "until": at(41).isoformat(), "profit": 900}
    submit(timed("dear", (39, 41), opportunities=[spot]), minute=1)
    made = stopped(1, monkeypatch)  # there was no time even to look
    assert made.bound is not None
    assert made.bound >= run(2).profit >= 900


def test_a_fleet_without_a_plan_is_none_the_worse_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    orbit()
    submit(*many("first", profit=5))
    stopped(0, monkeypatch)
    check_counters()
    run(1)
    assert len(planned()) == 20
