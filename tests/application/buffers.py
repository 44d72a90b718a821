"""Tasks in the buffer of the default fleet, put there without HTTP."""

from datetime import datetime

from satselect.application.planning.iterate import iterate
from satselect.application.tasks.submission import Submission
from satselect.application.tasks.submit import submit
from satselect.schemas.tasks import NewTask
from satselect.store.defaults import DEFAULT_FLEET, LOCAL
from satselect.store.models import Batch, Fleet, Iteration, User
from tests.planners import NOW, planner

__all__ = ["NOW", "buffer", "names", "run", "submission", "task"]


def task(name: str, *resources: str, profit: float = 1, **fields: object) -> NewTask:
    return NewTask.model_validate({"name": name, "resources": list(resources), "profit": profit} | fields)


def submission(*tasks: NewTask, key: str | None = None, digest: str = "", fleet: str = DEFAULT_FLEET) -> Submission:
    user = User.objects.get(username=LOCAL)
    return Submission(
        fleet=fleet,
        account_id=user.account_id,
        user_id=user.id,
        tasks=tasks,
        digest=digest,
        idempotency_key=key,
    )


def buffer(*tasks: NewTask, at: datetime = NOW, fleet: str = DEFAULT_FLEET) -> Batch:
    return submit(submission(*tasks, fleet=fleet), at=at).batch


def run(at: datetime = NOW, fleet: str = DEFAULT_FLEET) -> Iteration:
    return iterate(planner(10), Fleet.objects.get(slug=fleet).id, at=at)


def names(iteration: Iteration) -> list[str]:
    """What it scheduled, oldest first."""
    chosen = iteration.assignments.order_by("task__batch_seq", "task__position")
    return list(chosen.values_list("task__name", flat=True))
