"""Fleets that plan in time: what is planned, what stays, what moves and what goes back to the buffer."""

import pytest
from django.db import connection

from satselect.application.act import Act
from satselect.application.errors import ConflictError
from satselect.application.maintenance.prune import prune
from satselect.application.planning.horizon.levels import level_at
from satselect.application.tasks.change import Report, cancel, complete, fail
from satselect.application.tasks.edit import edit
from satselect.schemas.planning.plans import NewTimedTask
from satselect.schemas.reading.faults import InvalidError
from satselect.schemas.submission.changes import TASK_PATCH
from satselect.store.models import (
    AssignmentResource,
    Event,
    Fleet,
    History,
    Opportunity,
    Outage,
    Pass,
    Resource,
    Satellite,
    Supply,
    Task,
    User,
)
from satselect.store.queries.supplies import timed_supply
from tests.application.buffers import buffer, task
from tests.application.orbits import at, check_counters, orbit, planned, run, status, submit, timed

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def fleet(database: object) -> Fleet:
    return orbit()


def test_tasks_get_times_inside_their_opportunities(fleet: Fleet) -> None:
    submit(timed("a", (20, 30)), timed("b", (25, 40), profit=2), timed("c", (20, 40), duration=300))
    run()
    assert planned() == {"b": ("sat-1", 25, 40), "c": ("sat-1", 20, 25)}
    assert status("a") == "buffered"
    check_counters()


def test_what_is_worth_more_displaces_what_is_not_frozen(fleet: Fleet) -> None:
    submit(timed("soon", (11, 14)), timed("later", (20, 30)))
    run()
    submit(timed("rival of soon", (12, 15), profit=9), timed("rival of later", (25, 35), profit=9), minute=5)
    iteration = run(5)
    assert planned() == {"soon": ("sat-1", 11, 14), "rival of later": ("sat-1", 25, 35)}
    assert (status("later"), status("rival of soon")) == ("buffered", "buffered")
    last = History.objects.filter(task__name="later").latest("id")
    assert (last.before, last.after, last.reason, last.iteration_id) == (
        "scheduled",
        "buffered",
        "replanned",
        iteration.id,
    )
    assert Event.objects.filter(kind="task", reason="replanned", task__name="later").count() == 1
    assert not AssignmentResource.objects.filter(assignment__task__name="later", is_held=True).exists()
    check_counters()


def test_a_little_more_does_not_displace_what_stays(fleet: Fleet) -> None:
    submit(timed("first", (20, 30), profit=100))
    run()
    submit(timed("second", (20, 30), profit=101), minute=1)
    run(1)
    assert set(planned()) == {"first"}
    submit(timed("third", (20, 30), profit=103), minute=2)
    run(2)
    assert set(planned()) == {"third"}


def test_nothing_moves_where_fleets_never_plan_anew(fleet: Fleet) -> None:
    Fleet.objects.filter(id=fleet.id).update(replan="never")
    submit(timed("first", (20, 30)))
    run()
    submit(timed("second", (20, 30), profit=50), minute=1)
    run(1)
    assert set(planned()) == {"first"}


def test_what_moves_keeps_its_place_in_history(fleet: Fleet) -> None:
    submit(timed("long", (20, 60), duration=600))
    run()
    assert planned() == {"long": ("sat-1", 20, 30)}
    submit(timed("sharp", (20, 30), profit=5), minute=1)
    run(1)
    assert planned() == {"sharp": ("sat-1", 20, 30), "long": ("sat-1", 30, 40)}
    reasons = list(History.objects.filter(task__name="long").order_by("id").values_list("reason", flat=True))
    assert reasons == ["selected", "replanned"]
    check_counters()


def opportunity_of(name: str) -> object:
    """The details of the one that it is planned in."""
    return Task.objects.get(name=name).assignments.values_list("opportunity__details", flat=True).get(is_live=True)


