"""Reasons are told once, and break-even profits of a page are found in one question."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from satselect.application.explanation.explain import explain
from satselect.console.reading.tasks.reasons import break_evens_for, by_reason, rows_for
from satselect.schemas.explanations import Unknown
from satselect.store.models import Fleet, Task
from satselect.store.queries.uses import tell_uses
from tests.application.buffers import task
from tests.console.worlds import World, run, send


def buffered() -> list[Task]:
    tasks = Task.objects.filter(status="buffered").select_related("fleet")
    found = list(tasks.order_by("-profit", "id"))
    tell_uses(found)
    return found


def test_one_reason_is_told_once_with_all_who_wait_for_it(world: World) -> None:
    rows = rows_for(world.people["olga"], buffered(), world.last, at=timezone.now())
    groups = by_reason(rows)
    assert sum(len(some) for _, some in groups) == len(rows)
    keys = [(first.why, first.changes) for first, _ in groups]
    assert len(keys) == len({str(key) for key in keys})
    held = next(some for first, some in groups if "held by coast" in "".join(str(piece.text) for piece in first.why))
    assert [row.task.profit for row in held] == sorted((row.task.profit for row in held), reverse=True)


def test_all_of_a_page_are_told_what_each_alone_is_told(world: World) -> None:
    send(world.people["bert"], *[task(f"more {n}", "camera", profit=n) for n in range(1, 6)], at=world.now)
    last = run(world.now)
    tasks, at = buffered(), timezone.now()
    together = break_evens_for(tasks, last, at=at, time_limit_s=10)
    for one in tasks:
        alone = explain(one, at=at, time_limit_s=10)
        if one.id in together:
            found = together[one.id]
            assert (None if isinstance(found, Unknown) else found) == alone.break_even
        else:
            assert alone.break_even is None
    assert sum(isinstance(found, float) for found in together.values()) >= 5


@pytest.mark.parametrize("is_told", [True, False])
def test_customers_are_told_only_where_the_fleet_tells_them(
    world: World, as_: Callable[[str], Client], is_told: bool
) -> None:
    Fleet.objects.update(shows_break_even=is_told)
    page = as_("anna").get("/fleets/default/buffer?worth=1").content.decode()
    assert ("missing" in page) is is_told
    assert ("Selected from" in page) is is_told
    assert "rival" not in page
