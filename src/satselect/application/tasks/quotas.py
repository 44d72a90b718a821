"""How many tasks a user may have in the buffer."""

from django.db.models import F

from satselect.application.access.rights import has_usual_quota
from satselect.application.errors import QuotaError
from satselect.schemas.tasks import Status
from satselect.store.models import Task, User


def quota_of(user: User, *, usual: int) -> int | None:
    """How many tasks the user may have in the buffer: what was set for them, or the usual for customers; else None."""
    if user.buffered_limit is not None:
        return user.buffered_limit
    return usual if has_usual_quota(user) else None


def reserve(user_id: int, count: int, *, limit: int) -> None:
    """Makes sure that so many more tasks of the user fit. Call it in the transaction that stores them.

    `buffered_at_most` is never below what is there: it rises with what is stored, and falls when it is counted anew,
    which is when it says that they don't fit. So tasks may leave the buffer without a word, in any number.

    Raises:
        QuotaError: they don't.
    """
    me = User.objects.filter(id=user_id)
    # One statement that compares and counts. Where nothing is known (NULL) it finds no row, and all is counted anew.
    if me.filter(buffered_at_most__lte=limit - count).update(buffered_at_most=F("buffered_at_most") + count):
        return
    # Locked first: what others store for this user at the same time is there, or waits.
    # The key stays free: others' tasks of this user refer to the row, and would wait for a plain lock.
    me.select_for_update(no_key=True).values_list("id").get()
    # No more are counted than decide it, along `task_of_user`.
    waiting = Task.objects.filter(submitted_by=user_id, status=Status.BUFFERED)[: limit + 1].count()
    if waiting + count > limit:
        raise QuotaError(limit, waiting=waiting, more=count)
    me.update(buffered_at_most=waiting + count)


def check_room(user_id: int, count: int, *, beside: int, limit: int) -> None:
    """Returns if so many tasks of the user fit, beside others that are about to be stored. Changes nothing.

    Raises:
        QuotaError: they don't.
    """
    if User.objects.filter(id=user_id, buffered_at_most__lte=limit - count - beside).exists():
        return
    waiting = Task.objects.filter(submitted_by=user_id, status=Status.BUFFERED)[: limit + 1].count() + beside
    if waiting + count > limit:
        raise QuotaError(limit, waiting=waiting, more=count)


def count_returned(task: Task) -> None:
    """Counts a task that is buffered again. Call it in the transaction that does that."""
    User.objects.filter(id=task.submitted_by_id).update(buffered_at_most=F("buffered_at_most") + 1)