def test_what_stays_in_time_but_not_in_its_opportunity_is_assigned_anew(fleet: Fleet) -> None:
    Resource.objects.filter(name="camera").update(transition={"detail": "roll", "rate": 0.5, "settle_s": 5})
    both = timed("a", (20, 22), (20, 23), duration=60)
    assert both.opportunities
    told = [({"roll": -20}, 2.0), ({"roll": 20}, 1.9)]
    spots = [
        spot.model_copy(update={"details": details, "profit": worth})
        for spot, (details, worth) in zip(both.opportunities, told, strict=True)
    ]
    submit(both.model_copy(update={"opportunities": spots}))
    run()
    assert opportunity_of("a") == {"roll": -20}
    after = timed("b", (21.2, 22.2), profit=5)
    assert after.opportunities
    right = after.opportunities[0].model_copy(update={"details": {"roll": 20}})
    submit(after.model_copy(update={"opportunities": [right]}), minute=1)
    run(1)
    assert set(planned()) == {"a", "b"}
    assert planned()["a"] == ("sat-1", 20, 21)
    assert opportunity_of("a") == {"roll": 20}
    check_counters()


def test_an_outage_cuts_intervals(fleet: Fleet) -> None:
    satellite = Satellite.objects.get(slug="sat-1")
    Outage.objects.create(fleet=fleet, satellite=satellite, starts=at(20), ends=at(30))
    submit(timed("whole", (25, 35)), timed("part", (25, 50), duration=600))
    run()
    assert planned() == {"part": ("sat-1", 30, 40)}


def test_turnaround_prolongs_each_use(fleet: Fleet) -> None:
    Resource.objects.filter(name="camera").update(turnaround_s=120)
    submit(timed("a", (20, 30), profit=3), timed("touches", (30, 35)), timed("after", (32, 35)))
    run()
    assert set(planned()) == {"a", "after"}
    use = AssignmentResource.objects.get(assignment__task__name="a")
    assert (use.starts, use.ends) == (at(20), at(32))


def test_a_reservoir_is_filled_and_drained(fleet: Fleet) -> None:
    disk = Resource.objects.create(fleet=fleet, name="disk", kind="reservoir")
    satellite = Satellite.objects.get(slug="sat-1")
    Supply.objects.create(resource=disk, satellite=satellite, capacity=2)
    tasks = [timed(f"t{i}", (20 + 10 * i, 25 + 10 * i), resources={"camera": 1, "disk": 1}) for i in range(4)]
    submit(*tasks)
    run()
    assert len(planned()) == 2
    Pass.objects.create(
        fleet=fleet, satellite=satellite, station="north", starts=at(36), ends=at(39), drains={"disk": 2}
    )
    run(1)
    assert len(planned()) == 4
    run(39.5)  # the pass is over: what was written before it has left
    assert status("t2") == "scheduled"


def test_a_pass_drains_what_was_written_before_it_begins(fleet: Fleet) -> None:
    disk = Resource.objects.create(fleet=fleet, name="disk", kind="reservoir")
    satellite = Satellite.objects.get(slug="sat-1")
    supply = Supply.objects.create(resource=disk, satellite=satellite, capacity=3)
    submit(*(timed(name, spot, resources={"disk": 1}) for name, spot in (("before", (20, 24)), ("during", (20, 30)))))
    run()
    Pass.objects.create(
        fleet=fleet, satellite=satellite, station="north", starts=at(25), ends=at(40), drains={"disk": 2}
    )
    levels = {minute: level_at(timed_supply(supply), fleet.id, at(minute)) for minute in (19, 25, 31, 41)}
    assert levels == {19: 0, 25: 1, 31: 2, 41: 1}
    Supply.objects.update(level=1, level_at=at(28))  # told while one is written: how much of it is in there?
    supply.refresh_from_db()
    assert level_at(timed_supply(supply), fleet.id, at(31)) == 2


