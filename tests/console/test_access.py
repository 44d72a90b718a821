"""Which page is for whom: a new page needs its line here."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, reverse
from django.utils import timezone

from satselect.application.act import Act
from satselect.application.errors import TooOftenError
from satselect.application.webhooks.register import register
from satselect.console.urls import urlpatterns
from satselect.store.models import Batch, Fleet, Iteration, Pass, Supply, Task, User, Webhook
from tests.console.worlds import World

PEOPLE = ("nobody", "anna", "bert", "eva", "olga", "adam")

SIGN_IN, SHOWN, NOT_FOUND, FORBIDDEN = 302, 200, 404, 403
DONE, REFUSED = 302, 422
UNSTREAMED = 204  # the test client is no ASGI server

EVERYBODY = (SIGN_IN, SHOWN, SHOWN, SHOWN, SHOWN, SHOWN)
SUBMITTERS = (SIGN_IN, SHOWN, SHOWN, FORBIDDEN, SHOWN, SHOWN)
OPERATORS = (SIGN_IN, FORBIDDEN, FORBIDDEN, FORBIDDEN, SHOWN, SHOWN)
CHANGES = (SIGN_IN, FORBIDDEN, FORBIDDEN, FORBIDDEN, REFUSED, REFUSED)

# Of anna's: bert is of another account, eva executes what is scheduled.
PROMISED: dict[str, tuple[int, ...]] = {
    "home": (SIGN_IN, 302, 302, 302, 302, 302),
    "all_tasks": EVERYBODY,
    "tasks": EVERYBODY,
    "new_fleet": (SIGN_IN, FORBIDDEN, FORBIDDEN, FORBIDDEN, REFUSED, REFUSED),
    "fleet": EVERYBODY,
    "plan": (302,) * 6,  # this fleet does not plan in time
    "map": EVERYBODY,
    "pass": EVERYBODY,
    "timeline": EVERYBODY,
    "timeline_csv": EVERYBODY,
    "timeline_json": EVERYBODY,
    "timeline_plan": EVERYBODY,
    "figures": EVERYBODY,
    "buffer": SUBMITTERS,
    "buffer_csv": SUBMITTERS,
    "buffer_json": SUBMITTERS,
    "submit": SUBMITTERS,
    "one_more": OPERATORS,
    "what_if": OPERATORS,
    "events": (SIGN_IN, *[UNSTREAMED] * 5),
    "profit": OPERATORS,
    "profit_csv": OPERATORS,
    "profit_json": OPERATORS,
    "settings": OPERATORS,
    "satellite": CHANGES,
    "outage": CHANGES,
    "end_outage": (SIGN_IN, FORBIDDEN, FORBIDDEN, FORBIDDEN, NOT_FOUND, NOT_FOUND),
    "resource": CHANGES,
    "capacity": CHANGES,
    "station": CHANGES,
    "remove_station": (SIGN_IN, FORBIDDEN, FORBIDDEN, FORBIDDEN, NOT_FOUND, NOT_FOUND),
    "products": OPERATORS,
    "product": (SIGN_IN, FORBIDDEN, FORBIDDEN, FORBIDDEN, NOT_FOUND, NOT_FOUND),
    "offer_product": (SIGN_IN, FORBIDDEN, FORBIDDEN, FORBIDDEN, NOT_FOUND, NOT_FOUND),
    "delete_product": (SIGN_IN, FORBIDDEN, FORBIDDEN, FORBIDDEN, NOT_FOUND, NOT_FOUND),
    "task": (SIGN_IN, SHOWN, NOT_FOUND, NOT_FOUND, SHOWN, SHOWN),
    "break_even": (SIGN_IN, SHOWN, NOT_FOUND, FORBIDDEN, SHOWN, SHOWN),
    "why": (SIGN_IN, SHOWN, NOT_FOUND, FORBIDDEN, SHOWN, SHOWN),
    "edit": (SIGN_IN, REFUSED, NOT_FOUND, FORBIDDEN, REFUSED, REFUSED),
    "cancel": (SIGN_IN, DONE, NOT_FOUND, FORBIDDEN, DONE, DONE),
    "complete": (SIGN_IN, FORBIDDEN, FORBIDDEN, NOT_FOUND, REFUSED, REFUSED),
    "fail": (SIGN_IN, FORBIDDEN, FORBIDDEN, NOT_FOUND, REFUSED, REFUSED),
    "iteration": (SIGN_IN, SHOWN, SHOWN, FORBIDDEN, SHOWN, SHOWN),
    "heat": OPERATORS,
    "compare": OPERATORS,
    "iterate": (SIGN_IN, FORBIDDEN, FORBIDDEN, FORBIDDEN, DONE, DONE),
    "operations": OPERATORS,
    "requeue": (SIGN_IN, FORBIDDEN, FORBIDDEN, FORBIDDEN, 412, 412),
    "keys": EVERYBODY,
    "revoke": (SIGN_IN, *[REFUSED] * 5),
    "password": (SIGN_IN, *[REFUSED] * 5),
    "webhooks": EVERYBODY,
    "edit_webhook": (SIGN_IN, DONE, NOT_FOUND, NOT_FOUND, NOT_FOUND, NOT_FOUND),
    "rotate_secret": (SIGN_IN, SHOWN, NOT_FOUND, NOT_FOUND, NOT_FOUND, NOT_FOUND),
    "delete_webhook": (SIGN_IN, DONE, NOT_FOUND, NOT_FOUND, NOT_FOUND, NOT_FOUND),
    "users": (SIGN_IN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, SHOWN),
    "give_password": (SIGN_IN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, REFUSED),
}
POSTED = {
    "iterate",
    "requeue",
    "what_if",
    "new_fleet",
    "satellite",
    "outage",
    "end_outage",
    "resource",
    "capacity",
    "station",
    "remove_station",
    "edit",
    "cancel",
    "complete",
    "fail",
    "revoke",
    "password",
    "edit_webhook",
    "rotate_secret",
    "delete_webhook",
    "give_password",
    "offer_product",
    "delete_product",
}
SENT = {"edit_webhook": {"enabled": "no"}}
OPEN = {"sign_in", "sign_out"}


def address(name: str, pattern: URLPattern) -> str:
    given = {
        "slug": "default",
        "task_id": Task.objects.get(name="night").id,
        "iteration_id": Iteration.objects.order_by("-version")[0].id,
        "other_id": Iteration.objects.order_by("version")[0].id,
        "batch_id": Batch.objects.order_by("seq")[0].id,
        "supply_id": getattr(Supply.objects.first(), "id", 0),
        "visible": "abcdefgh",
        "station": "north",
        "outage_id": 1,
        "pass_id": contact().id,
        "product": "sharp",
        "name": "bert",
        "webhook_id": getattr(Webhook.objects.first(), "id", UUID(int=1)),
    }
    return reverse(f"console:{name}", kwargs={key: given[key] for key in pattern.pattern.converters})


def contact() -> Pass:
    """A pass of the fleet."""
    starts = timezone.now()
    fleet = Fleet.objects.get(slug="default")
    when = {"starts": starts, "ends": starts + timedelta(minutes=8)}
    found = Pass.objects.filter(fleet=fleet).first()
    return found or Pass.objects.create(fleet=fleet, satellite=fleet.satellites.get(), station="north", **when)


def test_each_page_has_its_line() -> None:
    assert {pattern.name for pattern in urlpatterns} - OPEN == PROMISED.keys()


@pytest.mark.in_turn("place")
@pytest.mark.parametrize(("place", "person"), list(enumerate(PEOPLE)), ids=PEOPLE)
def test_each_page_is_for_whom_it_is_promised(as_: Callable[[str], Client], place: int, person: str) -> None:
    client = Client(headers={"Accept": "text/html"}) if person == "nobody" else as_(person)
    anna = User.objects.get(username="anna")
    register("https://hooks.example.org/", "", Act(anna, timezone.now()), allows_private=False)
    found = {}
    for pattern in urlpatterns:
        if pattern.name and pattern.name not in OPEN:
            call = client.post if pattern.name in POSTED else client.get
            found[pattern.name] = call(address(pattern.name, pattern), SENT.get(pattern.name)).status_code
    assert found == {name: promised[place] for name, promised in PROMISED.items()}


def test_who_has_not_signed_in_comes_back_after_it(world: World, keys_asked: None) -> None:
    client = Client()
    asked = client.get("/fleets/default/buffer?sort=oldest")
    assert asked["Location"] == "/sign-in?next=%2Ffleets%2Fdefault%2Fbuffer%3Fsort%3Doldest"
    given = {"name": "anna", "password": "correct horse battery", "next": "/fleets/default/buffer?sort=oldest"}
    assert client.post("/sign-in", given)["Location"] == "/fleets/default/buffer?sort=oldest"
    assert client.get("/fleets/default/buffer").status_code == 200
    client.post("/sign-out")
    assert client.get("/fleets/default/buffer").status_code == 302


@pytest.mark.parametrize(
    "there",
    [
        "https://elsewhere.example/",
        "//elsewhere.example",
        "javascript:alert(1)",
        "foo",
        "console:home",
        "/\\elsewhere.example",
        "",
    ],
)
def test_signing_in_leads_nowhere_else(world: World, keys_asked: None, there: str) -> None:
    given = {"name": "anna", "password": "correct horse battery", "next": there}
    assert Client().post("/sign-in", given)["Location"] == "/"


def test_a_wrong_password_lets_nobody_in(world: World, keys_asked: None) -> None:
    client = Client()
    answer = client.post("/sign-in", {"name": "anna", "password": "something else"})
    assert (answer.status_code, client.get("/keys").status_code) == (422, 302)


def test_who_guesses_passwords_has_to_wait(world: World, keys_asked: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise TooOftenError(30)

    monkeypatch.setattr("satselect.console.views.sign_in.authenticate", refuse)
    answer = Client().post("/sign-in", {"name": "anna", "password": "x"}, headers={"Accept": "text/html"})
    assert (answer.status_code, b"in 30 s" in answer.content) == (429, True)


def test_a_form_from_elsewhere_changes_nothing(world: World) -> None:
    client = Client(enforce_csrf_checks=True, headers={"Accept": "text/html"})
    assert client.post(f"/tasks/{world.task('night').id}/cancel").status_code == 403
    assert world.task("night").status == "buffered"


@pytest.mark.parametrize("path", ["/nowhere", "/fleets/nowhere", "/tasks/01a2092b-df68-7788-80ff-31b07f8927b5"])
def test_what_is_not_there_is_a_page_for_people_and_a_problem_for_programs(world: World, path: str) -> None:
    page, problem = Client().get(path, headers={"Accept": "text/html"}), Client().get(path)
    assert (page.status_code, page["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert (problem.status_code, problem["Content-Type"]) == (404, "application/problem+json")
