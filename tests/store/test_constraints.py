"""The database itself refuses over-use and double scheduling, whatever the code does."""

import pytest
from django.db import IntegrityError

from satselect.application.tasks.submit import submit
from satselect.store.models import Assignment, AssignmentResource, Batch, Iteration, Resource, ResourceUse, Supply, Task
from tests.application.buffers import NOW, buffer, run, submission, task

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def iteration(database: object) -> Iteration:
    buffer(task("a", "camera", profit=2), task("b", "camera"))
    return run()


def test_a_resource_can_not_be_used_above_its_capacity(iteration: Iteration) -> None:
    with pytest.raises(IntegrityError):
        ResourceUse.objects.filter(iteration=iteration).update(used=2)
    with pytest.raises(IntegrityError):
        ResourceUse.objects.filter(iteration=iteration).update(held=1)


def test_a_resource_can_not_have_two_sums_in_one_iteration(iteration: Iteration) -> None:
    with pytest.raises(IntegrityError):
        ResourceUse.objects.create(iteration=iteration, supply=Supply.objects.get(), capacity=9, used=1)


def test_two_tasks_can_not_hold_the_same_resource_of_capacity_1(iteration: Iteration) -> None:
    loser, use = Task.objects.get(name="b"), ResourceUse.objects.get()
    satellite = Assignment.objects.get().satellite
    with pytest.raises(IntegrityError):
        AssignmentResource.objects.create(
            assignment=Assignment.objects.create(iteration=iteration, task=loser, satellite=satellite),
            iteration=iteration,
            supply=use.supply,
            capacity=1,
            amount=1,
        )


def test_a_task_can_not_be_in_two_live_iterations(iteration: Iteration) -> None:
    first = Assignment.objects.get()
    second = run()
    with pytest.raises(IntegrityError):
        Assignment.objects.create(iteration=second, task=first.task, satellite=first.satellite)


def test_a_task_can_be_scheduled_again_once_its_assignment_is_over(iteration: Iteration) -> None:
    first = Assignment.objects.get()
    Assignment.objects.update(is_live=False)
    second = run()
    Assignment.objects.create(iteration=second, task=first.task, satellite=first.satellite)


def test_two_iterations_can_not_come_from_the_same_version(iteration: Iteration) -> None:
    second = run()
    with pytest.raises(IntegrityError):
        Iteration.objects.filter(id=second.id).update(version=iteration.version)


def test_a_name_is_one_resource_of_a_fleet(iteration: Iteration) -> None:
    with pytest.raises(IntegrityError):
        Resource.objects.create(fleet=iteration.fleet, name="camera", is_shared=True)


def test_an_idempotency_key_is_of_one_batch_of_an_account(iteration: Iteration) -> None:
    submit(submission(key="once"), at=NOW)
    other = buffer()
    with pytest.raises(IntegrityError):
        Batch.objects.filter(id=other.id).update(idempotency_key="once")


def test_a_number_is_of_one_batch_of_a_fleet(iteration: Iteration) -> None:
    other = buffer()
    with pytest.raises(IntegrityError):
        Batch.objects.filter(id=other.id).update(seq=1)


def test_a_status_that_does_not_exist_is_refused(iteration: Iteration) -> None:
    with pytest.raises(IntegrityError):
        Task.objects.update(status="lost")
