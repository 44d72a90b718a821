"""The list of tasks: found by what people know, for whom they exist, and changed many at once."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from satselect.console.reading.tasks.listed import PAGE, Search, read_listed
from satselect.console.seen import seen_of
from satselect.schemas.tasks import Status
from satselect.store.models import Fleet, Task, User
from tests.application.buffers import task
from tests.console.worlds import World, run, send


def found(user: User, words: str = "", *statuses: Status, **more: Any) -> list[str]:  # noqa: ANN401 - of a search
    rows, _ = read_listed(user, [Fleet.objects.get(slug="default")], Search(statuses, words, **more), at=_now())
    return [row.task.name for row in rows]


def _now() -> Any:  # noqa: ANN401 - a time
    return max(Task.objects.values_list("updated", flat=True)) + timedelta(seconds=1)


def test_by_status_newest_first(world: World) -> None:
    olga = world.people["olga"]
    assert found(olga, "", Status.SCHEDULED) == ["free", "coast"]
    assert found(olga, "", Status.COMPLETED, Status.CANCELLED) == ["gone", "won"]
    assert found(olga)[0] == "new"
    assert found(olga, oldest_first=True)[0] == "won"
    assert len(found(olga)) == Task.objects.count()


@pytest.mark.parametrize(
    ("words", "names"), [("c-1", ["coast"]), ("coa", ["coast"]), ("ne", ["new"]), ("n", ["new", "night"]), ("x", [])]
)
def test_by_reference_and_by_how_the_name_begins(world: World, words: str, names: Sequence[str]) -> None:
    assert found(world.people["olga"], words) == names
    assert found(world.people["anna"], words) == names
    assert found(world.people["bert"], words) == []


def test_by_id(world: World) -> None:
    assert found(world.people["olga"], str(world.task("late").id)) == ["late"]
    assert found(world.people["anna"], str(world.task("late").id)) == []


def test_everyone_finds_their_own_only(world: World) -> None:
    mine, theirs = set(found(world.people["anna"])), set(found(world.people["bert"]))
    assert theirs == {"rival", "late"}
    assert not mine & theirs
    assert set(found(world.people["eva"])) == {"free", "coast", "won"}  # what was scheduled, or is over


def test_pages_hold_each_task_once(world: World) -> None:
    send(world.people["bert"], *[task(f"page {number}") for number in range(2 * PAGE)], at=world.now)
    fleets = [Fleet.objects.get(slug="default")]
    for search in (Search(), Search(words="page"), Search(oldest_first=True)):
        names: list[str] = []
        after = None
        while True:
            rows, after = read_listed(
                world.people["olga"],
                fleets,
                Search(search.statuses, search.words, search.oldest_first, after),
                at=world.now,
            )
            names += [row.task.name for row in rows]
            if after is None:
                break
        assert len(names) == len(set(names)) == (2 * PAGE if search.words else Task.objects.count())


def test_what_is_overdue_is_expired_whoever_recorded_it(world: World) -> None:
    later = world.now + timedelta(hours=3)
    fleets = [Fleet.objects.get(slug="default")]
    expired, _ = read_listed(world.people["olga"], fleets, Search((Status.EXPIRED,)), at=later)
    buffered, _ = read_listed(world.people["olga"], fleets, Search((Status.BUFFERED,)), at=later)
    assert [row.task.name for row in expired] == ["rival"]
    assert "rival" not in [row.task.name for row in buffered]


def chosen(*tasks: Task) -> list[str]:
    return [f"{one.id}~{seen_of(one)}" for one in tasks]


def test_an_executor_completes_many_at_once(world: World, as_: Callable[[str], Client]) -> None:
    eva = as_("eva")
    assert eva.get("/")["Location"] == "/tasks"
    sent = {"verb": "complete", "words": "fine", "task": chosen(world.task("coast"), world.task("free"))}
    answer = eva.post("/tasks", sent)
    assert answer["Location"] == "/tasks?did=complete&count=2"
    assert b"2 tasks completed." in eva.get(answer["Location"]).content
    assert {world.task(name).status for name in ("coast", "free")} == {"completed"}
    assert world.task("coast").history.order_by("-id")[0].words == "fine"


def test_an_executor_has_no_figures_of_what_others_wait_for(world: World, as_: Callable[[str], Client]) -> None:
    page = as_("eva").get("/fleets/default").content.decode()
    assert 'class="figure' not in page
    assert "Yours" not in page
    assert 'class="figure' in as_("anna").get("/fleets/default").content.decode()


def test_a_stale_page_is_told_and_never_wins(world: World, as_: Callable[[str], Client]) -> None:
    night, late = world.task("night"), world.task("late")
    sent = {"verb": "cancel", "task": chosen(night, late)}
    Task.objects.filter(id=night.id).update(updated=world.now + timedelta(seconds=5))
    answer = as_("olga").post("/fleets/default/tasks", sent)
    assert (answer.status_code, b"nothing was done: night" in answer.content) == (412, True)
    assert (world.task("night").status, world.task("late").status) == ("buffered", "cancelled")
    assert b"1 task cancelled." in answer.content


@pytest.mark.parametrize(
    ("who", "verb", "name", "status"),
    [
        ("anna", "complete", "coast", 422),
        ("eva", "cancel", "coast", 422),
        ("anna", "cancel", "late", 412),  # which is not there for her
        ("eva", "complete", "night", 412),
        ("olga", "complete", "night", 422),  # it is buffered
        ("olga", "vanish", "night", 422),
    ],
)
@pytest.mark.in_turn
def test_nobody_changes_what_is_not_theirs_or_can_not_be(
    world: World, as_: Callable[[str], Client], who: str, verb: str, name: str, status: int
) -> None:
    before = world.task(name).status
    answer = as_(who).post("/fleets/default/tasks", {"verb": verb, "task": chosen(world.task(name))})
    assert (answer.status_code, world.task(name).status) == (status, before)


@given(st.text(max_size=40).filter(lambda text: text not in {*Status, "newest", "oldest"}))
def test_nonsense_in_the_address_is_ignored(text: str) -> None:
    from django.test import RequestFactory

    from satselect.console.views.tasks.tasks import _search

    request = RequestFactory().get("/tasks", {"status": text, "order": text, "after": text})
    assert _search(request, User(role="operator")) == Search()


def test_filters_stay_in_the_address(world: World) -> None:
    page = Client().get("/fleets/default/tasks?status=buffered&order=oldest&q=n").content.decode()
    assert 'href="?status=buffered&amp;status=scheduled&amp;order=oldest&amp;q=n"' in page
    assert run(world.now).scheduled  # and what was read blocks nobody
