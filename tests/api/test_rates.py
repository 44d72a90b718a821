from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import httpx
import pytest

from satselect.application.access.passwords import set_password
from satselect.application.act import Act
from satselect.store.models import User
from tests.api.test_bad_input import assert_problem
from tests.application.buffers import NOW
from tests.databases import Database
from tests.people import bearer, key_of, user
from tests.services import Services

DATABASES = ["sqlite"]  # calls are counted in the process

CALLS, FAILURES = 40, 5
ADDRESSES = count(1)


@pytest.fixture
def limited(database: Database, services: Services) -> Iterator[httpx.Client]:
    """A client, from an address of its own, of a service with low limits."""
    address = services.address(
        database, auth="keys", SATSELECT_RATE_LIMIT=str(CALLS), SATSELECT_FAILED_SIGN_INS=str(FAILURES)
    )
    # The server believes a proxy on this machine.
    headers = {"X-Forwarded-For": f"192.0.2.{next(ADDRESSES)}"}
    with httpx.Client(base_url=address, timeout=30, headers=headers) as client:
        yield client


def test_who_calls_too_often_is_told_when_to_come_back(limited: httpx.Client) -> None:
    anna, berta = user("anna", "customer"), user("berta", "customer")
    keys = [key_of(anna), key_of(anna)]  # another key is no way round
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda n: limited.get("/api/v1/me", headers=bearer(keys[n % 2])), range(2 * CALLS)))
    refused = [answer for answer in answers if answer.status_code == 429]
    assert 0 < len(refused) <= CALLS
    assert_problem(refused[-1], 429)
    assert 1 <= int(refused[-1].headers["Retry-After"]) <= 60
    assert refused[-1].headers["RateLimit-Policy"] == f'"calls";q={CALLS};w=60'
    assert refused[-1].headers["RateLimit"].startswith('"calls";r=0;t=')
    allowed = limited.get("/api/v1/me", headers=bearer(key_of(berta)))
    assert (allowed.status_code, allowed.headers["RateLimit"].split(";")[1]) == (200, f"r={CALLS - 1}")


def test_wrong_keys_are_refused_ever_more_bluntly_and_right_ones_pass(limited: httpx.Client) -> None:
    right = key_of(user("anna", "customer"))
    wrong = ["sat_wrong", f"{right[:-1]}{'01'[right[-1] == '0']}"] * FAILURES
    answers = [limited.get("/api/v1/me", headers={"authorizationToken": key}) for key in wrong]
    assert [answer.status_code for answer in answers[:FAILURES]] == [401] * FAILURES
    assert_problem(answers[-1], 429)
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert limited.get("/api/v1/me", headers=bearer(right)).status_code == 200


PASSWORD = "a long enough password"


def signed_in(client: httpx.Client, name: str) -> httpx.Client:
    """The client, once the user has signed in with it."""
    client.headers["Accept"] = "text/html"
    token = client.get("/sign-in").text.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    form = {"name": name, "password": PASSWORD, "csrfmiddlewaretoken": token}
    assert client.post("/sign-in", data=form).status_code == 302
    return client


def with_password(name: str, role: str) -> User:
    someone = user(name, role)
    set_password(someone, PASSWORD, Act(someone, NOW))
    return someone


def called_until_refused(
    client: httpx.Client, path: str, headers: dict[str, str] | None = None
) -> list[httpx.Response]:
    """The answers up to the refusal: the slower the calls are, the more of them become free meanwhile."""
    answers: list[httpx.Response] = []
    while len(answers) < 10 * CALLS:
        answers.append(client.get(path, headers=headers))
        if answers[-1].status_code == 429:
            return answers
    raise AssertionError("never refused")


@pytest.mark.parametrize("path", ["/keys", "/webhooks", "/fleets/default", "/admin/", "/fleets/default/timeline.csv"])
def test_sessions_and_keys_are_counted_together(limited: httpx.Client, path: str) -> None:
    anna = with_password("anna", "admin")
    signed_in(limited, "anna")
    answers = called_until_refused(limited, path)
    assert {answer.status_code for answer in answers[: CALLS - 5]} == {200}
    refused = answers[-1]
    assert refused.headers["Retry-After"]
    assert "wait a moment" in refused.text
    # Another session, or a key, is no way round; and nobody else is kept out.
    headers = {"X-Forwarded-For": "192.0.2.250", "Accept": "application/json"}
    with httpx.Client(base_url=limited.base_url, headers=headers) as other:
        key = key_of(anna)  # which takes a while, in which a call or two may become free
        assert len(called_until_refused(other, "/api/v1/me", bearer(key))) < CALLS / 2
        assert other.get("/api/v1/me", headers=bearer(key_of(user("berta", "customer")))).status_code == 200


def test_what_keys_used_up_is_missing_in_the_session(limited: httpx.Client) -> None:
    anna = with_password("anna", "customer")
    signed_in(limited, "anna")
    key = key_of(anna)
    while limited.get("/api/v1/me", headers=bearer(key)).status_code == 200:
        pass
    assert limited.get("/keys").status_code == 429
    assert limited.get("/static/console/console.css").status_code == 200


def test_guesses_at_the_old_password_are_counted(limited: httpx.Client) -> None:
    with_password("guessed", "customer")  # no other test signs in by that name
    signed_in(limited, "guessed")
    token = limited.get("/keys").text.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]

    def guess(old: str) -> httpx.Response:
        form = {"old": old, "new": "another long password", "csrfmiddlewaretoken": token}
        return limited.post("/password", data=form)

    assert all("is another one" in guess(f"guess {n}").text for n in range(FAILURES))
    for old in ("guess more", PASSWORD):  # the right one doesn't tell either
        refused = guess(old)
        assert "too many" in refused.text
        assert refused.status_code == 429
        assert int(refused.headers["Retry-After"]) >= 1


def test_where_everyone_is_the_operator_nobody_is_limited(service: httpx.Client) -> None:
    assert "RateLimit" not in service.get("/api/v1/me").headers


def test_users_are_counted_each_for_themselves(limited: httpx.Client) -> None:
    for name in ("anna", "berta"):
        headers = bearer(key_of(user(name, "customer")))
        assert limited.get("/api/v1/me", headers=headers).headers["RateLimit"].split(";")[1] == f"r={CALLS - 1}"
    assert User.objects.count() == 3
