"""A page that changes by itself keeps the place of who reads it, and sends little for it."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from tests.console.browsers import check_access
from tests.console.worlds import World

FLEET_PAGE_BYTES = 15_000
EVENT_BYTES = 5_000
EVERY_S = 0.2
WATCHED_S = 3.0


def submit(address: str, number: int, tasks: int = 3) -> None:
    sent = [
        {"name": f"n{number}-{one}", "resources": ["camera", "radar"][: one + 1], "profit": 1} for one in range(tasks)
    ]
    httpx.post(f"{address}/api/tasks/", json=sent, timeout=30).raise_for_status()


@contextmanager
def events(address: str) -> Iterator[list[int]]:
    """Five iterations a second, counted."""
    is_over = threading.Event()
    sent: list[int] = []

    def send() -> None:
        for number in count():
            if is_over.is_set():
                return
            submit(address, number)
            sent.append(number)
            time.sleep(EVERY_S)

    sender = threading.Thread(target=send)
    sender.start()
    yield sent
    is_over.set()
    sender.join()


@pytest.fixture
def long_page(page: Page, address: str) -> Page:
    """A timeline that is wider than the page."""
    for number in range(24):
        submit(address, number)
    page.goto("/fleets/default")
    expect(page.locator(".column")).to_have_count(24)
    return page


def where(page: Page) -> Any:  # noqa: ANN401 - what the script makes
    return page.evaluate(
        """() => ({x: document.querySelector(".scroller").scrollLeft, y: scrollY, focus: document.activeElement.id,
                  first: document.querySelector(".column").id})"""
    )


def test_nothing_moves_for_who_reads_while_events_stream(long_page: Page, address: str) -> None:
    page = long_page
    page.locator(".scroller").evaluate("it => it.scrollLeft = -300")
    page.evaluate("scrollTo(0, 120)")
    page.locator(".block").nth(20).evaluate("it => it.focus({preventScroll: true})")
    before = where(page)
    top = page.locator("#timeline").bounding_box()
    with events(address) as sent:
        give_up = time.monotonic() + WATCHED_S
        while time.monotonic() < give_up:
            page.wait_for_timeout(100)
            assert where(page) == before
            assert page.locator("#timeline").bounding_box() == top
    expect(page.locator("#newer")).to_have_text(f"{len(sent)} new iterations")
    page.locator("#newer").click()
    expect(page.locator("#newer")).to_be_hidden()
    expect(page.locator(".column:last-child .block").first).to_be_focused()
    assert where(page)["x"] == 0
    assert where(page)["first"] != before["first"]


def test_the_newest_come_though_what_was_asked_before_settles_later(long_page: Page, address: str) -> None:
    """The page asks again while a block has the focus; before that is answered, the newest are asked for."""
    page = long_page
    asked: list[Route] = []

    def hold(route: Route) -> None:
        asked.append(route)
        if len(asked) > 1:
            route.continue_()

    page.locator(".column .block").first.focus()
    submit(address, 100)
    expect(page.locator("#newer")).to_contain_text("1 new iteration")
    page.route("**/timeline?*", hold)
    with page.expect_request("**/timeline?*"):
        submit(address, 101)
    page.locator("#newer").click()
    asked[0].continue_()
    expect(page.locator("#newer")).to_be_hidden()
    expect(page.locator(".column:last-child .block").first).to_be_focused()


def test_who_looks_at_the_newest_sees_the_next_one_come(long_page: Page, address: str) -> None:
    with events(address):
        expect(long_page.locator(".column.is-new").first).to_be_visible()
    assert where(long_page)["x"] == 0
    expect(long_page.locator(".column")).to_have_count(24)


def test_a_pause_stops_all_of_it(long_page: Page, address: str) -> None:
    long_page.get_by_role("button", name="Pause").click()
    figures = long_page.locator("#figures").inner_html()
    with events(address):
        expect(long_page.locator("#news")).to_contain_text("Paused, ")
        long_page.wait_for_timeout(1_200)
    assert long_page.locator("#figures").inner_html() == figures
    assert long_page.locator(".column.is-new").count() == 0
    check_access(long_page)
    long_page.get_by_role("button", name="Go on").click()
    expect(long_page.locator(".column.is-new").first).to_be_visible()


def test_other_pages_say_that_something_changed_and_keep_what_was_typed(
    page: Page, address: str, open_world: World
) -> None:
    page.goto(f"/tasks/{open_world.task('night').id}")
    page.get_by_label("Name").fill("half a na")
    submit(address, 1)
    expect(page.locator("#news")).to_contain_text("since")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("#show-news")).to_be_hidden()
    expect(page.get_by_label("Name")).to_have_value("half a na")


def test_few_bytes_are_sent(long_page: Page, address: str) -> None:
    page = long_page
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: dict[str, int] = {}
    sent: dict[str, str] = {}
    session.on("Network.requestWillBeSent", lambda one: sent.update({one["requestId"]: one["request"]["url"]}))
    session.on("Network.loadingFinished", lambda one: sizes.update({one["requestId"]: one["encodedDataLength"]}))
    page.reload()
    expect(page.locator(".column")).to_have_count(24)
    page.wait_for_timeout(300)
    whole = [size for id, size in sizes.items() if sent.get(id) == page.url]
    assert whole[0] < FLEET_PAGE_BYTES
    sizes.clear()
    with page.expect_response(lambda one: "/timeline?" in one.url):
        submit(address, 99)
    page.wait_for_timeout(1_000)
    timelines = [id for id in sizes if "/timeline" in sent.get(id, "")]
    assert timelines
    parts = [size for id, size in sizes.items() if id in timelines or "/figures" in sent.get(id, "")]
    assert sum(parts) / len(timelines) < EVENT_BYTES


def test_the_first_block_is_twelve_tabs_away(page: Page) -> None:
    page.goto("/fleets/default")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('block')"):
            return
    pytest.fail(page.evaluate("document.activeElement.outerHTML"))
