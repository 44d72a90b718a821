"""Every page of the console in a real browser, in light and dark, wide and narrow; a new one can't be forgotten."""

import pytest
from django.urls import URLPattern
from playwright.sync_api import Browser, expect

from satselect.application.act import Act
from satselect.application.ordering.products import create_product
from satselect.application.webhooks.register import register
from satselect.console.urls import urlpatterns
from satselect.store.models import Iteration, Pass, Task, User
from tests.console.browsers import SIZES, Watch, check_access, check_width, opened_page
from tests.console.maps import make_map
from tests.console.pages import ALL_PAGES, FILES, PAGES, PARTS, POSTED
from tests.console.worlds import LONG, PASSWORD, World, make_world
from tests.databases import TO_LOOK_AT, Databases
from tests.longer import more
from tests.services import Services

# Both widths and both schemes; `make long` has the other two of the four.
USUAL = [(1440, "light"), (390, "dark")]
LOOKS = [*USUAL, *more([(1440, "dark"), (390, "light")])]
HALF = len(ALL_PAGES) // 2
SHARP = {
    "slug": "sharp",
    "title": "Sharp pictures",
    "geometries": ["Point"],
    "resources": {"camera": 1},
    "duration": 20.0,
}


def test_each_address_is_a_page_that_is_looked_at_or_none() -> None:
    names = {one.name for one in urlpatterns if isinstance(one, URLPattern)}
    assert names == {*PAGES, *PARTS, *FILES, *POSTED}
    assert not (PAGES.keys() & (PARTS | FILES | POSTED))


@pytest.fixture
def facts(open_world: World) -> dict[str, object]:
    """What the addresses hold, of a world in which there is some of everything."""
    orbit = make_map()
    local = User.objects.get(username="local")
    act = Act(local, orbit.now)
    create_product(orbit.fleet, dict(SHARP), act)
    register("https://hooks.example.org/a", "ground", act, allows_private=False)
    names = {"night": "night", "won": "won", "coast": "coast", "long": LONG}
    there = Task.objects.filter(fleet__slug="default")
    iterations = Iteration.objects.filter(fleet__slug="default").order_by("version")
    return {
        **{key: there.get(name=name).id for key, name in names.items()},
        "planned": Task.objects.filter(fleet=orbit.fleet, status="scheduled")[0].id,
        "waits": Task.objects.filter(fleet=orbit.fleet, status="buffered")[0].id,
        "contact": Pass.objects.filter(fleet=orbit.fleet)[0].id,
        "first": iterations[0].id,
        "last": iterations[1].id,
        "version": iterations[1].version,
        "plan": Iteration.objects.filter(fleet=orbit.fleet)[0].id,
    }


@pytest.mark.parametrize("pages", [ALL_PAGES[:HALF], ALL_PAGES[HALF:], ["/nowhere"]], ids=["some", "others", "none"])
@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_each_page_is_quiet_and_usable_by_everyone(
    browser: Browser, address: str, facts: dict[str, object], width: int, scheme: str, pages: list[str]
) -> None:
    context = browser.new_context(
        base_url=address,
        viewport={"width": width, "height": SIZES[width]},
        color_scheme=scheme,  # type: ignore[arg-type]
        reduced_motion="reduce",
    )
    opened = context.new_page()
    for path in pages:
        watch = Watch(opened, address)
        answer = opened.goto(path.format(**facts))
        assert answer
        if path != "/nowhere":
            assert answer.ok, path
            watch.check()
        check_width(opened)
        # To look at a page like this takes ten times as long as to show it: each run has half of them in either look.
        if (width, scheme) not in USUAL or (path in ALL_PAGES[::2]) == (scheme == "light"):
            check_access(opened)
    context.close()


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_what_only_admins_see(
    browser: Browser, services: Services, databases: Databases, width: int, scheme: str
) -> None:
    address = services.address(databases.get(TO_LOOK_AT), auth="keys")
    make_world(signing_in=("adam",))
    for page in opened_page(browser, address, width, scheme):
        page.goto("/users")
        check_access(page)
        page.get_by_label("Name").fill("adam")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="Users")).to_be_visible()
        check_width(page)
        check_access(page)
