"""Deadlines that have passed are refused, unless whoever sends them says that they know."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from satselect.application.tasks.change import Report
from satselect.application.tasks.edit import edit
from satselect.schemas.reading.faults import InvalidError
from satselect.store.models import Batch, Task, User
from tests.application.buffers import NOW, buffer, task
from tests.databases import AND_OVER_THE_BUS

DATABASES = AND_OVER_THE_BUS

FULL, QUICK = "/api/v1/fleets/default/tasks", "/api/tasks/"
PASSED = "2016-02-03T04:05:06.123456789Z"
CUT = "2016-02-03T04:05:06.123456Z"


def batch(**fields: object) -> list[dict[str, Any]]:
    return [{"name": "fine", "resources": [], "profit": 1}, {"name": "late", "resources": [], "profit": 1, **fields}]


@pytest.mark.parametrize("path", [FULL, QUICK])
def test_a_deadline_that_has_passed_is_refused_with_both_times(service: httpx.Client, path: str) -> None:
    answer = service.post(path, json=batch(deadline=PASSED))
    assert answer.status_code == 422
    (fault,) = answer.json()["errors"]
    assert (fault["pointer"], CUT in fault["detail"]) == ("#/1/deadline", True)
    told = datetime.fromisoformat(fault["detail"].split("it is ")[1].split(";")[0])
    assert abs(told - datetime.now(UTC)) < timedelta(minutes=1)
    assert not Batch.objects.exists()


@pytest.mark.parametrize("path", [FULL, QUICK])
def test_who_accepts_that_it_is_expired_has_it_taken(service: httpx.Client, path: str) -> None:
    answer = service.post(f"{path}?accept_expired=true", json=batch(deadline=PASSED))
    assert [each["name"] for each in answer.json()["tasks"]] == ["fine"]
    (late,) = service.get("/api/v1/tasks?name=late").json()["items"]
    assert (late["status"], late["deadline"]) == ("expired", CUT)
    assert service.post(f"{path}?accept_expired=false", json=batch(deadline=PASSED)).status_code == 422


def test_a_deadline_that_passed_since_is_no_reason_to_refuse_a_repetition(service: httpx.Client) -> None:
    soon = (datetime.now(UTC) + timedelta(seconds=1.5)).isoformat()
    headers = {"Idempotency-Key": "once"}
    first = service.post(FULL, json=batch(deadline=soon), headers=headers)
    while datetime.now(UTC).isoformat() < soon:
        pass
    again = service.post(FULL, json=batch(deadline=soon), headers=headers)
    assert (first.status_code, again.status_code, again.content) == (201, 201, first.content)


def test_an_edit_to_a_deadline_that_has_passed_is_refused(service: httpx.Client) -> None:
    two = [{"name": name, "resources": ["camera"], "profit": profit} for name, profit in (("won", 2), ("lost", 1))]
    service.post(FULL, json=two)
    path = f"/api/v1/tasks/{Task.objects.get(name='lost').id}"
    answer = service.patch(path, json={"deadline": PASSED})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "#/deadline")
    assert service.get(path).json()["deadline"] is None
    assert service.patch(f"{path}?accept_expired=true", json={"deadline": PASSED}).json()["status"] == "expired"


@pytest.mark.usefixtures("database")
def test_the_very_moment_has_not_passed() -> None:
    buffer(task("now", deadline=NOW), at=NOW)
    with pytest.raises(InvalidError, match=r"2026-11-23T12:00:00Z has passed: it is 2026-11-23T12:00:00\.000001Z"):
        buffer(task("late", deadline=NOW), at=NOW + timedelta(microseconds=1))
    assert [each.name for each in Task.objects.all()] == ["now"]


@pytest.mark.usefixtures("database")
def test_an_edit_is_judged_by_its_own_clock() -> None:
    buffer(task("waits"))
    report = Report(User.objects.get(username="local"), NOW)
    edit(Task.objects.get(), {"deadline": NOW}, report)
    with pytest.raises(InvalidError, match="/deadline"):
        edit(Task.objects.get(), {"deadline": NOW - timedelta(microseconds=1)}, report)
