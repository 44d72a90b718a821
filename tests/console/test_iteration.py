"""The page of an iteration tells what it knew: losers and winners with what they were worth then."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from satselect.application.maintenance.housekeeping import expire
from satselect.application.tasks.change import Report, cancel, fail
from satselect.application.tasks.edit import edit
from satselect.console.reading.iterations.outcomes import read_outcomes
from satselect.store.models import Fleet, Iteration, Task, User
from tests.application.buffers import NOW, buffer, run, task

pytestmark = pytest.mark.usefixtures("database")

SOON = NOW + timedelta(hours=1)
ROW = re.compile(r'<td class="name"><a href="/tasks/[^"]*">(.*?)</a></td>\s*<td class="number">(.*?)</td>')


def report() -> Report:
    return Report(User.objects.get(), SOON)


def found(name: str) -> Task:
    return Task.objects.get(name=name)


@pytest.fixture
def first(database: object) -> Iteration:
    """An iteration that chose `won` and left three behind; two more tasks did not take part."""
    buffer(
        task("won", "camera", profit=9, max_attempts=2),
        task("edited", "camera", profit=7),
        task("cancelled", "camera", profit=6),
        task("expired", "camera", profit=5, deadline=SOON),
        task("later", "camera", profit=8, not_before=SOON),
    )
    made = run()
    buffer(task("new", "camera", profit=8), at=SOON)
    return made


def shown(iteration: Iteration) -> list[tuple[str, str]]:
    page = Client(headers={"Accept": "text/html"}).get(f"/iterations/{iteration.id}")
    assert page.status_code == 200
    return ROW.findall(page.content.decode())


THEN = [("won", "9"), ("edited", "7"), ("cancelled", "6"), ("expired", "5")]
SINCE: dict[str, list[Callable[[], object]]] = {
    "nothing": [],
    "a loser edited": [lambda: edit(found("edited"), {"profit": 1.0, "resources": {"disk": 1}}, report())],
    "a loser cancelled": [lambda: cancel(found("cancelled"), report())],
    "a loser expired": [lambda: expire(at=SOON + timedelta(hours=1))],
    "one that might not start edited": [lambda: edit(found("later"), {"not_before": None}, report())],
    "the winner failed and edited": [
        lambda: fail(found("won"), report()),
        lambda: edit(found("won"), {"profit": 1.0}, report()),
    ],
    "another iteration": [lambda: run(SOON)],
}
SINCE["all"] = [step for steps in SINCE.values() for step in steps]


@pytest.mark.parametrize("since", SINCE)
def test_an_iteration_shows_what_things_were_worth_then(first: Iteration, since: str) -> None:
    for step in SINCE[since]:
        step()
    assert shown(first) == THEN


def test_a_timeline_shows_what_a_failed_task_was_worth_then(first: Iteration) -> None:
    for step in SINCE["the winner failed and edited"]:
        step()
    (placed,) = read_outcomes(User.objects.get(), Fleet.objects.get()).placed[first.id]
    assert (placed.name, placed.profit, placed.state) == ("won", 9, "failed")


def test_much_later_it_says_that_others_may_be_missing(first: Iteration) -> None:
    for _ in range(7):
        run(SOON)
    page = Client(headers={"Accept": "text/html"}).get(f"/iterations/{first.id}").content.decode()
    assert "Others may be missing" in page
