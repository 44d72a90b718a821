"""A customer sees only their own world, on every page."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from tests.console.worlds import World

BERTS = re.compile(r"rival|late\b")


@pytest.mark.parametrize(
    "path",
    [
        "/fleets/default",
        "/fleets/default/timeline",
        "/fleets/default/timeline.csv",
        "/fleets/default/plan.json",
        "/fleets/default/figures",
        "/fleets/default/buffer",
        "/fleets/default/buffer.json",
        "/iterations/{last}",
        "/tasks/{night}",
    ],
)
@pytest.mark.in_turn
def test_a_customer_never_reads_of_others(world: World, as_: Callable[[str], Client], path: str) -> None:
    address = path.format(last=world.last.id, night=world.task("night").id)
    mine, theirs, all_ = (as_(name).get(address) for name in ("anna", "bert", "olga"))
    assert mine.status_code == all_.status_code == 200
    assert not BERTS.search(mine.content.decode())
    assert "coast" not in theirs.content.decode()


def test_who_holds_what_is_told_without_names(world: World, as_: Callable[[str], Client]) -> None:
    text = as_("bert").get("/fleets/default/buffer").content.decode()
    assert "rival" in text
    assert "held by a task of another customer" in text


def test_sums_are_for_operators(world: World, as_: Callable[[str], Client]) -> None:
    words = "Profit of the last iteration"
    assert words in as_("olga").get("/fleets/default").content.decode()
    assert words not in as_("anna").get("/fleets/default").content.decode()
    assert words not in as_("eva").get("/fleets/default").content.decode()


def test_an_executor_sees_what_is_scheduled_and_nothing_that_waits(world: World, as_: Callable[[str], Client]) -> None:
    text = as_("eva").get("/fleets/default").content.decode()
    assert "coast" in text
    assert not re.search("night|rival", text)
    assert as_("eva").get(f"/tasks/{world.task('coast').id}").status_code == 200
