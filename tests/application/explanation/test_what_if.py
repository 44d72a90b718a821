import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from satselect.application.errors import UnknownFleetError
from satselect.application.explanation import what_if
from satselect.application.explanation.outlook import Outlook
from satselect.application.explanation.what_if import select_among, select_with
from satselect.application.planning.buffer import load as refresh
from satselect.application.planning.buffer.load import read_buffer
from satselect.application.tasks.submit import Receipt, submit
from satselect.schemas.reading.faults import InvalidError
from satselect.schemas.tasks import NewTask
from satselect.store.models import Fleet, User
from tests.application.buffers import NOW, buffer, names, run, submission, task
from tests.databases import Database, Databases, counts

pytestmark = pytest.mark.usefixtures("database")


def ask(*tasks: NewTask, fleet: str = "default") -> Outlook:
    return select_with(fleet, tasks, by=User.objects.get(), at=NOW, time_limit_s=10)


def test_it_tells_what_would_be_selected_and_whom_that_displaces() -> None:
    buffer(task("old image", "camera", profit=3), task("dump", "disk", profit=1), task("loser", "disk", profit=0.5))
    outlook = ask(task("small", "camera", profit=2), task("large", "camera", profit=5), task("free"))
    assert set(outlook.chosen) == {1, 2}
    assert [each.name for each in outlook.displaced] == ["old image"]
    assert (outlook.profit, outlook.profit_without) == (7, 4)
    assert (outlook.selection.bound, outlook.selection.gap) == (7, 0)


def test_nothing_is_stored_and_the_next_iteration_is_as_it_would_have_been() -> None:
    buffer(task("image", "camera", profit=3))
    before = counts()
    ask(task("other", "camera", "a new resource", profit=9))
    assert counts() == before
    assert names(run()) == ["image"]


def test_with_an_empty_question_the_fleet_does_what_it_would_do_anyway() -> None:
    buffer(task("a", "camera", profit=3), task("b", "camera", profit=2))
    outlook = ask()
    assert (outlook.chosen, outlook.displaced) == ({}, [])
    assert outlook.profit == outlook.profit_without == 3


def test_where_scheduled_tasks_hold_what_they_use_the_buffer_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    Fleet.objects.update(release="completion")
    buffer(task("won", "camera", profit=9))
    run()
    buffer(task("image", "disk", profit=2), task("other", "camera"))
    monkeypatch.setattr(refresh, "read_buffer", None)  # what is submitted besides is read into the one that is there
    outlook = ask(task("dump", "disk", profit=3), task("more", "camera", profit=20))
    assert set(outlook.chosen) == {0}
    assert [each.name for each in outlook.displaced] == ["image"]


def test_what_the_fleet_could_not_take_is_refused_at_its_place() -> None:
    buffer(task("image", "camera"))
    before = counts()
    with pytest.raises(InvalidError) as refused:
        ask(task("fits", "camera"), NewTask(name="never", resources={"camera": 2}, profit=1))
    assert [fault.pointer for fault in refused.value.faults] == ["/1/resources/camera"]
    Fleet.objects.update(is_open=False)
    with pytest.raises(InvalidError):
        ask(task("unknown", "laser"))
    assert counts() == before
    with pytest.raises(UnknownFleetError):
        ask(fleet="nowhere")


def test_a_task_that_may_not_start_yet_does_not_compete() -> None:
    assert ask(task("later", "camera", not_before="2126-01-01T00:00:00Z")).chosen == {}


def test_a_fleet_that_moves_on_meanwhile_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    submitted: list[Receipt] = []

    def read_then_submit(*arguments: int, **facts: object) -> object:
        found = read_buffer(*arguments, **facts)  # type: ignore[arg-type]
        if len(submitted) < 2:
            submitted.append(submit(submission(task("rival", "camera", profit=4)), at=NOW))
        return found

    monkeypatch.setattr(what_if, "read_buffer", read_then_submit)
    outlook = ask(task("image", "camera", profit=3))
    assert (len(submitted), outlook.chosen, outlook.profit_without) == (2, {}, 4)


TASKS = st.builds(
    task,
    st.just("t"),
    st.sampled_from(["camera", "disk"]),
    profit=st.integers(0, 9),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(TASKS, max_size=5), st.lists(TASKS, max_size=4))
def test_what_is_told_is_what_happens_when_they_are_submitted(
    database: Database, databases: Databases, waiting: list[NewTask], asked: list[NewTask]
) -> None:
    databases.get(database.kind)
    buffer(*waiting)
    outlook = ask(*asked)
    batch = buffer(*asked)
    iteration = run()
    assert iteration.profit == outlook.profit
    scheduled = iteration.assignments.filter(task__batch=batch).values_list("task__position", flat=True)
    assert sorted(scheduled) == sorted(outlook.chosen)


def test_among_given_tasks_capacities_and_satellites_count() -> None:
    tasks = [task(name, "camera", profit=profit) for name, profit in (("a", 1), ("b", 3), ("c", 2))]
    assert set(select_among(tasks, time_limit_s=10).chosen) == {1}
    assert set(select_among(tasks, capacities={"camera": 2}, time_limit_s=10).chosen) == {1, 2}
    outlook = select_among(tasks, satellites={"north": {"camera": 1}, "south": {"camera": 1}}, time_limit_s=10)
    assert set(outlook.chosen) == {1, 2}
    assert sorted(str(name) for name in outlook.chosen.values()) == ["north", "south"]


def test_a_name_is_shared_or_a_satellites_never_both() -> None:
    with pytest.raises(InvalidError) as refused:
        select_among([], capacities={"disk": 1}, satellites={"north": {"disk": 1}}, time_limit_s=10)
    assert refused.value.faults[0].pointer == "/capacities/disk"
