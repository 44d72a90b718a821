"""The map in a real browser: seen by everyone, and usable without scripts."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.console.browsers import check_access, check_width, opened_page
from tests.console.maps import PLACES, make_map
from tests.console.plans import Orbit
from tests.databases import TO_LOOK_AT, Databases
from tests.longer import more
from tests.services import Services

LOOKS = [(1440, "light"), (390, "dark"), *more([(1440, "dark"), (390, "light")])]
MAP = "/fleets/orbit/map"


@pytest.fixture
def orbit(databases: Databases) -> Orbit:
    databases.get(TO_LOOK_AT)
    return make_map()


@pytest.fixture
def address(services: Services, databases: Databases) -> str:
    return services.address(databases.get(TO_LOOK_AT))


@pytest.fixture
def page(browser: Browser, address: str, orbit: Orbit) -> Iterator[Page]:
    """A page of the local operator, watched."""
    yield from opened_page(browser, address, 1440, "light")


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_it_is_quiet_and_usable_by_everyone(
    browser: Browser, address: str, orbit: Orbit, width: int, scheme: str
) -> None:
    for opened in opened_page(browser, address, width, scheme):
        for query in ("", "?span=86400&satellite=sat-1"):
            opened.goto(f"{MAP}{query}")
            check_width(opened)
            check_access(opened)
        opened.goto(MAP)
        opened.get_by_role("link", name="sat-1 over svalbard").first.click()
        expect(opened.locator(".sky polyline")).to_be_visible()
        check_width(opened)
        check_access(opened)


def test_a_pass_on_the_plan_leads_to_its_sky(page: Page) -> None:
    page.goto("/fleets/orbit/plan?span=21600")
    page.locator(".pass a", has_text="svalbard").first.click()
    expect(page.locator("h1")).to_have_text("sat-1 over Svalbard")


def test_a_mark_lies_where_its_place_is(page: Page) -> None:
    page.goto(MAP)
    land, mark = page.locator(".map").bounding_box(), page.locator(".targets a", has_text="Berlin").bounding_box()
    assert land
    assert mark
    longitude, latitude = PLACES["Berlin"]["coordinates"]
    assert land["width"] == pytest.approx(2 * land["height"], abs=1)
    assert (mark["x"] + mark["width"] / 2 - land["x"]) / land["width"] == pytest.approx(
        (longitude + 180) / 360, abs=0.002
    )
    assert (mark["y"] + mark["height"] / 2 - land["y"]) / land["height"] == pytest.approx(
        (90 - latitude) / 180, abs=0.004
    )


def test_the_outline_of_the_world_is_drawn(page: Page) -> None:
    page.goto(MAP)
    box = page.evaluate(
        """() => { const box = document.querySelector(".land").getBBox(); return [box.width, box.height]; }"""
    )
    assert box[0] >= 3590
    assert box[1] >= 1600


def test_a_mark_opens_its_task(page: Page) -> None:
    page.goto(MAP)
    page.locator(".targets a", has_text="Berlin").click()
    expect(page.locator("h1")).to_have_text("Berlin")


def test_all_of_it_is_reached_with_the_keyboard_and_without_scripts(
    browser: Browser, address: str, orbit: Orbit
) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    plain = context.new_page()
    plain.goto(MAP)
    assert plain.locator(".track[d]").count() == 3
    plain.get_by_role("link", name="6 h").focus()
    plain.keyboard.press("Enter")
    expect(plain.get_by_role("link", name="6 h")).to_have_attribute("aria-current", "true")
    plain.get_by_label("Satellite", exact=True).select_option("sat-2")
    plain.get_by_role("button", name="Go").focus()
    plain.keyboard.press("Enter")
    expect(plain).to_have_url(f"{address}{MAP}?satellite=sat-2&span=21600")
    assert plain.locator(".track[d]").count() == 2
    plain.get_by_role("table").get_by_role("link", name="Berlin").focus()
    plain.keyboard.press("Enter")
    expect(plain.locator("h1")).to_have_text("Berlin")
    context.close()


def test_it_is_printed_whole(page: Page) -> None:
    page.goto(MAP)
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.locator(".card").first).to_have_css("background-color", "rgb(255, 255, 255)")
    expect(page.locator(".map")).to_be_visible()
    expect(page.locator(".axis-tools, .tools").first).to_be_hidden()
    check_width(page)


@pytest.mark.parametrize(("path", "what"), [("/fleets/orbit", ".column .block"), ("/fleets/orbit/plan", "#axis")])
def test_of_a_fleet_with_all_its_pages_the_first_block_is_twelve_tabs_away(page: Page, path: str, what: str) -> None:
    page.goto(path)
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("what => document.activeElement.matches(what)", what):
            return
    pytest.fail(page.evaluate("document.activeElement.outerHTML"))
