"""Fills a service's database with buffered tasks, the way submissions do, but without an iteration after each.

python -m benchmarks.service_fill URL TASKS RESOURCES [FLEETS]
"""

import sys
from typing import TYPE_CHECKING

from benchmarks.problems import satellite
from benchmarks.service_load import fleet_names
from benchmarks.solvers.engine import tasks_of
from satselect.cli.service.setup import set_up

if TYPE_CHECKING:
    from satselect.store.models import User

AT_ONCE = 10_000


def fill(url: str, tasks: int, resources: int, fleets: int = 0) -> None:
    """Submits so many tasks, of 1 to 5 resources each and profits that follow size.

    They go to the default fleet; or as many to each of so many others, which are made.
    """
    set_up(url)
    from satselect.application.access.accounts import find_user
    from satselect.store.defaults import DEFAULT_FLEET, LOCAL

    local = find_user(LOCAL)
    for seed, fleet in enumerate(fleet_names(fleets)):
        if fleet != DEFAULT_FLEET:
            _make(fleet, local)
        _submit(fleet, local, tasks, resources, seed)


def _make(fleet: str, by: "User") -> None:
    from django.utils import timezone

    from satselect.application.act import Act
    from satselect.application.fleets.fleets import create_fleet, create_satellite

    act = Act(by, timezone.now())
    create_satellite(create_fleet({"slug": fleet, "name": fleet, "is_open": True}, act), {"name": fleet}, act)


def _submit(fleet: str, by: "User", tasks: int, resources: int, seed: int) -> None:
    from django.utils import timezone

    from satselect.application.tasks.submission import Submission
    from satselect.application.tasks.submit import submit
    from satselect.schemas.tasks import NewTask

    made = tasks_of(satellite(seed, tasks, resources))
    for start in range(0, tasks, AT_ONCE):
        some = [
            NewTask(name=task.name, resources=dict(task.resources), profit=task.profit)
            for task in made[start : start + AT_ONCE]
        ]
        submission = Submission(fleet=fleet, account_id=by.account_id, user_id=by.id, tasks=some, digest=str(start))
        submit(submission, at=timezone.now())
    _count_rows()


def _count_rows() -> None:
    """What PostgreSQL does by itself soon after so many rows came in, unless it was told not to."""
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    fill(sys.argv[1], *map(int, sys.argv[2:]))
