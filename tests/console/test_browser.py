"""Each page and action in a real browser, in light and dark, wide and narrow."""

import json
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from satselect.store.models import Task
from tests.console.browsers import check_access, check_width, opened_page
from tests.console.worlds import LONG, PASSWORD, World, make_world
from tests.databases import TO_LOOK_AT, Databases
from tests.services import Services


def test_a_task_is_shown_on_hover_and_on_focus(page: Page) -> None:
    page.goto("/fleets/default")
    page.locator(".block", has_text="coast").locator("rect").first.hover()
    expect(page.locator("#details")).to_contain_text("coast")
    expect(page.locator("#details")).to_contain_text("camera, radar")
    page.locator(".block[tabindex='0']").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#details")).to_contain_text("won")
    expect(page.locator("#details")).to_contain_text("completed · profit 9.5")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("won")


def test_the_newest_iteration_slides_in(page: Page, address: str) -> None:
    page.goto("/fleets/default")
    expect(page.locator(".column")).to_have_count(2)
    httpx.post(f"{address}/api/tasks/", json=[{"name": "dawn", "resources": ["camera"], "profit": 70}])
    expect(page.locator(".column.is-new")).to_have_count(1)
    expect(page.locator(".column.is-new")).to_contain_text("70")
    expect(page.locator("#figures")).to_contain_text("Profit of the last iteration")
    expect(page.locator("#figures .big").first).not_to_have_text("14")


def test_what_one_more_unit_would_have_earned_is_solved_again(page: Page) -> None:
    page.goto("/fleets/default")
    row = page.locator("tr", has_text="camera")
    expect(row).to_contain_text("+8")


def test_the_buffer_says_why_and_from_which_profit(page: Page) -> None:
    page.goto("/fleets/default/buffer")
    night = page.locator("tr", has=page.get_by_role("link", name="night", exact=True))
    held = page.locator("tbody", has=night)
    expect(held.locator(".group")).to_contain_text("amera is held by coast")
    expect(held.locator(".group")).to_contain_text("3 tasks")
    page.get_by_role("link", name="Find out").click()
    expect(night.locator("td.number").nth(1)).to_contain_text("8 missing 6")
    late, new = (page.locator("tbody", has=page.get_by_role("link", name=name, exact=True)) for name in ("late", "new"))
    expect(late).to_contain_text("may not start before")
    expect(new).to_contain_text("o iteration has considered it yet")


def test_the_buffer_is_sorted_and_filtered(page: Page) -> None:
    page.goto("/fleets/default/buffer")
    page.get_by_label("Order").select_option("oldest")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("tbody td.name").first).to_contain_text("lost")
    page.get_by_label("Uses the resource").fill("disk")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("tbody td.name")).to_have_text(["rival", "new"])
    page.get_by_role("link", name="From the start").click()
    page.get_by_label("Name, in full").fill("night")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("tbody td.name")).to_have_text(["night"])


def test_a_task_is_edited_and_cancelled(page: Page, open_world: World) -> None:
    page.goto(f"/tasks/{open_world.task('night').id}")
    expect(page.locator("main")).to_contain_text("With a profit of 8 or more it would have been selected.")
    page.get_by_label("Profit", exact=True).fill("many")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#profit-fault")).to_have_text('must be a number, not "many"')
    page.get_by_label("Profit", exact=True).fill("13.5")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".pairs")).to_contain_text("13.5")
    page.get_by_label("Why", exact=True).fill("not needed")
    page.get_by_role("button", name="Cancel this task").click()
    expect(page.locator("h1 + .state")).to_have_text("cancelled")
    expect(page.locator(".line-of-states")).to_contain_text("not needed")


def test_an_execution_is_reported(page: Page, open_world: World) -> None:
    page.goto(f"/tasks/{open_world.task('coast').id}")
    page.get_by_role("button", name="Completed").click()
    expect(page.locator("h1 + .state")).to_have_text("completed")


def test_a_task_is_tried_out_and_submitted(page: Page) -> None:
    page.goto("/fleets/default/submit")
    form = page.locator("#one")
    form.get_by_label("Name").fill("dawn")
    form.get_by_label("Resources").fill("disk")
    form.get_by_label("Profit").fill("50")
    form.get_by_role("button", name="What if?").click()
    expect(page.locator("#outlook")).to_contain_text("They would displace")
    expect(page.locator("#outlook > .card")).to_be_focused()
    expect(page.locator("#outlook-title")).to_be_in_viewport()
    expect(page.locator("#outlook")).to_contain_text("rival")
    assert not Task.objects.filter(name="dawn").exists()
    form.get_by_role("button", name="radar").click()
    expect(form.get_by_label("Resources")).to_have_value("disk, radar")
    form.get_by_label("while I type").check()
    form.get_by_label("Profit").fill("1")
    expect(page.locator("#outlook")).to_contain_text("They would displace nobody")
    form.get_by_role("button", name="Submit").click()
    expect(page.locator("h1")).to_contain_text("Iteration of")
    expect(page.locator("main")).to_contain_text("dawn")


def test_json_with_faults_comes_back_with_their_places(page: Page) -> None:
    page.goto("/fleets/default/submit")
    page.get_by_label("What POST /api/tasks/ takes").fill('[{"name": "a", "resources": [], "profit": -1}]')
    page.locator("#many").get_by_role("button", name="Submit").click()
    expect(page.locator("#document-faults")).to_contain_text("/0/profit")
    check_access(page)


