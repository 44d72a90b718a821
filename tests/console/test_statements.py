"""No statement about a fleet that plans begins with all tasks of a status, of all fleets: there may be a million.

SQLite says how it goes about each, and says the same of few rows as of many.
"""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from satselect.application.planning.iterate import iterate
from satselect.store.models import Task
from tests.console import maps
from tests.console.plans import Orbit, make_orbit, make_planned
from tests.planners import planner

DATABASES = ["sqlite"]


@pytest.fixture
def orbit(database: object) -> Orbit:
    made = make_planned(make_orbit())
    maps.put(made, "sat-1", maps.message(made, 1))
    return made


def begins_with_all(statement: str) -> bool:
    """Whether it looks for tasks by their status alone, or looks at all."""
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + statement.replace("%", "%%"), [])
        steps = [str(row[3]) for row in cursor.fetchall()]
    return any("store_task" in step and ("(status=?)" in step or step.startswith("SCAN")) for step in steps)


@pytest.mark.parametrize(
    "path",
    [
        "/fleets/orbit",
        "/fleets/orbit/plan",
        "/fleets/orbit/plan?span=86400",
        "/fleets/orbit/map",
        "/fleets/orbit/buffer",
        "/tasks/{waiting}",
        "/tasks/{waiting}/why",
        "/api/v1/fleets/orbit/plan",
        "/api/v1/tasks/{waiting}/explanation",
        None,
    ],
)
def test_nothing_begins_with_all_tasks_of_a_status(orbit: Orbit, path: str | None) -> None:
    waiting = Task.objects.filter(status="buffered").values_list("id", flat=True)[0]
    with CaptureQueriesContext(connection) as captured:
        if path is None:
            iterate(planner(20, clock=timezone.now), orbit.fleet.id, at=timezone.now())
        else:
            assert Client(headers={"Accept": "text/html"}).get(path.format(waiting=waiting)).status_code == 200
    statements = [one["sql"] for one in captured if one["sql"].startswith("SELECT")]
    assert len(statements) > 3
    assert not [statement for statement in statements if begins_with_all(statement)]
