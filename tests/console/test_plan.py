"""The plan page: what is read of a plan, where it is drawn, and for whom."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise
from random import Random
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from satselect.application.planning.horizon.levels import level_at
from satselect.application.tasks.change import Report, complete
from satselect.application.tasks.edit import edit
from satselect.console.drawing import packing
from satselect.console.drawing.axis import Axis
from satselect.console.drawing.deadlines import deadline_marks
from satselect.console.drawing.packing import Bar, Faint, pack_bars, pack_faint
from satselect.console.drawing.steps import curve
from satselect.console.formatting import clock, interval
from satselect.console.forms import IN_TIME, fields_of
from satselect.console.reading.iterations.outcomes import read_outcomes
from satselect.console.reading.plan import planned as reading
from satselect.console.reading.plan.bands import read_bands
from satselect.console.reading.plan.levels import Level, read_levels
from satselect.console.reading.plan.planned import Chance, Slot, TaskFacts, read_planned
from satselect.console.reading.plan.window import DAY_S, HOUR_S, MOST_S, Window, following, usual_span_s
from satselect.console.reading.plan.window import milliseconds as ms
from satselect.console.views.fleets.plan import window_of
from satselect.schemas.horizons import Kind
from satselect.schemas.planning.plans import NewTimedTask
from satselect.schemas.tasks import Status
from satselect.store.defaults import LOCAL
from satselect.store.models import Assignment, Fleet, Opportunity, Pass, Resource, Supply, User
from satselect.store.queries.supplies import timed_supply
from tests.console.plans import Orbit, make_orbit, make_planned
from tests.people import user

DATABASES = ["sqlite"]
LOCAL_TIME = "%Y-%m-%dT%H:%M:%S"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
WINDOW = Window(NOON, 4 * HOUR_S, follows=False)


@pytest.fixture
def orbit(database: object) -> Orbit:
    return make_planned(make_orbit())


@pytest.fixture
def local(orbit: Orbit) -> User:
    return User.objects.get(username=LOCAL)


def four_hours(orbit: Orbit) -> Window:
    return Window(orbit.at(-10), 4 * HOUR_S, follows=False)


def page(path: str = "/fleets/orbit/plan", **headers: str) -> str:
    answer = Client(headers={"Accept": "text/html"} | headers).get(path)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def test_moments_lie_where_they_belong() -> None:
    axis = Axis(WINDOW)
    assert [axis.x(NOON + timedelta(minutes=m)) for m in (-5, 0, 60, 120, 240, 300)] == [0, 0, 25, 50, 100, 100]
    assert axis.stretch(NOON + timedelta(hours=1), NOON + timedelta(hours=2)) == (25, 25)
    assert axis.stretch(NOON + timedelta(hours=4), NOON + timedelta(hours=5))[0] < 100  # what ends it can be seen


@pytest.mark.parametrize("span_s", [HOUR_S, 6 * HOUR_S, DAY_S, 7 * DAY_S, MOST_S])
def test_lines_stand_at_round_times_not_too_many_of_them(span_s: int) -> None:
    window = Window(datetime(2026, 11, 23, 9, 41, 7, tzinfo=UTC), span_s, follows=False)
    ticks = Axis(window).ticks()
    assert 4 <= len(ticks) <= 14
    assert 2 <= sum(tick.is_coarse for tick in ticks) <= 6
    steps = [round(later.x - earlier.x, 1) for earlier, later in pairwise(ticks)]
    assert max(steps) - min(steps) <= 0.11
    assert all(tick.words.endswith(("Nov", "Dec")) == tick.is_day for tick in ticks)


def test_windows_move_and_zoom_around_their_middle() -> None:
    assert WINDOW.moved(0.5).starts == NOON + timedelta(hours=2)
    assert WINDOW.closer == Window(NOON + timedelta(minutes=30), 3 * HOUR_S, follows=False)
    assert WINDOW.wider == Window(NOON - timedelta(hours=1), 6 * HOUR_S, follows=False)
    assert WINDOW.address == "?span=14400&from=2026-11-23T12:00:00Z"
    assert following(NOON, HOUR_S).zoomed(DAY_S).address == "?span=86400"
    assert Window(NOON, HOUR_S, follows=False).closer is None
    assert Window(NOON, MOST_S, follows=False).wider is None
    assert usual_span_s(14_400) > 14_400
    assert usual_span_s(60) == HOUR_S
    assert usual_span_s(90 * DAY_S) == DAY_S


@pytest.mark.parametrize(
    ("asked", "starts"),
    [
        ("2026-11-23T12:00", NOON),
        ("2026-11-23T12:00:00", NOON),
        ("2026-11-23T12:00:00Z", NOON),
        ("2026-11-23T14:00:00+02:00", NOON),
        ("2026-11-23", NOON.replace(hour=0)),
        *((wrong, None) for wrong in ("", "noon", "2026-13-01T00:00", "2026-11-23T12+02:00", "9" * 50, "\0")),
    ],
)
def test_an_address_says_from_when_and_nonsense_nothing(asked: str, starts: datetime | None) -> None:
    request = RequestFactory().get("/", {"from": asked, "span": "7200"})
    window = window_of(request, Fleet(horizon_s=14_400), NOON)
    assert window == (following(NOON, 7200) if starts is None else Window(starts, 7200, follows=False))


@pytest.mark.parametrize("asked", ["0001-01-01T00:00", "9999-12-31T23:59"])
def test_no_time_is_too_far_away(orbit: Orbit, asked: str) -> None:
    for span_s in (1, MOST_S, 10**15):
        assert "Nothing is planned then" in page(f"/fleets/orbit/plan?from={asked}&span={span_s}")


def test_what_is_planned_and_what_waits_is_there_with_its_times(orbit: Orbit, local: User) -> None:
    there = read_planned(local, orbit.fleet, four_hours(orbit), at=orbit.now)
    assert [slot.task.name for slot in there.slots] == ["other", "holder", "beside", "flexible"]
    (chance,) = there.chances
    assert (chance.task.name, chance.starts, chance.ends) == ("loser", orbit.at(35), orbit.at(45))
    flexible = there.slots[-1]
    assert (flexible.could_start, flexible.could_end) == (orbit.at(60), orbit.at(90))
    live = orbit.planned("flexible")
    assert (flexible.starts, flexible.ends) == (live.starts, live.ends)
    later = read_planned(local, orbit.fleet, Window(orbit.at(45), HOUR_S, follows=False), at=orbit.now)
    assert [slot.task.name for slot in later.slots] == ["beside", "flexible"]
    assert later.chances == []  # the end of an interval is no part of it


def test_what_starts_soon_is_frozen(orbit: Orbit, local: User) -> None:
    at = orbit.at(12)
    there = read_planned(local, orbit.fleet, four_hours(orbit), at=at)
    assert {slot.task.name: slot.is_frozen for slot in there.slots} == {
        "other": True,
        "holder": False,
        "beside": False,
        "flexible": False,
    }


def test_only_what_is_worth_most_is_drawn_and_the_rest_counted(
    orbit: Orbit, local: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_SLOTS", 2)
    monkeypatch.setattr(reading, "MOST_CHANCES", 1)
    orbit.send(*(orbit.timed(f"more {n}", (35, 45), profit=0.1 * n) for n in range(1, 4)))
    there = read_planned(local, orbit.fleet, four_hours(orbit), at=orbit.now)
    assert [slot.task.name for slot in there.slots] == ["other", "holder"]
    assert (there.slots_left_out, there.has_more_chances, there.opportunities) == (2, True, 8)
    assert [chance.task.name for chance in there.chances] == ["loser"]
    assert "2 more planned tasks, opportunities beyond the 1 worth most of 8 that begin then" in page()


def test_of_a_crowded_window_the_opportunities_of_the_best_tasks_are_drawn(
    orbit: Orbit, local: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    orbit.send(*(orbit.timed(f"more {n}", (35, 45), profit=0.1 * n) for n in range(1, 4)))
    before = read_planned(local, orbit.fleet, four_hours(orbit), at=orbit.now)
    all_of_them = [chance.task.name for chance in before.chances]
    monkeypatch.setattr(reading, "MOST_LOOKED_AT", 2)
    monkeypatch.setattr(reading, "MOST_THERE", 7)
    there = read_planned(local, orbit.fleet, four_hours(orbit), at=orbit.now)
    assert all_of_them[:2] == [chance.task.name for chance in there.chances]
    assert len(all_of_them) > 2
    assert (there.has_more_chances, there.opportunities) == (True, 8)
    monkeypatch.setattr(reading, "MOST_THERE", 8)
    assert len(read_planned(local, orbit.fleet, four_hours(orbit), at=orbit.now).chances) == len(all_of_them)


def test_no_statement_of_a_page_joins_what_is_planned_with_all_tasks(orbit: Orbit, local: User) -> None:
    with CaptureQueriesContext(connection) as captured:
        assert read_planned(local, orbit.fleet, four_hours(orbit), at=orbit.now).slots
        read_levels(local, orbit.fleet, four_hours(orbit), at=orbit.now)
    best = [one["sql"] for one in captured if "LIMIT 401" in one["sql"]]
    held = [one["sql"] for one in captured if "LIMIT 20001" in one["sql"]]
    assert (len(best), len(held)) == (1, 1)
    assert not [sql for sql in best + held if 'JOIN "store_task"' in sql]


def test_a_reservoir_is_drawn_as_the_service_counts_it(orbit: Orbit, local: User) -> None:
    supply = Supply.objects.get(resource__name="disk", satellite__slug="sat-1")
    found = read_levels(local, orbit.fleet, four_hours(orbit), at=orbit.now).levels[supply.id]
    flexible = orbit.planned("flexible").starts
    assert (found.kind, found.first) == (Kind.RESERVOIR, 0)
    assert flexible
    assert found.steps == [(ms(orbit.at(30)), 3), (ms(flexible), 7), (ms(orbit.at(112)), 1)]
    row = timed_supply(supply)
    for minutes in (-5, 20, 41, 59, 95, 111, 113, 200):  # whenever nothing is under way, it knows as well
        told = [value for at, value in [(0, 0), *found.steps] if at <= ms(orbit.at(minutes))][-1]
        assert told == level_at(row, orbit.fleet.id, orbit.at(minutes)), minutes


def test_random_levels_are_those_of_the_service(database: object) -> None:
    random, orbit = Random(7), make_orbit(satellites=["sat-1"])
    Supply.objects.filter(resource__name="disk").update(level=5, level_at=orbit.at(-1))
    spots = [(s, s + random.randint(1, 5)) for s in random.sample(range(1, 230), 40)]
    orbit.send(*(orbit.timed(f"{n}", spot, resources={"disk": random.randint(1, 3)}) for n, spot in enumerate(spots)))
    starts = sorted(random.sample(range(1, 220), 9))
    for begin, after in zip(starts, [*starts[1:], 230], strict=True):
        drains = {"disk": random.randint(1, 6)}
        Pass.objects.create(
            fleet=orbit.fleet,
            satellite=orbit.satellite("sat-1"),
            starts=orbit.at(begin),
            ends=orbit.at(begin + random.uniform(0.5, after - begin)),
            drains=drains,
        )
    orbit.run()
    orbit.fleet.refresh_from_db()
    supply = Supply.objects.get(resource__name="disk")
    local = User.objects.get(username=LOCAL)
    over = [(one.starts, one.ends) for one in Pass.objects.all()]
    over += [(one.starts, one.ends) for one in Assignment.objects.filter(is_live=True) if one.starts and one.ends]
    found = read_levels(local, orbit.fleet, four_hours(orbit), at=orbit.now).levels[supply.id]
    assert max(value for _, value in found.steps) <= supply.capacity
    looked = 0
    for minutes in range(1, 240):
        at = orbit.at(minutes + 0.25)
        if any(starts <= at <= ends for starts, ends in over):
            continue
        told = [value for moment, value in [(0, found.first), *found.steps] if moment <= ms(at)][-1]
        assert told == level_at(timed_supply(supply), orbit.fleet.id, at), minutes
        looked += 1
    assert looked > 20


def test_what_is_held_is_held_with_its_turnaround(orbit: Orbit, local: User) -> None:
    levels = read_levels(local, orbit.fleet, four_hours(orbit), at=orbit.now).levels
    camera = levels[Supply.objects.get(resource__name="camera", satellite__slug="sat-1").id]
    ends = orbit.planned("flexible").ends
    assert ends
    assert [at for at, _ in camera.steps][1::2] == [ms(orbit.at(42)), ms(ends) + 120_000]
    assert [value for _, value in camera.steps] == [1, 0, 1, 0]
    budget = levels[Supply.objects.get(resource__name="manoeuvres", satellite__slug="sat-2").id]
    assert (budget.known_from, budget.steps) == (ms(orbit.now), [(ms(orbit.at(20)), 4)])


def test_transitions_are_drawn_where_they_are_for_who_sees_all(database: object) -> None:
    orbit, local = make_orbit(), User.objects.get(username=LOCAL)
    turn = {"detail": "roll", "rate": 0.5, "settle_s": 30}
    Resource.objects.filter(name="camera").update(transition=turn)
    orbit.send(*(turned(orbit, name, spot, roll) for name, spot, roll in TURNED))
    orbit.run()
    window = following(orbit.now, 7200)
    (mark,) = read_bands(local, orbit.fleet, window).turns
    assert (mark.starts, mark.ends) == (orbit.at(34), orbit.at(36))
    shown = page("/fleets/orbit/plan?span=7200")
    assert "camera turns, or changes its mode" in shown
    assert "</span>transition</li>" in shown
    assert read_bands(user("anna", "customer"), orbit.fleet, window).turns == ()


TURNED = (("left", (30, 32), -20), ("right", (40, 42), 25))


def turned(orbit: Orbit, name: str, spot: tuple[float, float], roll: float) -> NewTimedTask:
    task = orbit.timed(name, spot, profit=90)
    assert task.opportunities
    told = task.opportunities[0].model_copy(update={"details": {"roll": roll}})
    return task.model_copy(update={"opportunities": [told]})


def test_a_customer_sees_the_own_part_and_no_levels(orbit: Orbit, settings: Settings) -> None:
    anna, bert = user("anna", "customer"), user("bert", "customer")
    orbit.send(orbit.timed("of anna", (120, 130), profit=3, resources={"camera": 1, "disk": 1}), who=anna)
    orbit.run()
    window = four_hours(orbit)
    assert [slot.task.name for slot in read_planned(anna, orbit.fleet, window, at=orbit.now).slots] == ["of anna"]
    nothing = read_planned(bert, orbit.fleet, window, at=orbit.now)
    assert (nothing.slots, nothing.chances, nothing.has_more_chances) == ([], [], False)
    levels = read_levels(anna, orbit.fleet, window, at=orbit.now).levels
    assert {level.kind for level in levels.values()} == {Kind.RENEWABLE}
    camera = levels[Supply.objects.get(resource__name="camera", satellite__slug="sat-1").id]
    assert [at for at, _ in camera.steps] == [ms(orbit.at(120)), ms(orbit.at(132))]


def test_a_curve_keeps_each_peak() -> None:
    axis = Axis(WINDOW)
    many = [(ms(NOON + timedelta(seconds=n)), 9 if n == 7_777 else n % 2) for n in range(1, 14_000)]
    drawn = curve(Level(Kind.RENEWABLE, 10, 0, many), axis)
    assert drawn
    assert drawn.most == 9
    assert drawn.path.count("V10H") == 1
    assert len(drawn.path) < 20_000
    assert curve(Level(Kind.RENEWABLE, 8), axis) is None


def test_a_curve_begins_with_what_was_before_and_ends_with_the_window() -> None:
    before, inside, after = ((ms(NOON + timedelta(hours=hours)), level) for hours, level in ((-1, 4), (1, 6), (5, 8)))
    drawn = curve(Level(Kind.RESERVOIR, 8, 1, [before, inside, after]), Axis(WINDOW))
    assert drawn
    assert (drawn.path, drawn.most) == ("M0 100V50H250V25H1000V100", 6)
    told = curve(Level(Kind.RESERVOIR, 8, 2, [inside], known_from=ms(NOON) + 1_800_000), Axis(WINDOW))
    assert told
    assert told.path == "M125 100V75H250V25H1000V100"


def slot(number: int, begin: float, length: float) -> Slot:
    starts = NOON + timedelta(minutes=begin)
    ends = starts + timedelta(minutes=length)
    task = TaskFacts(UUID(int=number), f"{number}", 1, True, 1)
    return Slot(number, task, 1, Status.SCHEDULED, starts, ends, None, None, is_frozen=False)


def overlap(one: Bar | Faint, two: Bar | Faint) -> bool:
    return one.y == two.y and one.x < two.x + two.width - 1e-6 and two.x < one.x + one.width - 1e-6


def test_nothing_is_drawn_over_anything_else_and_all_is_counted() -> None:
    random = Random(3)
    slots = [slot(n, random.uniform(-20, 250), random.choice([0, 0.1, 3, 30])) for n in range(120)]
    axis = Axis(WINDOW)
    packed = pack_bars(sorted(slots, key=lambda one: one.starts or NOON), axis, {}, top=0, row=24)
    assert not any(overlap(one, two) for one, two in combinations(packed.drawn, 2))
    assert len(packed.drawn) + packed.left_out == 120
    assert packed.rows <= packing.MOST_ROWS
    timed = [(one, one.starts, one.ends) for one in slots if one.starts and one.ends]
    chances = [Chance(one.assignment_id, one.task, 1, starts, ends, 1) for one, starts, ends in timed]
    faint = pack_faint(chances, axis, {}, top=0, row=10)
    assert not any(overlap(one, two) for one, two in combinations(faint.drawn, 2))
    assert len(faint.drawn) + faint.left_out == 120
    assert [one.x for one in faint.drawn] == sorted(one.x for one in faint.drawn)


def test_as_few_rows_as_there_is_need_for() -> None:
    touching: Sequence[Slot] = [slot(n, 10 * n, 10) for n in range(6)]
    packed = pack_bars(touching, Axis(WINDOW), {}, top=0, row=24)
    assert (packed.rows, packed.left_out) == (1, 0)
    assert {bar.y for bar in packed.drawn} == {0}
    assert isinstance(packed.drawn[0], Bar)


def test_the_page_shows_all_of_it_and_the_part_only_the_plan(orbit: Orbit) -> None:
    whole, part = page(), page(**{"HX-Request": "true"})
    for shown in (whole, part):
        assert "holder\nscheduled · profit 5\ncamera, 3 disk\n" in shown
        assert "loser\nwaits · profit 2" in shown
        assert "north: " in shown
        assert "drains 6 disk" in shown
        assert "out of service" in shown
        assert ": update" in shown
    assert "<html" in whole
    assert "<html" not in part
    assert "disk: at most 7 of 8 held" in whole


def test_a_fleet_without_a_horizon_has_no_plan(orbit: Orbit) -> None:
    answer = Client(headers={"Accept": "text/html"}).get("/fleets/default/plan")
    assert (answer.status_code, answer["Location"]) == (302, "/fleets/default")
    assert 'href="/fleets/default/plan"' not in page("/fleets/default")
    assert 'href="/fleets/orbit/plan"' in page("/fleets/orbit")


def test_why_not_says_who_holds_what_from_when_to_when(orbit: Orbit) -> None:
    loser = orbit.task("loser")
    told = page(f"/tasks/{loser.id}/why", **{"HX-Request": "true"})
    assert "<strong>camera of sat-1</strong> held" in told
    assert f'<a href="/tasks/{orbit.task("holder").id}">holder</a>' in told
    assert interval(orbit.at(30), orbit.at(40)) in told
    assert "does not wait any more" in page(f"/tasks/{orbit.task('holder').id}/why")


def test_a_task_says_how_the_satellite_stands_where_it_is_planned(orbit: Orbit) -> None:
    live = orbit.planned("holder")
    path = f"/tasks/{live.task_id}"
    assert live.opportunity_id
    assert "There</dt>" not in page(path)
    assert "Details</th>" not in page(path)
    Opportunity.every.filter(id=live.opportunity_id).update(details={"mode": "spot", "sun_elevation": -12.3})
    assert "<dt>There</dt><dd>mode spot, sun elevation -12.3</dd>" in page(path)
    assert "<td>mode spot, sun elevation -12.3</td>" in page(path)


def test_pages_say_from_when_to_when(orbit: Orbit) -> None:
    live = orbit.planned("holder")
    assert live.starts
    assert live.ends
    told = interval(live.starts, live.ends)
    task = f"/tasks/{live.task_id}"
    assert f"<dd>{told} UTC on sat-1" in page(task)
    assert f"selected for sat-1, {told}" in page(task)
    assert "Opportunities" in page(task)
    for path in ("/fleets/orbit/tasks", f"/iterations/{live.iteration_id}"):
        assert f">{told}</td>" in page(path), path
    assert f"scheduled · profit 5 · {told} UTC" in page("/fleets/orbit")
    assert f'<span class="nowrap">{told}</span>' in page("/fleets/orbit")
    assert "Planned, UTC" not in page("/fleets/default/tasks")
    assert "Next in the plan" not in page("/fleets/default")


def test_what_was_reported_ahead_of_time_does_not_come_next(orbit: Orbit) -> None:
    link = f'<a href="/tasks/{orbit.task("holder").id}">holder</a>'
    assert link in page("/fleets/orbit").partition("Next in the plan")[2]
    complete(orbit.task("holder"), Report(User.objects.get(username=LOCAL), orbit.now))
    assert link not in page("/fleets/orbit").partition("Next in the plan")[2]


def test_a_form_changes_what_a_task_asks_for_in_time(orbit: Orbit) -> None:
    path = f"/tasks/{orbit.task('flexible').id}"
    fields = fields_of(orbit.task("flexible"))
    shown = page(path)
    assert all(f'name="{name}"' in shown for name in IN_TIME)
    assert Client().post(f"{path}/edit", fields).status_code == 302  # says nothing new
    assert orbit.task("flexible").status == "scheduled"
    spots = [{"satellite": "sat-2", "from": orbit.at(40).isoformat(), "until": orbit.at(80).isoformat()}]
    browser = Client(headers={"Accept": "text/html"})
    refused = browser.post(f"{path}/edit", fields | {"opportunities": json.dumps(spots), "duration": "2401"})
    assert refused.status_code == 422
    assert "longer than an opportunity" in refused.content.decode()
    sent = {"opportunities": json.dumps(spots), "duration": "60.5", "window_from": orbit.at(50).strftime(LOCAL_TIME)}
    answer = browser.post(f"{path}/edit", fields | sent)
    assert answer.status_code == 422
    assert "window" in answer.content.decode()
    sent["window_until"] = orbit.at(70).strftime(LOCAL_TIME)
    assert Client().post(f"{path}/edit", fields | sent)["Location"] == path
    orbit.run()
    live = orbit.planned("flexible")
    assert (live.satellite.slug, live.starts) == ("sat-2", orbit.at(50))
    assert (live.ends - live.starts).total_seconds() == 60.5  # type: ignore[operator]
    rest = {name: value for name, value in fields.items() if name not in IN_TIME} | {"profit": "40"}
    assert Client().post(f"{path}/edit", rest).status_code == 302  # no place for times says nothing of them
    assert (orbit.task("flexible").is_timed, orbit.task("flexible").profit) == (True, 40)


def test_a_form_submits_tasks_with_times_and_copies_them(orbit: Orbit) -> None:
    spots = [{"satellite": "sat-2", "from": orbit.at(240).isoformat(), "until": orbit.at(280).isoformat()}]
    sent = {"name": "by form", "resources": "radio", "profit": "1", "opportunities": json.dumps(spots)}
    assert Client().post("/fleets/orbit/submit", sent).status_code == 302
    task = orbit.task("by form")
    assert task.opportunities.count() == 1
    assert (
        "sat-2" in page(f"/fleets/orbit/submit?clone={task.id}").split('id="opportunities"')[1].split("</textarea>")[0]
    )
    document = {
        "way": "json",
        "document": json.dumps([{"name": "as JSON", "resources": ["radio"], "profit": 1, "opportunities": spots}]),
    }
    assert Client().post("/fleets/orbit/submit", document).status_code == 302
    assert orbit.task("as JSON").is_timed
    assert 'id="opportunities"' not in page("/fleets/default/submit")


def test_what_is_planned_anew_has_not_failed(orbit: Orbit, local: User) -> None:
    orbit.send(orbit.timed("better", (30, 45), profit=50))
    orbit.run()
    outcomes = read_outcomes(local, orbit.fleet)
    first, second = (
        {one.name: one.state for one in outcomes.placed[iteration.id]} for iteration in outcomes.iterations
    )
    assert (first["holder"], first["other"], second["better"]) == ("replanned", "scheduled", "scheduled")
    assert 'class="block replanned"' in page("/fleets/orbit")
    assert "/why" in page(f"/tasks/{orbit.task('holder').id}")


def test_what_was_edited_is_not_planned_anew(orbit: Orbit, local: User) -> None:
    report = Report(local, orbit.now, words="")
    edit(orbit.task("flexible"), {"profit": 2.0}, report)
    (outcome,) = read_outcomes(local, orbit.fleet).placed.values()
    states = {one.name: one.state for one in outcome}
    assert (states["flexible"], states["holder"]) == ("edited", "scheduled")
    assert 'class="block edited"' in page("/fleets/orbit")


def test_deadlines_of_what_waits_stand_on_the_axis(orbit: Orbit, local: User) -> None:
    loser = orbit.task("loser")
    assert loser.deadline == orbit.at(35)
    window = four_hours(orbit)
    there = read_planned(local, orbit.fleet, window, at=orbit.now)
    (mark,) = deadline_marks(there.chances, Axis(window))
    assert mark.x == Axis(window).x(orbit.at(35))
    assert mark.title == f"deadline\n{clock(orbit.at(35))} loser"
    orbit.send(*(orbit.timed(f"late {n}", (35.1, 45.1), profit=1) for n in range(4)))
    many = read_planned(local, orbit.fleet, window, at=orbit.now)
    (all_of_them,) = deadline_marks(many.chances, Axis(window))
    assert all_of_them.title.splitlines()[1:] == [
        f"{clock(orbit.at(35))} loser",
        *(f"{clock(orbit.at(35.1))} late {n}" for n in range(2)),
        "and 2 more",
    ]
    assert "deadlines\n" in page()


@pytest.mark.usefixtures("orbit")
def test_how_much_is_used_is_for_the_plan_to_show() -> None:
    earned = page("/fleets/orbit/profit")
    assert 'href="/fleets/orbit/plan">The plan</a> shows when each resource is in use' in earned
    assert "Resources over time" not in earned
    assert Client().get("/fleets/orbit/resources-over-time").headers["Location"] == "/fleets/orbit/plan"
    assert "Resources over time" in page("/fleets/default/profit")


def test_a_form_leaves_to_a_target_what_is_worked_out_for_it(orbit: Orbit) -> None:
    target = {"geometry": {"type": "Point", "coordinates": [13.4, 52.5]}}
    sent = [{"name": "aimed", "resources": ["radio"], "profit": 1, "duration": 40, "target": target}]
    assert Client().post("/fleets/orbit/submit", {"way": "json", "document": json.dumps(sent)}).status_code == 302
    task = orbit.task("aimed")
    shown = page(f"/tasks/{task.id}")
    assert "Its opportunities are worked out for its target" in shown
    assert 'name="opportunities"' not in shown
    edited = fields_of(task) | {"profit": "3"}
    assert Client().post(f"/tasks/{task.id}/edit", edited).status_code == 302
    assert (orbit.task("aimed").profit, orbit.task("aimed").duration_ms) == (3, 40_000)
    assert 'name="opportunities"' in page(f"/fleets/orbit/submit?clone={task.id}")