def test_tasks_without_time_take_what_they_use_all_the_time(fleet: Fleet) -> None:
    submit(task("whole", "radio", profit=3), task("other", "radio"), task("third", "radio"), timed("a", (20, 30)))
    run()
    assert {name: status(name) for name in ("whole", "other", "third", "a")} == {
        "whole": "scheduled",
        "other": "scheduled",
        "third": "buffered",
        "a": "scheduled",
    }
    run(1)
    assert status("third") == "buffered"
    user = User.objects.get(username="local")
    complete(Task.objects.get(name="whole"), Report(user, at(2)))
    run(3)
    assert status("third") == "scheduled"
    check_counters()


def test_a_task_expires_once_its_last_opportunity_can_not_be_met(fleet: Fleet) -> None:
    submit(timed("a", (20, 30), profit=3), timed("b", (20, 30)), timed("c", (21, 31), duration=60))
    assert Task.objects.get(name="b").deadline == at(20)
    assert Task.objects.get(name="c").deadline == at(30)
    run()
    run(20)
    assert status("b") == "buffered"
    run(20.1)
    assert (status("a"), status("b"), status("c")) == ("scheduled", "expired", "scheduled")
    check_counters()


def test_another_deadline_is_not_later_than_the_last_start(fleet: Fleet) -> None:
    submit(timed("a", (20, 30), (50, 70), duration=600))
    for sent, expected in ((None, 60), (at(55), 55), (at(500), 60)):
        edit(Task.objects.get(), {"deadline": sent}, Report(User.objects.get(), at(1)))
        assert Task.objects.get().deadline == at(expected)


def change(name: str, minute: float, **sent: object) -> None:
    """As a client sends it."""
    patch = TASK_PATCH.validate_python(sent)
    edit(
        Task.objects.get(name=name),
        {name: getattr(patch, name) for name in patch.model_fields_set},
        Report(User.objects.get(), at(minute)),
    )


def spots(*times: tuple[float, float], satellite: str = "sat-1") -> list[dict[str, object]]:
    return [{"satellite": satellite, "from": at(a).isoformat(), "until": at(b).isoformat()} for a, b in times]


def test_a_deadline_that_was_sent_comes_back_with_later_opportunities(fleet: Fleet) -> None:
    submit(timed("a", (20, 30), (50, 70), duration=600, deadline=at(65).isoformat()))
    for sent, expected in (
        ({"opportunities": spots((20, 30))}, 20),
        ({"opportunities": spots((20, 30), (60, 90))}, 65),
        ({"duration": None}, 60),
        ({"duration": 60}, 65),
        ({"window": {"from": at(0).isoformat(), "until": at(29).isoformat()}}, 28),
        ({"window": None, "deadline": None}, 89),
        ({"profit": 3}, 89),
    ):
        change("a", 1, **sent)
        assert Task.objects.get().deadline == at(expected), sent


def test_what_asks_for_another_time_competes_for_it(fleet: Fleet) -> None:
    submit(timed("a", (20, 30), profit=3), timed("b", (20, 30)), timed("far", (200, 210)))
    run()
    assert set(planned()) == {"a"}
    change("b", 1, opportunities=spots((40, 50), (20, 25), satellite="sat-2"))
    run(2)
    assert planned() == {"a": ("sat-1", 20, 30), "b": ("sat-2", 40, 50)}
    change("far", 3, opportunities=spots((60, 80)), duration=60, window=None)
    run(4)
    assert planned()["far"] == ("sat-1", 60, 61)
    check_counters()


def test_what_is_planned_and_not_frozen_competes_again_as_it_is_edited(fleet: Fleet) -> None:
    submit(timed("a", (20, 30), profit=3), timed("b", (20, 30)))
    run()
    change("a", 1, opportunities=spots((50, 60)))
    assert status("a") == "buffered"
    assert not AssignmentResource.objects.filter(is_held=True).exists()
    last = History.objects.filter(task__name="a").latest("id")
    assert (last.before, last.after, last.reason, last.words) == ("scheduled", "buffered", "edited", "opportunities")
    check_counters()
    run(2)
    assert planned() == {"a": ("sat-1", 50, 60), "b": ("sat-1", 20, 30)}
    assert Opportunity.every.filter(task__name="a").count() == 2
    assert list(Opportunity.objects.filter(task__name="a").values_list("starts", flat=True)) == [at(50)]
    change("a", 3, opportunities=spots((70, 80), (70, 71)))
    run(4)
    assert planned()["a"][1] == 70
    check_counters()


