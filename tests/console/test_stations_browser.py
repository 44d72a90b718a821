"""Stations in a real browser: in the settings of their fleet, on the map and in the sky of a pass."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from satselect.store.models import Station
from tests.console.browsers import check_access, check_width, opened_page
from tests.console.maps import make_map, make_wide_map
from tests.console.plans import Orbit
from tests.databases import TO_LOOK_AT, Databases
from tests.longer import more
from tests.services import Services

# Both widths and both schemes; `make long` has the other two of the four.
LOOKS = [(1440, "light"), (390, "dark"), *more([(1440, "dark"), (390, "light")])]
SETTINGS = "/fleets/orbit/settings"
PAGES = (SETTINGS, f"{SETTINGS}?station=svalbard", "/fleets/orbit/map", "/fleets/orbit/plan?span=21600")


@pytest.fixture(params=[make_map, make_wide_map], ids=["usual", "wide"])
def orbit(request: pytest.FixtureRequest, databases: Databases) -> Orbit:
    databases.get(TO_LOOK_AT)
    made: Orbit = request.param()
    return made


@pytest.fixture
def wide(databases: Databases) -> Orbit:
    databases.get(TO_LOOK_AT)
    return make_wide_map()


@pytest.fixture
def address(services: Services, databases: Databases) -> str:
    return services.address(databases.get(TO_LOOK_AT))


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page of the local operator, watched."""
    yield from opened_page(browser, address, 1440, "light")


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_their_pages_are_quiet_and_usable_by_everyone(
    browser: Browser, address: str, orbit: Orbit, width: int, scheme: str
) -> None:
    for opened in opened_page(browser, address, width, scheme):
        for path in PAGES:
            opened.goto(path)
            check_width(opened)
            check_access(opened)
        opened.goto("/fleets/orbit/map")
        opened.get_by_role("link", name=" over ").first.click()
        expect(opened.locator(".sky polyline")).to_be_visible()
        check_width(opened)
        check_access(opened)


def test_marks_and_words_lie_on_the_map_whole_at_the_poles_too(page: Page, wide: Orbit) -> None:
    page.goto("/fleets/orbit/map")
    figure = box(page.locator(".map-figure"))
    drawn = page.locator(".map .stations text, .map .stations path, .satellites text").all()
    assert len(drawn) >= 14
    for one in map(box, drawn):
        assert figure[0] <= one[0] < one[2] <= figure[2], one
        assert figure[1] <= one[1] < one[3] <= figure[3], one


def test_a_station_is_put_changed_and_removed(page: Page, databases: Databases) -> None:
    databases.get(TO_LOOK_AT)
    make_map()
    page.goto(SETTINGS)
    card = page.locator("#stations")
    card.get_by_label("Word for addresses").fill("inuvik")
    card.get_by_label("Name").fill("Inuvik")
    card.get_by_label("Latitude").fill("68.3")
    card.get_by_label("Longitude").fill("-133.5")
    card.get_by_label("Drains in a second").fill("disk = 0.01")
    card.get_by_role("button", name="Add").click()
    expect(card.get_by_role("row", name="Inuvik")).to_contain_text("disk = 0.01")
    card.get_by_role("link", name="Change Inuvik").click()
    card.get_by_label("From elevation").fill("7.5")
    card.get_by_role("button", name="Change", exact=True).click()
    expect(card.get_by_role("row", name="Inuvik")).to_contain_text("7.5°")
    assert Station.objects.get(slug="inuvik").minimum_elevation == 7.5
    card.get_by_role("button", name="Remove Inuvik").click()
    expect(card.get_by_role("row", name="Inuvik")).to_have_count(0)
    assert not Station.objects.filter(slug="inuvik").exists()


def box(one: Locator) -> tuple[float, float, float, float]:
    """Left, top, right and bottom on the page."""
    found = one.bounding_box()
    assert found
    return found["x"], found["y"], found["x"] + found["width"], found["y"] + found["height"]
