"""Products in the console: made, changed, withdrawn and taken away by operators, in forms that hold what was sent."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from satselect.application.dispatch.settling import SettlesHere
from satselect.application.ordering.orders import NewOrder, place
from satselect.application.ordering.products import product_answer
from satselect.application.tasks.submission import Submission
from satselect.schemas.ordering.wishes import Wish
from satselect.store.models import Audit, Fleet, Product, User
from tests.console.browsers import check_access, check_width, opened_page
from tests.console.plans import Orbit, make_orbit
from tests.databases import TO_LOOK_AT, Databases
from tests.longer import more
from tests.planners import planner
from tests.services import Services

DATABASES = ["sqlite"]
PATH = "/fleets/orbit/products"
LOOKS = [(1440, "light"), (390, "dark"), *more([(1440, "dark"), (390, "light")])]
Json = dict[str, Any]
FORM: Json = {
    "product": "sharp",
    "title": "Sharp pictures",
    "description": "Half a metre,\nby day.",
    "geometries": ["Point", "Polygon"],
    "resources": "camera, disk = 3",
    "duration": "40",
    "profit": "5",
    "satellites": "sat-1",
    "has_sight": "on",
    "maximum_off_nadir": "30",
    "swath_km": "12.5",
    "sight": '{"side": "left"}',
    "details": '{"mode": "spot"}',
    "parameters": '{"properties": {"bands": {"type": "integer"}}}',
    "license": "proprietary",
    "keywords": "optical, daily",
    "is_offered": "on",
}


@pytest.fixture
def olga(as_: Callable[[str], Client]) -> Client:
    make_orbit()
    return as_("olga")


def told() -> Json:
    return product_answer(Product.objects.select_related("fleet").get()).model_dump(mode="json", exclude_none=True)


def text_of(answer: object) -> str:
    return str(answer.content.decode())  # type: ignore[attr-defined]


def fields_of(page: str) -> Json:
    """What a browser would send of the form as it stands."""
    form = page[(begin := page.index('<form class="card-body" method="post"')) : page.index("</form>", begin)]
    sent: Json = {}
    for tag in re.findall(r"<input[^>]*>", form):
        values = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if values.get("type") == "checkbox":
            if " checked" in tag:
                sent.setdefault(values["name"], []).append(values.get("value", "on"))
        elif values["name"] != "csrfmiddlewaretoken":
            sent[values["name"]] = values.get("value", "")
    for name, value in re.findall(r'<textarea id="\w+" name="(\w+)"[^>]*>([^<]*)</textarea>', form):
        sent[name] = value
    return {
        name: value if isinstance(value, list) else value.replace("&quot;", '"').replace("&#x27;", "'")
        for name, value in sent.items()
    }


def test_a_product_is_made_changed_withdrawn_and_deleted(olga: Client) -> None:
    assert olga.post(PATH, FORM)["Location"] == PATH
    made = told()
    assert made == {
        "product": "sharp",
        "title": "Sharp pictures",
        "fleet": "orbit",
        "description": "Half a metre,\nby day.",
        "license": "proprietary",
        "keywords": ["optical", "daily"],
        "geometries": ["Point", "Polygon"],
        "resources": {"camera": 1, "disk": 3},
        "duration": 40.0,
        "profit": 5,
        "parameters": {"properties": {"bands": {"type": "integer"}}},
        "satellites": ["sat-1"],
        "sight": made["sight"],
        "details": {"mode": "spot"},
        "is_offered": True,
    }
    assert (made["sight"]["maximum_off_nadir"], made["sight"]["swath_km"], made["sight"]["side"]) == (30, 12.5, "left")
    assert "Sharp pictures" in text_of(olga.get(PATH))
    shown = fields_of(text_of(olga.get(f"{PATH}/sharp")))
    assert olga.post(f"{PATH}/sharp", shown).status_code == 302
    assert told() == made, "saved as it stands, it stays what it was"
    olga.post(f"{PATH}/sharp", shown | {"title": "Sharper", "profit": "", "has_sight": []})
    late = olga.post(f"{PATH}/sharp", shown | {"title": "Blunt"})
    assert (late.status_code, 'value="Sharper"' in text_of(late)) == (412, True)
    changed = told()
    assert (changed["title"], changed.get("profit"), changed.get("sight")) == ("Sharper", None, None)
    olga.post(f"{PATH}/sharp/offer", {"offered": "no"})
    assert "withdrawn" in text_of(olga.get(PATH))
    assert not told()["is_offered"]
    olga.post(f"{PATH}/sharp/offer", {"offered": "yes"})
    assert told()["is_offered"]
    shown = fields_of(text_of(olga.get(f"{PATH}/sharp")))
    assert olga.post(f"{PATH}/sharp/delete", {"seen": shown["seen"]})["Location"] == PATH
    assert not Product.objects.exists()
    acts = Audit.objects.filter(action__startswith="product").values_list("action", "user__username")
    assert {name for _, name in acts} == {"olga"}


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("product", "Not A Slug", "product-fault"),
        ("title", "", "title-fault"),
        ("geometries", [], "geometries-fault"),
        ("geometries", ["MultiPoint"], "geometries-fault"),
        ("resources", "camera, laser", "laser"),
        ("duration", "long", "duration-fault"),
        ("duration", "", "duration-fault"),
        ("profit", "-1", "profit-fault"),
        ("parameters", "{", "parameters-fault"),
        ("parameters", '{"properties": {"profit": {}}}', "parameters-fault"),
        ("satellites", "sat-9", "sat-9"),
        ("maximum_off_nadir", "steep", "sight-fault"),
        ("sight", "[]", "sight-fault"),
        ("details", '{"mode": [1]}', "details-fault"),
        ("details", '{"roll": 5}', "details-fault"),
        ("sight", '{"sight": 1}', "sight-fault"),
        ("details", '{"mode": 1, "mode": 2}', "is there twice"),
        ("details", '{"roll": NaN}', "NaN is not a JSON number"),
        ("parameters", '{"properties": ', "not JSON"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_lost(
    olga: Client, field: str, value: str | list[str], words: str
) -> None:
    answer = olga.post(PATH, FORM | {field: value})
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert not Product.objects.exists()
    shown = fields_of(text_of(answer))
    assert {name: shown.get(name, []) for name in FORM if name != "is_offered"} == {
        name: [sent] if sent == "on" else sent for name, sent in (FORM | {field: value}).items() if name != "is_offered"
    }


def order_it(product: Product) -> None:
    """An order of a time that is over: rejected, and an order all the same."""
    over = "2020-01-01T00:00:00Z/2020-01-02T00:00:00Z"
    wish = Wish.model_validate({"datetime": over, "geometry": {"type": "Point", "coordinates": [13.4, 52.5]}})
    anna = User.objects.get(username="anna")
    mine = Submission(fleet="orbit", account_id=anna.account_id, user_id=anna.id, tasks=(), digest="")
    new = NewOrder(product=product, wish=wish, parameters={}, submission=mine)
    assert place(new, SettlesHere(planner(10)), at=timezone.now()).order.refusal == "no_opportunity"


def test_a_name_that_is_taken_and_a_product_that_was_ordered_say_so(olga: Client) -> None:
    olga.post(PATH, FORM)
    assert "there is a product" in text_of(olga.post(PATH, FORM))
    order_it(Product.objects.select_related("fleet").get())
    page = text_of(olga.get(f"{PATH}/sharp"))
    assert "It was ordered, so it stays." in page
    answer = olga.post(f"{PATH}/sharp/delete", {"seen": fields_of(page)["seen"]})
    assert (answer.status_code, "was ordered" in text_of(answer)) == (422, True)


def test_it_is_reached_from_its_fleet_and_only_there(olga: Client, as_: Callable[[str], Client]) -> None:
    olga.post(PATH, FORM)
    assert f'href="{PATH}"' in text_of(olga.get("/fleets/orbit"))
    assert f'href="{PATH}"' not in text_of(as_("anna").get("/fleets/orbit"))
    assert "/fleets/default/products" not in text_of(olga.get("/fleets/default"))
    assert olga.get("/fleets/default/products/sharp").status_code == 404
    answer = olga.post("/fleets/default/products", FORM)
    assert (answer.status_code, "has no horizon" in text_of(answer)) == (422, True)


@pytest.fixture
def orbit(databases: Databases) -> Orbit:
    databases.get(TO_LOOK_AT)
    return make_orbit()


@pytest.fixture
def address(services: Services, databases: Databases) -> str:
    return services.address(databases.get(TO_LOOK_AT))


def fill(page: Page) -> None:
    page.get_by_label("What addresses call it").fill("sharp")
    page.get_by_label("Title").fill("Sharp pictures of places that nobody has seen in a long while")
    page.get_by_label("Resources that it uses").fill("camera, disk = 3")
    page.get_by_label("Duration, s").fill("40")
    page.get_by_label("polygons", exact=True).check()


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_it_is_quiet_and_usable_by_everyone(
    browser: Browser, address: str, orbit: Orbit, width: int, scheme: str
) -> None:
    for page in opened_page(browser, address, width, scheme):
        page.goto(PATH)
        check_width(page)
        check_access(page)
        page.get_by_role("button", name="Make the product").click()
        expect(page.get_by_role("alert").first).to_be_visible()
        check_width(page)
        check_access(page)
        fill(page)
        page.get_by_role("button", name="Make the product").click()
        page.get_by_role("link", name="Sharp pictures").click()
        expect(page.get_by_role("heading", name="Sharp pictures")).to_be_visible()
        check_width(page)
        check_access(page)
        page.get_by_role("button", name="Withdraw").click()
        expect(page.get_by_text("withdrawn")).to_be_visible()
        check_width(page)
        check_access(page)
    assert Fleet.objects.get(slug="orbit").products.get().geometries == ["Point", "Polygon"]