def test_what_is_frozen_can_not_be_edited(fleet: Fleet) -> None:
    submit(timed("a", (20, 30)), task("whole", "radio"))
    run()
    before = planned()
    with pytest.raises(ConflictError, match="frozen"):
        change("a", 10.1, opportunities=spots((50, 60)))
    with pytest.raises(ConflictError, match="buffered"):
        change("whole", 1, profit=2)
    assert planned() == before
    change("a", 10, profit=2)  # its start is not in the frozen part yet
    assert status("a") == "buffered"


def test_a_task_gets_and_loses_its_time(fleet: Fleet) -> None:
    submit(timed("a", (20, 30), duration=60), task("b", "camera", profit=5))
    change("b", 1, opportunities=spots((20, 21)))
    run(2)
    assert planned() == {"a": ("sat-1", 21, 22), "b": ("sat-1", 20, 21)}
    change("a", 3, opportunities=None, duration=None)
    assert (Task.objects.get(name="a").is_timed, Task.objects.get(name="a").deadline) == (False, None)
    run(4)
    assert status("a") == "scheduled"
    assert set(planned()) == {"b"}
    check_counters()


LAST_MINUTE = {"from": "9999-12-31T23:59:30Z", "until": "9999-12-31T23:59:59Z"}


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"opportunities": []}, "could never run"),
        ({"opportunities": spots((20, 30), (20, 30))}, "twice"),
        ({"opportunities": spots((20, 30), satellite="sat-9")}, "no satellite 'sat-9'"),
        ({"opportunities": spots((-30, -20))}, "has passed"),
        ({"opportunities": None}, "is for a task with opportunities"),
        ({"duration": 601}, "longer than an opportunity"),
        ({"window": {"from": at(50).isoformat(), "until": at(60).isoformat()}}, "fits into none"),
        ({"duration": 60, "window": LAST_MINUTE}, "fits into none"),
        ({"window": {"from": at(29.5).isoformat(), "until": at(60).isoformat()}}, "fits into none"),
        ({"satellites": ["sat-1"]}, "so satellites can't"),
        ({"deadline": at(-1).isoformat()}, "has passed"),
    ],
)
def test_a_change_that_would_make_no_task_in_time_changes_nothing(
    fleet: Fleet, sent: dict[str, object], words: str
) -> None:
    submit(timed("a", (20, 30), duration=60))
    before = Task.objects.values().get(), list(Opportunity.every.values())
    with pytest.raises(InvalidError, match=words):
        change("a", 1, **sent)
    assert (Task.objects.values().get(), list(Opportunity.every.values())) == before


def test_cancelled_and_failed_ones_give_their_time_back(fleet: Fleet) -> None:
    submit(timed("a", (20, 30), profit=3, max_attempts=2), timed("b", (20, 30)))
    run()
    user = User.objects.get(username="local")
    cancel(Task.objects.get(name="a"), Report(user, at(1)))
    run(2)
    assert set(planned()) == {"b"}
    fail(Task.objects.get(name="b"), Report(user, at(22)))
    assert not AssignmentResource.objects.filter(is_held=True).exists()
    check_counters()


def test_completing_early_gives_the_rest_of_the_interval_back(fleet: Fleet) -> None:
    Fleet.objects.filter(id=fleet.id).update(frozen_s=60)
    Resource.objects.filter(name="camera").update(turnaround_s=120)
    submit(timed("first", (20, 40), profit=9), timed("waits", (25, 35)), timed("too soon", (26, 26.5)))
    run()
    assert set(planned()) == {"first"}
    done = Report(User.objects.get(username="local"), at(23))
    complete(Task.objects.get(name="first"), done)
    use = AssignmentResource.objects.get(assignment__task__name="first")
    assert (use.starts, use.ends, use.is_held) == (at(20), at(25), True)
    run(23)
    assert planned() == {"waits": ("sat-1", 25, 35)}
    check_counters()


