"""Each cause for which no opportunity of a task can be used is told, with who is in the way."""

import pytest

from satselect.application.act import Act
from satselect.application.explanation.explain import Explanation, explain
from satselect.application.explanation.reasons import speech
from satselect.application.fleets.outages import OutageTimes, add_outage
from satselect.application.fleets.supplies import edit_supply
from satselect.application.planning.horizon import plan_ahead
from satselect.engine.limits import stopped_by
from satselect.schemas.explanations import Reason
from satselect.schemas.planning.plans import NewTimedTask
from satselect.schemas.transitions import Transition
from satselect.store.models import Fleet, Pass, Resource, Satellite, Supply, Task, User
from tests.application.buffers import NOW
from tests.application.orbits import at, orbit, run, submit, timed

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def fleet(database: object) -> Fleet:
    return orbit()


def told(name: str, minute: float = 1) -> Explanation:
    return explain(Task.objects.get(name=name), by=User.objects.get(), at=at(minute), time_limit_s=5)


def angled(name: str, start: float, end: float, roll: float, mode: str = "b") -> NewTimedTask:
    spot = {"satellite": "sat-1", "from": moment(start), "until": moment(end), "details": {"roll": roll, "mode": mode}}
    return timed(name, opportunities=[spot])


def moment(minute: float) -> str:
    return at(minute).isoformat()


def act(minute: float) -> Act:
    return Act(User.objects.get(), at(minute))


def camera() -> Supply:
    return Supply.objects.select_related("resource__fleet").get(resource__name="camera", satellite__slug="sat-1")


@pytest.mark.parametrize(
    "turn",
    [Transition(detail="roll", rate=1.0), Transition(detail="mode", seconds={"a": {}})],
    ids=["by angle", "by mode"],
)
def test_uses_of_before_a_transition_are_named(fleet: Fleet, turn: Transition) -> None:
    Fleet.objects.update(frozen_s=600)
    submit(angled("left", 11, 12, -40), angled("right", 12, 13, 40))
    run()
    edit_supply(camera(), {"transition": turn}, act(4))
    submit(angled("later", 60, 62, 0, mode="a"), minute=5)
    run(5)  # both are frozen by now, and nothing turns by 80 degrees at once
    why = told("later", 5)
    assert why.reason is Reason.HELD
    assert why.why is not None
    assert why.why.startswith("nothing new uses sat-1/camera while frozen tasks use more of it than there is")
    assert [one.holder.name for one in why.held] == ["left", "right"]
    assert "'left'" in why.why


def test_what_is_frozen_out_of_service_or_lacking_is_told(fleet: Fleet) -> None:
    add_outage(fleet, "sat-2", None, OutageTimes(at(0), at(80)), act(0))
    submit(timed("soon", (2, 9)), timed("down", (30, 40), satellite="sat-2"))
    run()
    soon, down = told("soon"), told("down")
    assert (soon.reason, "frozen part" in (soon.why or "")) == (Reason.FROZEN, True)
    assert (down.reason, "sat-2, or what it needs there, is out of service" in (down.why or "")) == (Reason.OUT, True)


def test_what_the_window_leaves_too_short_is_no_opportunity(fleet: Fleet) -> None:
    add_outage(fleet, "sat-2", None, OutageTimes(at(0), at(80)), act(0))
    window = {"from": moment(38), "until": moment(4000)}
    short, gone, down, far = (
        {"satellite": satellite, "from": moment(start), "until": moment(end)}
        for satellite, start, end in (
            ("sat-1", 30, 40),
            ("sat-1", 20, 30),
            ("sat-2", 40, 50),
            ("sat-1", 3000, 3010),
        )
    )
    submit(timed("down", opportunities=[short, gone, down], duration=300, window=window))
    submit(timed("far", opportunities=[short, gone, far], duration=300, window=window))
    submit(timed("whole", opportunities=[gone, far], window=window))
    run()
    why = told("down")
    assert why.reason is Reason.OUT
    assert why.why == f"sat-2, or what it needs there, is out of service at {speech.moment(at(40))}"
    for name in ("far", "whole"):
        why = told(name)
        assert why.reason is Reason.LATER
        assert why.why == f"its next opportunity begins {speech.moment(at(3000))}, beyond the horizon"


def test_a_mode_that_is_not_there_any_more_is_told(fleet: Fleet) -> None:
    submit(angled("later", 60, 62, 0, mode="c"))
    edit_supply(camera(), {"transition": Transition(detail="mode", seconds={"a": {"b": 5.0}, "b": {"a": 5.0}})}, act(0))
    run()
    why = told("later")
    assert why.reason is Reason.NEVER
    assert why.why == "its opportunities say 'mode' c, which is none of those by which the transitions of 'camera' go"


def test_what_a_stopped_plan_left_over_has_words(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    submit(*(timed(f"first {n}", (15 + 4 * n, 17 + 4 * n), profit=5) for n in range(20)))
    run()
    submit(timed("beside", (40, 41), profit=0.5), timed("over", (39, 41), profit=9), minute=1)
    with monkeypatch.context() as patched:
        patched.setattr(plan_ahead, "stopped_by", lambda is_over: stopped_by(lambda: True))
        run(1)
    for one in Task.objects.filter(status="buffered"):
        assert told(one.name, 2).why, one.name


def with_disk(capacity: int, level: int) -> None:
    disk = Resource.objects.create(fleet=Fleet.objects.get(slug="orbit"), name="disk", kind="reservoir")
    satellite = Satellite.objects.get(slug="sat-1")
    Supply.objects.create(resource=disk, satellite=satellite, capacity=capacity, level=level, level_at=NOW)


def with_pass(start: float, end: float, drains: int) -> None:
    fleet, satellite = Fleet.objects.get(slug="orbit"), Satellite.objects.get(slug="sat-1")
    Pass.objects.create(
        fleet=fleet, satellite=satellite, station="north", starts=at(start), ends=at(end), drains={"disk": drains}
    )


WHOEVER = "within the horizon it does not fit beside what there is and what is frozen, whoever else is planned"


def test_of_a_full_disk_nobody_is_blamed(fleet: Fleet) -> None:
    with_disk(capacity=2, level=2)
    submit(timed("a", (30, 40), resources={"camera": 1, "disk": 1}), timed("b", (30, 40), profit=9))
    run()
    why = told("a")
    assert (why.reason, why.why, why.held) == (Reason.NEVER, WHOEVER, [])


def test_what_no_pass_brings_down_in_time_is_not_said_to_be_held(fleet: Fleet) -> None:
    with_disk(capacity=5, level=0)
    with_pass(60, 70, drains=5)
    late = timed("late", (30, 40), profit=5, resources={"camera": 1, "disk": 1}, deliver_by=moment(65))
    submit(late, timed("rival", (30, 40), profit=9))
    run()
    why = told("late")
    assert (why.reason, why.held) == (Reason.NEVER, [])
    assert why.why is not None
    assert why.why.startswith("no pass that ends by ")
    assert why.break_even is None
    Task.objects.filter(name="late").update(deliver_by=at(71))
    assert (told("late").reason, [one.holder.name for one in told("late").held]) == (Reason.HELD, ["rival"])
