import re
from collections.abc import Callable

import httpx
import pytest

from satselect.application.access.passwords import set_password
from satselect.application.act import Act
from satselect.store.models import Account, Audit, Fleet, Key, User
from tests.api.test_bad_input import assert_problem
from tests.application.buffers import NOW
from tests.databases import Database
from tests.people import bearer, key_of, user
from tests.services import Services

DATABASES = ["sqlite"]

PASSWORD = "correct horse battery"
PAGES = [f"/admin/store/{model}/" for model in ("account", "user", "key", "fleet", "audit")]


@pytest.fixture(autouse=True)
def ada(database: object) -> User:
    """An admin with a password."""
    ada = user("ada", "admin")
    set_password(ada, PASSWORD, Act(ada, NOW))
    return ada


@pytest.fixture
def signed_in(guarded: httpx.Client) -> httpx.Client:
    """The browser of an admin who signed in."""
    answer = sign_in(guarded, "ada", PASSWORD)
    assert (answer.status_code, answer.headers.get("Location")) == (302, "/admin/")
    return guarded


def sign_in(browser: httpx.Client, name: str, password: str) -> httpx.Response:
    return send(browser, "/admin/login/?next=/admin/", username=name, password=password)


def send(browser: httpx.Client, path: str, **fields: object) -> httpx.Response:
    """Sends the form of a page."""
    page = browser.get(path)
    assert page.status_code == 200, page.text
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert found
    return browser.post(path, data={"csrfmiddlewaretoken": found[1], **fields}, headers={"Referer": str(page.url)})


def test_every_page_is_there_and_keeps_to_the_policy(signed_in: httpx.Client, ada: User) -> None:
    key_of(ada)
    for path in ["/admin/", "/admin/password_change/", "/admin/store/user/add/", *PAGES]:
        answer = signed_in.get(path)
        assert answer.status_code == 200, path
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        assert not re.search(r"<script>|<style|\sstyle=|\son\w+=|https?://(?!www.w3.org)", answer.text), path


def test_every_row_has_a_page_without_secrets(signed_in: httpx.Client, ada: User) -> None:
    key_of(ada)
    for path, row in zip(PAGES, (Account, User, Key, Fleet, Audit), strict=True):
        for pk in row.objects.values_list("pk", flat=True):  # type: ignore[attr-defined]
            answer = signed_in.get(f"{path}{pk}/change/")
            assert answer.status_code == 200
            assert Key.objects.get().digest not in answer.text
            assert User.objects.get(id=ada.id).password not in answer.text
            assert signed_in.get(f"{path}{pk}/delete/").status_code == 403
            assert signed_in.get(f"{path}{pk}/history/", follow_redirects=True).status_code == 200


@pytest.mark.parametrize("role", ["customer", "executor", "operator"])
def test_it_is_for_admins_who_signed_in(guarded: httpx.Client, ada: User, role: str) -> None:
    other = user(role, role)
    set_password(other, PASSWORD, Act(ada, NOW))
    assert sign_in(guarded, role, PASSWORD).status_code == 200  # told that this is wrong, and not why
    for path in ["/admin/", *PAGES]:
        answer = guarded.get(path, headers=bearer(key_of(ada)))
        assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, "/admin/login/")


def test_who_is_no_admin_any_more_is_out(signed_in: httpx.Client) -> None:
    User.objects.filter(username="ada").update(role="operator")
    assert signed_in.get("/admin/").status_code == 302


def test_who_guesses_is_not_even_asked_any_more(database: Database, services: Services) -> None:
    address = services.address(database, auth="keys", SATSELECT_FAILED_SIGN_INS="3")
    with httpx.Client(base_url=address, headers={"X-Forwarded-For": "192.0.2.1"}, timeout=60) as browser:
        answers = [sign_in(browser, "ada", f"guess {n}") for n in range(4)]
        assert [answer.status_code for answer in answers] == [200] * 3 + [429]
        assert_problem(answers[-1], 429)
        assert int(answers[-1].headers["Retry-After"]) > 60
    with httpx.Client(base_url=address, headers={"X-Forwarded-For": "192.0.2.2"}, timeout=60) as elsewhere:
        assert sign_in(elsewhere, "ada", PASSWORD).status_code == 429
        assert sign_in(elsewhere, "somebody else", "guess").status_code == 200


def test_a_form_from_elsewhere_is_refused(signed_in: httpx.Client) -> None:
    assert_problem(signed_in.post("/admin/store/user/add/", data={"username": "eve", "role": "admin"}), 403)
    assert not User.objects.filter(username="eve").exists()