@pytest.mark.parametrize("minute", [5, 20, 30, 31])
def test_a_report_beside_the_interval_gives_nothing_back(fleet: Fleet, minute: float) -> None:
    Fleet.objects.filter(id=fleet.id).update(frozen_s=60)
    submit(timed("first", (20, 30), profit=9), timed("waits", (25, 35)), timed("after", (32, 35)))
    run()
    complete(Task.objects.get(name="first"), Report(User.objects.get(username="local"), at(minute)))
    use = AssignmentResource.objects.get(assignment__task__name="first")
    assert (use.starts, use.ends, use.is_held) == (at(20), at(30), True)
    run(5 if minute == 5 else 21)
    assert set(planned()) == {"after"}


def test_what_completes_early_has_written_what_a_pass_takes(fleet: Fleet) -> None:
    disk = Resource.objects.create(fleet=fleet, name="disk", kind="reservoir")
    satellite = Satellite.objects.get(slug="sat-1")
    supply = Supply.objects.create(resource=disk, satellite=satellite, capacity=3)
    submit(timed("long", (20, 40), resources={"disk": 2}))
    run()
    Pass.objects.create(
        fleet=fleet, satellite=satellite, station="north", starts=at(25), ends=at(28), drains={"disk": 2}
    )
    assert level_at(timed_supply(supply), fleet.id, at(41)) == 2
    complete(Task.objects.get(), Report(User.objects.get(username="local"), at(24)))
    levels = {minute: level_at(timed_supply(supply), fleet.id, at(minute)) for minute in (23, 24, 27, 28, 41)}
    assert levels == {23: 0, 24: 2, 27: 2, 28: 0, 41: 0}


def test_what_is_over_is_pruned_with_its_opportunities(fleet: Fleet) -> None:
    submit(timed("a", (20, 30)), timed("waits", (140, 150)))
    run()
    user = User.objects.get(username="local")
    complete(Task.objects.get(name="a"), Report(user, at(30)))
    run(31)
    prune(at(60 * 24), Act(user, at(60 * 24)))
    assert list(Task.objects.values_list("name", flat=True)) == ["waits"]
    assert Opportunity.objects.count() == 1
    connection.check_constraints()


def test_what_lies_beyond_the_horizon_waits(fleet: Fleet) -> None:
    submit(timed("far", (150, 160)))
    run()
    assert status("far") == "buffered"
    moment = Fleet.objects.get(slug="orbit").iterate_at
    assert moment is not None
    assert at(30) <= moment <= at(31)
    run(45)
    assert planned() == {"far": ("sat-1", 150, 160)}


def test_a_capacity_that_fell_below_what_is_fixed_takes_nothing_new(fleet: Fleet) -> None:
    submit(timed("fixed", (11, 14)), timed("free", (40, 50)))
    run()
    Supply.objects.filter(resource__name="camera").update(capacity=0)
    Fleet.objects.filter(id=fleet.id).update(version=Fleet.objects.get(id=fleet.id).version + 1)
    run(5)
    assert set(planned()) == {"fixed"}


def test_a_fleet_without_horizon_takes_no_opportunities() -> None:
    spot = {"satellite": "default", "from": at(1).isoformat(), "until": at(2).isoformat()}
    sent = {"name": "a", "resources": ["x"], "profit": 1, "opportunities": [spot]}
    with pytest.raises(InvalidError, match="no horizon"):
        buffer(NewTimedTask.model_validate(sent))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"opportunities": []}, "could never run"),
        ({"window": {"from": at(50).isoformat(), "until": at(60).isoformat()}}, "fits into none"),
        ({"duration": 60, "window": LAST_MINUTE}, "fits into none"),
    ],
)
def test_what_could_never_run_is_refused(fleet: Fleet, fields: dict[str, object], words: str) -> None:
    with pytest.raises(InvalidError, match=words):
        submit(timed("a", (20, 30), **fields))  # type: ignore[arg-type]
