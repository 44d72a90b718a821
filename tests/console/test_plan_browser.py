"""The time axis in a real browser: seen, walked through, moved and zoomed, by whatever one has."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.console.browsers import check_access, check_width, opened_page
from tests.console.plans import Orbit, make_orbit, make_planned
from tests.databases import TO_LOOK_AT, Databases
from tests.longer import more
from tests.services import Services

LOOKS = [(1440, "light"), (390, "dark"), *more([(1440, "dark"), (390, "light")])]
PLAN = "/fleets/orbit/plan"


@pytest.fixture
def orbit(databases: Databases) -> Orbit:
    databases.get(TO_LOOK_AT)
    return make_planned(make_orbit())


@pytest.fixture
def address(services: Services, databases: Databases) -> str:
    return services.address(databases.get(TO_LOOK_AT))


@pytest.fixture
def page(browser: Browser, address: str, orbit: Orbit) -> Iterator[Page]:
    """A page of the local operator, watched."""
    yield from opened_page(browser, address, 1440, "light")


def span_s(page: Page) -> int:
    return int(page.locator("#plan").get_attribute("data-span") or 0)


def begins(page: Page) -> str:
    return page.locator("#plan").get_attribute("data-from") or ""


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_it_is_quiet_and_usable_by_everyone(
    browser: Browser, address: str, orbit: Orbit, width: int, scheme: str
) -> None:
    for opened in opened_page(browser, address, width, scheme):
        for query in ("", "?span=3600", "?span=2678400"):
            opened.goto(f"{PLAN}{query}")
            check_width(opened)
            check_access(opened)
        opened.locator("#plan-table summary").click()
        check_width(opened)
        check_access(opened)


def test_a_bar_lies_at_its_time(page: Page, orbit: Orbit) -> None:
    start = orbit.at(30)
    page.goto(f"{PLAN}?span=7200&from={start - timedelta(minutes=30):%Y-%m-%dT%H:%M:%SZ}")
    axis = page.locator("#axis").bounding_box()
    box = page.locator(".block.scheduled", has_text="holder").locator("rect").first.bounding_box()
    assert axis
    assert box
    assert (box["x"] - axis["x"]) / axis["width"] == pytest.approx(0.25, abs=0.003)
    assert box["width"] / axis["width"] == pytest.approx(10 / 120, abs=0.003)
    labels = page.locator(".plan .lane", has_text="planned").first.bounding_box()
    assert labels
    assert labels["y"] <= box["y"] < labels["y"] + labels["height"]


def test_why_a_task_waits_is_told_where_it_is_pointed_at(page: Page) -> None:
    page.goto(PLAN)
    page.locator(".block.faint rect").first.hover()
    expect(page.locator("#details")).to_contain_text("loser")
    expect(page.locator("#details .why-not")).to_contain_text("camera of sat-1 held")
    expect(page.locator("#details .why-not")).to_contain_text("by holder")
    page.locator(".block.scheduled rect").first.hover()
    expect(page.locator("#details .why-not")).to_have_count(0)
    page.locator(".block.faint").first.focus()
    expect(page.locator("#details .why-not")).to_contain_text("by holder")


def test_keys_walk_through_tasks_move_and_zoom(page: Page) -> None:
    page.goto(PLAN)
    page.locator("#axis").focus()
    before, span = begins(page), span_s(page)
    page.keyboard.press("ArrowRight")
    expect(page.locator("#plan")).not_to_have_attribute("data-from", before)
    assert "from=" in page.url
    page.keyboard.press("+")
    expect(page.locator("#plan")).not_to_have_attribute("data-span", str(span))
    assert span_s(page) < span
    page.keyboard.press("Home")
    expect(page.locator("#plan")).to_have_attribute("data-follows", "")
    page.keyboard.press("-")
    expect(page.locator("#plan")).to_have_attribute("data-span", str(6 * 3600))
    page.keyboard.press("ArrowDown")
    seen = set()
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowDown", "ArrowLeft"):
        seen.add(page.locator("#details strong").text_content())
        page.keyboard.press(key)
    assert len(seen) >= 3
    page.keyboard.press("Escape")
    expect(page.locator("#axis")).to_be_focused()


def test_it_is_dragged_and_a_drag_opens_nothing(page: Page) -> None:
    page.goto(f"{PLAN}?span=21600")
    before = begins(page)
    axis, bar = page.locator("#axis"), page.locator(".block.scheduled", has_text="flexible").locator("rect").first
    box = bar.bounding_box()
    whole = axis.bounding_box()
    assert box
    assert whole
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + 100, box["y"] + 5, steps=4)
    page.mouse.up()
    expect(page.locator("#plan")).not_to_have_attribute("data-from", before)
    expect(page.locator("#axis.is-dragged")).to_have_count(0)
    assert page.url.split("?")[0].endswith(PLAN)
    moved = bar.bounding_box()
    assert moved
    assert moved["x"] - box["x"] == pytest.approx(100, abs=0.01 * whole["width"])
    bar.click()
    expect(page.locator("h1")).to_have_text("flexible")


def test_the_wheel_zooms_around_the_pointer(page: Page) -> None:
    page.goto(f"{PLAN}?span=21600")
    bar = page.locator(".block.scheduled", has_text="flexible").locator("rect").first
    box = bar.bounding_box()
    assert box
    page.mouse.move(box["x"], box["y"] + 5)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -100)
    page.keyboard.up("Control")
    expect(page.locator("#plan")).to_have_attribute("data-span", "10800")
    zoomed = bar.bounding_box()
    assert zoomed
    assert zoomed["x"] == pytest.approx(box["x"], abs=3)
    assert zoomed["width"] == pytest.approx(2 * box["width"], rel=0.05)


def test_back_shows_what_was_before_and_a_date_is_picked(page: Page) -> None:
    page.goto(f"{PLAN}?span=21600")
    page.get_by_role("link", name="1 h", exact=True).click()
    expect(page.locator("#plan")).to_have_attribute("data-span", "3600")
    page.go_back()
    expect(page.locator("#plan")).to_have_attribute("data-span", "21600")
    page.get_by_label("From, in UTC").fill("2027-03-01T09:30")
    page.get_by_role("button", name="Go").click()
    expect(page.locator("#plan-when")).to_contain_text("1 Mar 09:30")
    expect(page.locator("#plan")).to_contain_text("Nothing is planned then")


def test_without_scripts_it_is_moved_zoomed_and_read(browser: Browser, address: str, orbit: Orbit) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    plain = context.new_page()
    plain.goto(PLAN)
    assert plain.locator("#plan-picture .block").count() == 5
    plain.get_by_role("link", name="Show less time").click()
    expect(plain.locator("#plan")).to_have_attribute("data-span", "10800")
    plain.get_by_role("link", name="Later").click()
    assert "from=" in plain.url
    plain.get_by_role("link", name="Now").click()
    plain.get_by_label("From, in UTC").fill("2027-03-01T09:30")
    plain.get_by_role("button", name="Go").click()
    expect(plain.locator("#plan-when")).to_contain_text("1 Mar 09:30")
    plain.goto(PLAN)
    plain.locator("#plan-table summary").click()
    expect(plain.locator("#plan-table table").first.locator("tbody tr")).to_have_count(4)
    context.close()


def test_what_is_planned_meanwhile_comes_in_and_the_place_is_kept(page: Page, orbit: Orbit) -> None:
    page.goto(PLAN)
    page.locator(".block.scheduled", has_text="other").focus()
    as_of = page.locator("#as-of time").get_attribute("datetime") or ""
    orbit.send(orbit.timed("newcomer", (200, 210), profit=9))
    orbit.run()
    expect(page.locator(".block", has_text="newcomer")).to_have_count(1)
    expect(page.locator("#as-of time")).not_to_have_attribute("datetime", as_of)
    expect(page.locator("#details")).to_contain_text("other")
    expect(page.locator(".block:focus")).to_contain_text("other")
