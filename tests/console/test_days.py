"""The days of people, done in the browser: what an executor does all day, what an operator does in the morning."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from satselect.application.tasks.change import Report, fail
from satselect.store.models import Batch, Task
from tests.application.buffers import task
from tests.console.browsers import check_access, check_width, opened_page
from tests.console.worlds import PASSWORD, World, make_world, run, send
from tests.databases import TO_LOOK_AT, Databases
from tests.services import Services

MOST_TABS = 120


def test_the_day_of_an_executor(browser: Browser, services: Services, databases: Databases) -> None:
    database = databases.get(TO_LOOK_AT)
    world = make_world(signing_in=("eva",))
    send(world.people["anna"], *[task(f"pass {number:02}", profit=100 + number) for number in range(20)], at=world.now)
    run(world.now)
    address = services.address(database, auth="keys")
    for page in opened_page(browser, address, 390, "light"):
        _sign_in(page, "eva")
        expect(page.locator("h1")).to_have_text("To do")
        expect(page.locator("tbody tr")).to_have_count(24)  # with those of before
        check_access(page)
        check_width(page)
        Task.objects.filter(name="pass 19").update(updated=world.now + timedelta(seconds=1))  # somebody was quicker
        for number in range(20):
            page.get_by_label(f"Choose pass {number:02}").check()
        expect(page.locator("#count")).to_have_text("20 chosen")
        page.get_by_label("What there is to say").fill("all clear")
        page.get_by_role("button", name="Completed").click()
        expect(page.get_by_role("alert")).to_contain_text("nothing was done: pass 19")
        expect(page.locator("main")).to_contain_text("19 tasks completed.")
        assert Task.objects.filter(name__startswith="pass", status="completed").count() == 19
        page.get_by_label("Choose pass 19").check()
        page.get_by_role("button", name="Completed").click()
        expect(page.locator("main")).to_contain_text("1 task completed.")


def test_the_day_of_an_operator_with_the_keyboard_alone(page: Page, open_world: World) -> None:
    Batch.objects.filter(id=open_world.task("new").batch_id).update(state=Batch.State.DEAD)
    fail(open_world.task("free"), Report(open_world.people["olga"], open_world.now, words="no light"))
    page.goto("/fleets/default")
    _go(page, "Tasks")
    _press(page, page.get_by_role("link", name="failed", exact=True))
    expect(page.locator("tbody tr")).to_have_count(1)
    _press(page, page.get_by_role("link", name="free", exact=True))
    expect(page.locator(".line-of-states")).to_contain_text("no light")
    _go(page, "Timeline")
    _press(page, page.get_by_role("link", name="Look after it"))
    _press(page, page.get_by_role("button", name="Requeue"))
    expect(page.locator("main")).to_contain_text("No batch was given up.")
    _go(page, "Timeline")
    _press(page, page.get_by_role("link", name="Take radar", exact=False))
    expect(page.get_by_label("Resource, or all of it")).to_have_value("radar")
    _type(page, page.get_by_label("Why"), "too warm")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("too warm")
    _go(page, "Tasks")
    _type(page, page.get_by_label("Id, reference"), "c-1")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    _find(page, "night")
    expect(page.locator("main")).to_contain_text("With a profit of")
    _press(page, page.get_by_role("link", name="Another like it"))
    _type(page, page.locator("#one").get_by_label("Profit"), "40")
    _press(page, page.locator("#one").get_by_role("button", name="What if?"))
    expect(page.locator("#outlook")).to_contain_text("scheduled")
    _go(page, "Tasks")
    _find(page, "night")
    expect(page.locator("h1")).to_contain_text("night")
    _type(page, page.get_by_label("Profit", exact=True), "40")
    page.keyboard.press("Enter")
    expect(page.locator(".pairs")).to_contain_text("40")
    _go(page, "Timeline")
    _press(page, page.get_by_role("button", name="Iterate now"))
    expect(page.locator("section", has_text="Chosen").first).to_be_visible()
    expect(page.locator("main")).to_contain_text("night")
    _press(page, page.get_by_role("link", name="Compare with the one before"))
    came = page.locator("tr", has=page.get_by_role("link", name="night", exact=True)).first
    expect(came).to_contain_text("waited then")
    page.emulate_media(media="print")
    expect(page.locator(".tabs")).to_be_hidden()
    expect(page.locator(".fleet-choice")).to_be_visible()
    expect(page.locator("h1")).to_be_visible()
    page.emulate_media(media="screen")
    _go(page, "Timeline")
    page.emulate_media(media="print")
    labels, column = page.locator(".labels").bounding_box(), page.locator(".column").first.bounding_box()
    assert labels
    assert column
    assert labels["x"] + labels["width"] <= column["x"] + 1
    page.emulate_media(media="screen")
    _press(page, page.locator("summary", has_text="Export"))
    with page.expect_download() as download:
        _press(page, page.get_by_role("link", name="CSV", exact=True))
    assert "night,40" in Path(download.value.path()).read_text()


def _reach(page: Page, what: Locator) -> None:
    """From where the focus is, with the key for that alone."""
    expect(what).to_be_visible()
    # In the page, which keeps what it is: to find it by its role again takes most of a press.
    page.evaluate("delete window.wanted")
    for _ in range(MOST_TABS):
        has_focus = page.evaluate("window.wanted?.isConnected ? wanted === document.activeElement : null")
        if has_focus is None:  # the page, or a part of it, is another by now
            has_focus = what.evaluate("it => { window.wanted = it; return it === document.activeElement }")
        if has_focus:
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{what} is not reached")


def _press(page: Page, what: Locator) -> None:
    _reach(page, what)
    page.keyboard.press("Enter")


def _type(page: Page, field: Locator, text: str) -> None:
    _reach(page, field)
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(text)


def _find(page: Page, name: str) -> None:
    _type(page, page.get_by_label("Id, reference"), name[:2])
    page.keyboard.press("Enter")
    _press(page, page.get_by_role("link", name=name, exact=True))


def _go(page: Page, tab: str) -> None:
    _press(page, page.get_by_role("navigation", name="Pages", exact=True).get_by_role("link", name=tab, exact=True))


def _sign_in(page: Page, name: str) -> None:
    page.goto("/")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
