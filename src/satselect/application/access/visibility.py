"""What exists for whom: where every list and every look-up starts, whatever the edge."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from satselect.application.access.rights import Sight, sees_all, sight_of
from satselect.schemas.tasks import Status
from satselect.store.models import (
    Assignment,
    Batch,
    Fleet,
    Iteration,
    OpportunitySearch,
    Order,
    Product,
    Resource,
    Task,
    User,
)
from satselect.store.queries.tasks.task_facts import TaskFacts
from satselect.store.queries.uses import resources_used

EXECUTED = (Status.SCHEDULED, Status.COMPLETED, Status.FAILED)  # what those who execute tasks ever had to do with


def visible_fleets(user: User) -> QuerySet[Fleet]:
    """The fleets that the user has to do with: all, or those whose tasks an executor runs."""
    return user.fleets.all() if sight_of(user) is Sight.EXECUTED else Fleet.objects.all()


def visible_tasks(user: User) -> QuerySet[Task]:
    """The tasks that exist for the user: all, those of the account, or those to execute."""
    if sees_all(user):
        return Task.objects.all()
    if sight_of(user) is Sight.EXECUTED:
        return Task.objects.filter(fleet__in=user.fleets.values("id"), status__in=EXECUTED)
    return Task.objects.filter(account=user.account_id)


def visible_assignments(user: User) -> QuerySet[Assignment]:
    """The assignments of the tasks that exist for the user."""
    some = Assignment.objects.all()
    return some if sees_all(user) else some.filter(task__in=visible_tasks(user))


def visible_iterations(user: User) -> QuerySet[Iteration]:
    """The iterations that exist for the user: all, or those that considered a batch of the account or ran a task."""
    if sees_all(user):
        return Iteration.objects.all()
    # Looked up from the iteration, one within the other: joined, either is read for all iterations, or all tasks of the
    # account, before anything is left out.
    batches = Batch.objects.filter(iteration=OuterRef("id"), account=user.account_id)
    own = Task.objects.filter(id=OuterRef("task"), account=user.account_id)
    ran = Assignment.objects.filter(Exists(own), iteration=OuterRef("id"))
    return Iteration.objects.filter(Exists(batches) | Exists(ran))


def visible_resources(user: User, fleet: Fleet) -> QuerySet[Resource]:
    """The resources of a fleet that exist for the user: all, or those declared or used by tasks that do.

    In an open fleet a name may be what somebody else called something.
    """
    if sees_all(user):
        return Resource.objects.filter(fleet=fleet)
    # Read from the own tasks on: so it takes as long as there are of those, whatever others have.
    tasks = visible_tasks(user).filter(fleet=fleet)
    return Resource.objects.filter(Q(is_declared=True) | Q(id__in=resources_used(tasks)), fleet=fleet)


def visible_batches(user: User) -> QuerySet[Batch]:
    """The batches that exist for the user: all, or those of the account."""
    return Batch.objects.all() if sees_all(user) else Batch.objects.filter(account=user.account_id)


def visible_products(user: User) -> QuerySet[Product]:
    """The products that exist for the user: all, or those that are offered by the fleets they have to do with."""
    some = Product.objects.all() if sees_all(user) else Product.objects.filter(is_offered=True)
    return some.filter(fleet__in=user.fleets.values("id")) if sight_of(user) is Sight.EXECUTED else some


def visible_orders(user: User) -> QuerySet[Order]:
    """The orders that exist for the user: all, those of the account, or those that are tasks to execute."""
    if sees_all(user):
        return Order.objects.all()
    if sight_of(user) is Sight.EXECUTED:
        return Order.objects.filter(id__in=visible_tasks(user).values("id"))
    return Order.objects.filter(account=user.account_id)


def visible_searches(user: User) -> QuerySet[OpportunitySearch]:
    """The searches that exist for the user: all, those of the account, or, for an executor, the own ones."""
    some = OpportunitySearch.objects.all()
    if sees_all(user):
        return some
    if sight_of(user) is Sight.EXECUTED:
        return some.filter(user=user)
    return some.filter(account=user.account_id)


def account_seen(user: User) -> int | None:
    """Whose tasks exist for a user who submits some: those of the account, or None for everybody's."""
    return None if sees_all(user) else user.account_id


def status_at(task: Task | TaskFacts, at: datetime) -> Status:
    """A task is expired from its deadline on, though that is recorded a little later."""
    is_overdue = task.status == Status.BUFFERED and task.deadline is not None and task.deadline < at
    return Status.EXPIRED if is_overdue else Status(task.status)