def test_a_capacity_is_changed_and_a_key_is_made(page: Page) -> None:
    page.goto("/fleets/default/settings")
    field = page.get_by_label("Units of camera")
    field.fill("3")
    page.locator("form", has=field).get_by_role("button", name="Set").click()
    expect(page.get_by_label("Units of camera")).to_have_value("3")
    page.goto("/keys")
    page.get_by_label("What it is for").fill("nightly")
    page.get_by_role("button", name="Make a key").click()
    expect(page.locator(".secret")).to_contain_text("sat_")
    check_access(page)


@pytest.mark.parametrize(
    ("path", "name"),
    [("/fleets/default", "CSV"), ("/fleets/default", "Open MCT plan"), ("/fleets/default/profit", "JSON")],
)
def test_what_is_shown_is_exported(page: Page, path: str, name: str) -> None:
    page.goto(path)
    page.locator("summary", has_text="Export").click()
    with page.expect_download() as download:
        page.get_by_role("link", name=name, exact=True).click()
    text = Path(download.value.path()).read_text()
    if name == "CSV":
        assert "coast,12" in text
    elif name == "JSON":
        assert len(json.loads(text)["iterations"]) == 2
    else:
        assert {activity["name"] for activity in json.loads(text)["Default"]} >= {"coast", "won", "free"}


def test_people_sign_in_and_out(browser: Browser, services: Services, databases: Databases, open_world: World) -> None:
    address = services.address(databases.get(TO_LOOK_AT), auth="keys")
    make_world(signing_in=("anna",))
    for opened in opened_page(browser, address, 390, "dark"):
        opened.goto("/fleets/default/buffer")
        check_access(opened)
        opened.get_by_label("Name").fill("anna")
        opened.get_by_label("Password").fill(PASSWORD)
        opened.get_by_role("button", name="Sign in").click()
        buffer = opened.locator("main table").last
        expect(buffer).to_contain_text("night")
        expect(buffer).not_to_contain_text("rival")
        check_access(opened)
        opened.locator("summary", has_text="anna").click()
        opened.get_by_role("button", name="Sign out").click()
        expect(opened.locator("h1")).to_have_text("Sign in")
        opened.goto("/fleets/default")
        expect(opened.locator("h1")).to_have_text("Sign in")


def test_it_holds_at_a_thousand_tasks_with_long_names(page: Page, address: str) -> None:
    tasks = [
        {"name": f"{LONG[:190]} {number}", "resources": {f"resource {number % 40} {LONG[:150]}": 1}, "profit": number}
        for number in range(1000)
    ]
    httpx.post(f"{address}/api/tasks/", json=tasks, timeout=60)
    for _ in range(24):
        httpx.post(f"{address}/api/tasks/", json=[], timeout=60)
    page.goto("/fleets/default")
    assert page.locator(".block").count() > 900
    check_width(page)
    overlaps = page.evaluate(OVERLAPS)
    assert overlaps == 0
    expect(page.locator(".column").last).to_be_in_viewport()


def test_calls_fields_and_shapes_are_found(page: Page) -> None:
    page.goto("/fleets/default")
    page.locator("summary", has_text="More").click()
    page.get_by_role("link", name="API of this service").click()
    expect(page.get_by_label("Find a call")).to_be_visible()  # once there is a script
    page.keyboard.press("/")
    expect(page.get_by_label("Find a call")).to_be_focused()
    page.keyboard.type("requeue batch")
    expect(page.locator("#found")).to_contain_text("found")
    assert page.locator("article:visible").count() < 12
    expect(page.locator("article:visible h3").first).to_be_visible()
    check_access(page)
    page.keyboard.press("Escape")
    assert page.locator("article:visible").count() > 50
    page.get_by_role("link", name="Back to the console").click()
    expect(page.locator("#timeline")).to_be_visible()


def test_without_scripts_all_is_there_and_works(browser: Browser, address: str, open_world: World) -> None:
    page = browser.new_context(base_url=address, java_script_enabled=False).new_page()
    page.goto("/fleets/default")
    page.get_by_role("link", name="Select again, with one unit more").click()
    expect(page.locator("main")).to_contain_text("+8")
    page.goto("/fleets/default/buffer")
    page.get_by_role("link", name="Find out").click()
    expect(page.locator("main")).to_contain_text("missing 6")
    page.goto(f"/tasks/{open_world.task('night').id}")
    page.get_by_role("link", name="Select again to find").click()
    expect(page.locator("main")).to_contain_text("With a profit of 8 or more")
    page.goto("/fleets/default/submit")
    page.locator("#one").get_by_label("Name").fill("dawn")
    page.locator("#one").get_by_label("Profit").fill("50")
    page.locator("#one").get_by_role("button", name="What if?").click()
    expect(page.locator("main")).to_contain_text("They would displace nobody")
    page.context.close()


OVERLAPS = """() => [...document.querySelectorAll(".column")].map((column) => {
  const boxes = [...column.querySelectorAll(".block > rect")].map((rect) => rect.getBBox());
  return boxes.filter((one, i) => boxes.some((two, k) => i < k && one.y < two.y + two.height - 1
    && two.y < one.y + one.height - 1)).length;
}).reduce((sum, count) => sum + count, 0)"""
