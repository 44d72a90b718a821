"""Fills a service's database with buffered tasks, the way submissions do, but without an iteration after each.

python -m benchmarks.service_fill URL TASKS RESOURCES
"""

import sys

from benchmarks.problems import satellite
from benchmarks.solvers.engine import tasks_of
from satselect.cli.service import set_up

AT_ONCE = 10_000


def fill(url: str, tasks: int, resources: int) -> None:
    """Submits so many tasks: 1 to 5 resources each, profits that follow size."""
    set_up(url)
    from django.utils import timezone

    from satselect.scheduling.accounts import find_user
    from satselect.scheduling.submit import Submission, submit
    from satselect.schemas.tasks import NewTask
    from satselect.store.defaults import LOCAL

    local = find_user(LOCAL)
    made = tasks_of(satellite(0, tasks, resources))
    for start in range(0, tasks, AT_ONCE):
        some = [
            NewTask(name=task.name, resources=dict(task.resources), profit=task.profit)
            for task in made[start : start + AT_ONCE]
        ]
        submission = Submission(
            fleet="default", account_id=local.account_id, user_id=local.id, tasks=some, digest=str(start)
        )
        submit(submission, at=timezone.now())
    _count_rows()


def _count_rows() -> None:
    """What PostgreSQL does by itself soon after so many rows came in, unless it was told not to."""
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    fill(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