def test_a_user_is_made_and_changed_through_scheduling(signed_in: httpx.Client) -> None:
    fleet = Fleet.objects.get()
    assert send(signed_in, "/admin/store/user/add/", username="eva", role="customer").status_code == 302
    eva = User.objects.select_related("account").get(username="eva")
    assert (eva.account.slug, eva.has_usable_password()) == ("eva", False)
    path = f"/admin/store/user/{eva.id}/change/"
    changed = send(signed_in, path, role="executor", is_active="on", buffered_limit="7", fleets=str(fleet.id))
    assert changed.status_code == 302
    eva.refresh_from_db()
    assert (eva.role, eva.buffered_limit, eva.is_staff, eva.fleets.get()) == ("executor", 7, False, fleet)
    assert send(signed_in, path, role="executor", buffered_limit="7", fleets=str(fleet.id)).status_code == 302
    assert not User.objects.get(id=eva.id).is_active
    told = Audit.objects.filter(object_id="eva").order_by("id").values_list("action", "user__username", "facts")
    assert list(told)[1:] == [
        ("user.edit", "ada", {"role": "executor", "buffered_limit": 7, "fleets": ["default"]}),
        ("user.edit", "ada", {"is_active": False}),
    ]


def test_what_scheduling_refuses_is_told_on_the_page(signed_in: httpx.Client) -> None:
    before = User.objects.count()
    answer = send(signed_in, "/admin/store/user/add/", username="Not A Name", role="customer")
    told = signed_in.get(answer.headers["Location"]).text if answer.status_code == 302 else answer.text
    assert "must be 1 to 64 of a-z" in told or "Enter a valid username" in told
    answer = send(signed_in, "/admin/store/user/add/", username="Anna", role="customer")
    assert "must be 1 to 64 of a-z" in signed_in.get(answer.headers["Location"]).text
    assert User.objects.count() == before


@pytest.mark.parametrize(
    ("path", "fields", "is_done", "action"),
    [
        ("fleet", {"name": "Polar", "is_open": "on"}, lambda: Fleet.objects.get().name == "Polar", "fleet.edit"),
        (
            "account",
            {"name": "Ground"},
            lambda: Account.objects.filter(name="Ground", slug="local").exists(),
            "account.edit",
        ),
    ],
)
def test_fleets_and_accounts_are_changed_through_scheduling(
    signed_in: httpx.Client, path: str, fields: dict[str, str], is_done: Callable[[], bool], action: str
) -> None:
    pk = Fleet.objects.get().pk if path == "fleet" else Account.objects.get(slug="local").pk
    assert send(signed_in, f"/admin/store/{path}/{pk}/change/", **fields).status_code == 302
    assert is_done()
    assert Audit.objects.latest("id").action == action


SEEN = re.compile(r'name="seen" value="([^"]+)"')


@pytest.mark.parametrize("model", ["fleet", "account", "user"])
def test_of_two_pages_the_older_one_does_not_win(signed_in: httpx.Client, model: str) -> None:
    fleet, eva = Fleet.objects.get(), user("eva", "customer")
    pk, first, second = {
        "fleet": (fleet.pk, {"name": "first", "is_open": "on"}, {"name": fleet.name, "shows_break_even": "on"}),
        "account": (eva.account.pk, {"name": "first"}, {"name": "second"}),
        "user": (eva.pk, {"role": "customer", "is_active": "on", "fleets": str(fleet.pk)}, {"role": "operator"}),
    }[model]
    path = f"/admin/store/{model}/{pk}/change/"
    (seen,) = SEEN.findall(signed_in.get(path).text)
    assert SEEN.findall(signed_in.get(path).text) == [seen]
    assert send(signed_in, path, seen=seen, **first).status_code == 302
    audits = Audit.objects.count()
    refused = send(signed_in, path, seen=seen, **second)
    page = signed_in.get(refused.headers["Location"]).text
    assert f"The {model} changed since you saw it, and nothing was done" in page
    assert (Audit.objects.count(), Audit.objects.latest("id").action) == (audits, f"{model}.edit")
    (now,) = SEEN.findall(page)
    assert now != seen
    assert send(signed_in, path, seen=now, **second).status_code == 302
    assert Audit.objects.count() == audits + 1


def test_keys_are_revoked_by_an_action(signed_in: httpx.Client) -> None:
    text = key_of(user("anna", "customer"))
    key = Key.objects.get(visible=text[4:12])
    answer = send(signed_in, "/admin/store/key/", action="revoke", index="0", _selected_action=str(key.pk))
    assert answer.status_code == 302
    assert signed_in.get("/api/v1/me", headers=bearer(text)).status_code == 401
    assert Audit.objects.latest("id").action == "key.revoke"
    assert signed_in.post(f"/admin/store/key/{key.pk}/change/", data={"name": "x"}).status_code == 403


def test_the_own_password_is_changed_through_scheduling(signed_in: httpx.Client, ada: User) -> None:
    new = "another horse battery"
    fields = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert send(signed_in, "/admin/password_change/", **fields).status_code == 302
    assert signed_in.get("/admin/").status_code == 200
    assert User.objects.get(id=ada.id).check_password(new)
    assert Audit.objects.latest("id").action == "user.password"
