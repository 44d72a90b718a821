"""What is told of an iteration is what it knew, whatever happened since; and what happened is told as such."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from satselect.application.act import Act
from satselect.application.dispatch.dead_letters import requeue
from satselect.application.explanation.explain import Explanation, explain, last_iteration
from satselect.application.fleets.fleets import create_satellite, edit_fleet
from satselect.application.fleets.outages import OutageTimes, add_outage, delete_outage, edit_outage
from satselect.application.fleets.supplies import add_resource, remove_resource, set_capacity
from satselect.application.maintenance.housekeeping import expire
from satselect.application.maintenance.prune import prune
from satselect.application.tasks.change import Report, cancel, complete, fail
from satselect.application.tasks.edit import edit
from satselect.console.reading.tasks.reasons import rows_for
from satselect.schemas.explanations import Reason, Unknown
from satselect.store.models import Batch, Fleet, Outage, Satellite, Task, User
from tests.application.buffers import NOW, buffer, names, run, task
from tests.application.constellations import act, constellation, supply
from tests.planners import forget_buffers

pytestmark = pytest.mark.usefixtures("database")

HOUR = timedelta(hours=1)
SOON = NOW + HOUR


def report(at: object = SOON) -> Report:
    return Report(User.objects.get(), at)  # type: ignore[arg-type]


def found(name: str) -> Task:
    return Task.objects.get(name=name)


def told(name: str, *, at: object = SOON) -> Explanation:
    """What both edges say, wherever it is asked."""
    both = [explain(found(name), at=at, time_limit_s=5)]  # type: ignore[arg-type]
    forget_buffers()
    both.append(explain(found(name), at=at, time_limit_s=5))  # type: ignore[arg-type]
    assert both[0] == both[1]
    task = found(name)
    (row,) = rows_for(User.objects.get(), [task], last_iteration(task.fleet_id), at=at)  # type: ignore[arg-type]
    assert "".join(piece.text for piece in row.why) == both[0].why
    assert list(row.changes) == [change.words for change in both[0].changes]
    return both[0]


def changes(explanation: Explanation) -> dict[str, tuple[object, object]]:
    return {f"{change.what} {change.of or ''}".strip(): (change.before, change.now) for change in explanation.changes}


@pytest.fixture
def rivals(database: object) -> Fleet:
    """A {camera, disk} wins with 10; B {camera} 3 needs 10 - 6 = 4; C {disk} 6 needs 10 - 3 = 7."""
    buffer(
        task("A", "camera", "disk", profit=10, max_attempts=3),
        task("B", "camera", profit=3),
        task("C", "disk", profit=6, deadline=NOW + 2 * HOUR),
    )
    assert names(run()) == ["A"]
    return Fleet.objects.get()


SINCE: dict[str, list[Callable[[], object]]] = {
    "nothing": [],
    "rival edited": [lambda: edit(found("C"), {"profit": 9.0}, report())],
    "rival edited twice": [
        lambda: edit(found("C"), {"profit": 9.0}, report()),
        lambda: edit(found("C"), {"profit": 1.0}, report(SOON + HOUR / 9)),
    ],
    "rival asks for something else": [lambda: edit(found("C"), {"resources": {"camera": 1}}, report())],
    "rival waits": [lambda: edit(found("C"), {"not_before": NOW + 9 * HOUR, "deadline": None}, report())],
    "rival cancelled": [lambda: cancel(found("C"), report())],
    "rival expired": [lambda: expire(at=NOW + 3 * HOUR)],
    "winner completed": [lambda: complete(found("A"), report())],
    "winner cancelled": [lambda: cancel(found("A"), report())],
    "winner failed": [lambda: fail(found("A"), report())],
    "winner failed and edited": [
        lambda: fail(found("A"), report()),
        lambda: edit(found("A"), {"profit": 1.0}, report(SOON + HOUR / 9)),
    ],
    "more came": [lambda: buffer(task("D", "camera", profit=99), at=SOON)],
    "capacity 5": [lambda: set_capacity(supply("camera", "default", fleet="default"), 5, act())],
    "capacity 0": [lambda: set_capacity(supply("camera", "default", fleet="default"), 0, act())],
    "a satellite more": [lambda: create_satellite(Fleet.objects.get(), {"name": "second"}, act())],
    "outage": [lambda: add_outage(Fleet.objects.get(), "default", None, OutageTimes(NOW, None), act())],
}
SINCE["all"] = [step for name in ("rival edited", "winner failed", "capacity 5", "outage") for step in SINCE[name]]


@pytest.mark.parametrize("since", SINCE)
@pytest.mark.in_turn
def test_a_break_even_profit_stays_what_it_was(rivals: Fleet, since: str) -> None:
    for step in SINCE[since]:
        step()
    for name, needed in (("B", 4), ("C", 7)):
        if found(name).status == "buffered" and (since != "rival waits" or name == "B"):
            explanation = told(name)
            assert (explanation.break_even, explanation.unknown, explanation.reason) == (needed, None, Reason.HELD)
            assert {one.name for some in explanation.displaced_by.values() for one in some} == {"A"}
            assert [one.profit for some in explanation.displaced_by.values() for one in some] == [10]


OWN: dict[str, tuple[dict[str, object], str]] = {
    "profit": ({"profit": 9.0}, "its profit was 3 and is 9.0"),
    "deadline": ({"deadline": NOW + 9 * HOUR}, "its deadline was none and is 23 Nov 2026 21:00:00 UTC"),
    "resources": ({"resources": {"disk": 1, "proc": 1}}, "its use of resources was camera and is disk, proc"),
    "satellites": ({"satellites": ["default"]}, "its choice of satellites was any and is default"),
}


@pytest.mark.parametrize("what", OWN)
def test_an_own_edit_is_told_and_changes_nothing_of_the_past(rivals: Fleet, what: str) -> None:
    fields, words = OWN[what]
    edit(found("B"), fields, report())
    explanation = told("B")
    assert [change.words for change in explanation.changes] == [words]
    assert explanation.changes[0].what == what
    assert (explanation.break_even, explanation.why) == (4, "camera is held by A")


def test_a_task_that_may_start_later_now_is_told_to(rivals: Fleet) -> None:
    edit(found("B"), {"not_before": NOW + 9 * HOUR}, report())
    explanation = told("B")
    assert (explanation.reason, explanation.iteration_id) == (Reason.LATER, None)
    assert changes(explanation) == {"not_before": (None, NOW + 9 * HOUR)}
    later = told("B", at=NOW + 10 * HOUR)  # it competed then, and nothing considered it since
    assert (later.reason, later.break_even, changes(later)) == (Reason.HELD, 4, changes(explanation))


def test_a_task_that_might_not_start_then_was_not_considered() -> None:
    buffer(task("A", "camera", profit=10), task("B", "camera", profit=3, not_before=NOW + 9 * HOUR))
    run()
    edit(found("B"), {"not_before": None}, report())
    explanation = told("B")
    assert (explanation.reason, explanation.break_even) == (Reason.NEW, None)
    assert changes(explanation) == {"not_before": (NOW + 9 * HOUR, None)}


def test_who_was_selected_and_failed_is_displaced_by_nobody() -> None:
    buffer(task("T", "camera", profit=5, max_attempts=2))
    iteration = run()
    fail(found("T"), report())
    explanation = told("T")
    assert (explanation.reason, explanation.iteration_id) == (Reason.FAILED, iteration.id)
    assert (explanation.displaced_by, explanation.break_even, explanation.unknown) == ({}, None, Unknown.NOT_WAITING)
    assert explanation.why == "it was selected then, failed, and competes again in the next iteration"
    edit(found("T"), {"profit": 1.0}, report(SOON + HOUR))
    assert told("T").reason == Reason.FAILED


def test_who_failed_is_not_told_to_compete_where_nothing_can_run_it() -> None:
    constellation({"a": {"camera": 1}, "b": {"camera": 1}})
    buffer(task("T", "camera", profit=5, max_attempts=2), task("L", "camera"), task("M", "camera"), fleet="pair")
    run(fleet="pair")
    fail(found("T"), report())
    for units, of in ((0, "a"), (0, "b")):
        assert told("T").why == "it was selected then, failed, and competes again in the next iteration"
        set_capacity(supply("camera", of), units, act())
    explanation = told("T")
    assert explanation.reason == Reason.FAILED
    assert explanation.why == "it was selected then and failed, and the fleet as it is now can't run it"
    for name in ("T", "M"):
        (row,) = rows_for(User.objects.get(), [found(name)], last_iteration(found(name).fleet_id), at=SOON)
        assert not row.competes
    set_capacity(supply("camera", "b"), 1, act())
    assert "competes again" in str(told("T").why)
    (row,) = rows_for(User.objects.get(), [found("M")], last_iteration(found("M").fleet_id), at=SOON)
    assert row.competes


def test_what_is_out_of_service_competes_again_when_it_is_back(rivals: Fleet) -> None:
    fail(found("A"), report())
    add_outage(Fleet.objects.get(), "default", None, OutageTimes(NOW, None), act())
    assert told("A").why == "it was selected then, failed, and competes again in the next iteration"


def test_who_failed_later_names_the_iteration_that_selected_it() -> None:
    buffer(task("T", "camera", profit=5, max_attempts=2))
    first = run()
    run(SOON)
    fail(found("T"), report(SOON))
    assert told("T", at=SOON).iteration_id == first.id


def test_what_a_capacity_became_is_told_by_everybody() -> None:
    constellation({"a": {"camera": 1}, "b": {"camera": 1}})
    buffer(task("winner", "camera", profit=5), task("second", "camera", profit=4), fleet="pair")
    buffer(task("loser", "camera", profit=3), fleet="pair")
    run(fleet="pair")
    for units, of in ((5, "a"), (0, "b")):
        set_capacity(supply("camera", of), units, act())
        explanation = told("loser")
        assert explanation.why == "on a camera is held by winner; on b camera is held by second"
        assert {key: [one.name for one in some] for key, some in explanation.displaced_by.items()} == {
            "a/camera": ["winner"],
            "b/camera": ["second"],
        }
        assert (explanation.break_even, explanation.lacking) == (4, {})
        assert changes(explanation)[f"capacity {of}/camera"] == (1, units)


def test_what_was_out_of_service_is_told_as_it_was_then() -> None:
    fleet = constellation({"a": {"camera": 1}})
    begun = add_outage(fleet, "a", None, OutageTimes(NOW, NOW + 9 * HOUR), act())
    buffer(task("B", "camera"), fleet="pair")
    run(fleet="pair")
    changes_of_it: list[Callable[[], object]] = [
        lambda: edit_outage(begun, {"starts": NOW + 8 * HOUR, "ends": None}, act()),
        lambda: delete_outage(begun, act()),
        lambda: set_capacity(supply("camera", "a"), 5, act()),
    ]
    for change in changes_of_it:
        change()
        explanation = told("B")
        assert (explanation.reason, explanation.why) == (Reason.OUT, "a is out of service")
        assert (explanation.unknown, list(explanation.satellites_out)) == (Unknown.NO_PROFIT, ["a"])
        assert changes(explanation) == {"outage a": (True, False)}


def test_an_outage_since_is_told_as_one() -> None:
    fleet = constellation({"a": {"camera": 1}})
    buffer(task("A", "camera", profit=2), task("B", "camera"), fleet="pair")
    run(fleet="pair")
    add_outage(fleet, "a", "camera", OutageTimes(SOON + HOUR, None), act())
    assert told("B").changes == []
    explanation = told("B", at=SOON + HOUR)
    assert (explanation.reason, explanation.break_even) == (Reason.HELD, 2)
    assert changes(explanation) == {"outage camera": (False, True)}
    Outage.objects.all().delete()


def test_resources_and_satellites_that_came_or_went_are_told() -> None:
    fleet = constellation({"a": {"camera": 1, "disk": 1}, "b": {"camera": 1}})
    buffer(task("A", "camera", "disk", profit=9), task("B", "camera", "disk", profit=3), fleet="pair")
    run(fleet="pair")
    disk = add_resource(Satellite.objects.get(slug="b"), "disk", 3, act())
    create_satellite(fleet, {"name": "c", "slug": "c"}, act())
    explanation = told("B")
    assert explanation.why == "on a camera and disk are held by A"
    assert changes(explanation) == {"capacity b/disk": (None, 3), "satellite c": (False, True)}
    assert explanation.break_even == 9
    assert disk.capacity == 3


def test_a_resource_that_is_gone_is_told_with_its_name() -> None:
    constellation({"a": {"camera": 1, "disk": 0}, "b": {"camera": 1}})
    buffer(task("B", "camera"), fleet="pair")
    set_capacity(supply("disk", "a"), 1, act())
    edit(found("B"), {"resources": {"disk": 1}}, report())
    set_capacity(supply("disk", "a"), 0, act())
    run(fleet="pair")
    edit(found("B"), {"resources": {"camera": 1}}, report())
    remove_resource(supply("disk", "a"), act())
    explanation = told("B")
    assert explanation.why == "it can't run: it needs 1 of disk, and there is none"
    assert {key: (lack.needs, lack.has) for key, lack in explanation.lacking.items()} == {"a/disk": (1, 0)}
    assert changes(explanation) == {"resources": ({"disk": 1}, {"camera": 1}), "capacity a/disk": (0, None)}


def test_what_holds_in_a_fleet_that_releases_at_completion_is_told_by_versions() -> None:
    edit_fleet(Fleet.objects.get(), {"release": "completion"}, act())
    buffer(task("A", "camera", profit=9))
    run()
    buffer(task("B", "camera", profit=3), at=SOON)
    run(SOON)
    complete(found("A"), Report(User.objects.get(), NOW))  # by a clock that is slow
    explanation = told("B")
    assert (explanation.why, explanation.unknown) == ("camera is held by A", Unknown.NO_PROFIT)
    assert changes(explanation) == {"released camera": (None, None)}


def test_a_dead_batch_is_told_and_a_new_one() -> None:
    buffer(task("A", "camera", profit=9))
    batch = buffer(task("B", "camera"))
    Batch.objects.filter(id=batch.id).update(state="dead")
    run()
    assert (told("B").reason, told("B").iteration_id) == (Reason.DEAD, None)
    requeue(Batch.objects.get(id=batch.id), Act(User.objects.get(), SOON))
    buffer(task("C", "camera"), at=SOON)
    assert told("B").reason == told("C").reason == Reason.NEW


def test_a_requeued_batch_did_not_compete() -> None:
    buffer(task("A", "camera", "disk", profit=9), task("B", "camera", profit=3))
    batch = buffer(task("C", "disk", profit=8))
    Batch.objects.filter(id=batch.id).update(state="dead")
    run()
    requeue(Batch.objects.get(id=batch.id), Act(User.objects.get(), SOON))
    assert told("B").break_even == 9  # with C it would be 1


def test_what_is_over_has_no_explanation(rivals: Fleet) -> None:
    over = told_over("C", NOW + 3 * HOUR)
    assert (over.reason, over.iteration_id) == (None, None)


def told_over(name: str, at: object) -> Explanation:
    return explain(found(name), at=at, time_limit_s=5)  # type: ignore[arg-type]


def test_what_was_pruned_is_not_known(rivals: Fleet) -> None:
    cancel(found("C"), report())
    prune(NOW + 9 * HOUR, Act(User.objects.get(), NOW + 9 * HOUR))
    assert (told("B").break_even, told("B").unknown) == (None, Unknown.NOT_KEPT)
    buffer(task("C", "disk", profit=6), task("A", "camera", "disk", profit=10), at=SOON)
    run(SOON)
    assert told("B").break_even == 4  # the next one knows again


def test_what_winners_were_pruned_is_not_known(rivals: Fleet) -> None:
    complete(found("A"), report())
    prune(NOW + 9 * HOUR, Act(User.objects.get(), NOW + 9 * HOUR))
    explanation = told("B")
    assert (explanation.why, explanation.unknown) == ("camera is held by what was not kept", Unknown.NOT_KEPT)


def test_an_iteration_from_before_all_this_was_recorded_is_not_explained(rivals: Fleet) -> None:
    Fleet.objects.get().iterations.update(availability=None)
    explanation = told("B")
    assert (explanation.reason, explanation.break_even) == (Reason.NOT_KEPT, None)
    assert "was not kept" in (explanation.why or "")


def test_another_rate_of_ageing_leaves_the_profit_unknown(rivals: Fleet) -> None:
    edit_fleet(rivals, {"ageing_per_hour": 0.5}, act())
    assert (told("B").reason, told("B").unknown) == (Reason.HELD, Unknown.AGEING_CHANGED)
    edit_fleet(rivals, {"ageing_per_hour": 0.0}, act())
    assert told("B").break_even == 4
