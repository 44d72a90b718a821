"""Whoever repeats a request, with the key of a colleague: they are answered what is theirs to see."""

from dataclasses import replace

import httpx
import pytest

from satselect.application.access.people import edit_user
from satselect.application.act import Act
from satselect.application.tasks.submit import submit
from satselect.store.models import Batch, User
from tests.application.buffers import NOW, submission, task
from tests.databases import AND_OVER_THE_BUS
from tests.people import bearer, key_of, user

DATABASES = AND_OVER_THE_BUS

QUICK, FULL = "/api/tasks/", "/api/v1/fleets/default/tasks"
KEY = {"Idempotency-Key": "shared by the account"}
TASKS = [{"name": "own", "resources": ["camera"], "profit": 5, "payload": {"secret": "own"}}]
ROLES = ("customer", "operator", "admin", "executor")


class Account:
    """A user of each role, all of one account; a stranger's task is in the same buffer."""

    def __init__(self, guarded: httpx.Client) -> None:
        self._client = guarded
        self.users = {role: user(role, role, account="ours") for role in ROLES}
        self._keys = {role: key_of(someone) for role, someone in self.users.items()}
        stranger = user("stranger", "customer")
        foreign = task("foreign", "antenna", profit=7, payload={"secret": "theirs"})
        submit(replace(submission(foreign), account_id=stranger.account_id, user_id=stranger.id), at=NOW)

    def post(self, role: str, path: str, **headers: str) -> httpx.Response:
        return self._client.post(path, json=TASKS, headers=bearer(self._keys[role]) | KEY | headers)

    def get(self, role: str, path: str) -> httpx.Response:
        return self._client.get(path, headers=bearer(self._keys[role]))


@pytest.fixture
def account(guarded: httpx.Client) -> Account:
    return Account(guarded)


@pytest.mark.in_turn
@pytest.mark.parametrize("path", [QUICK, FULL])
@pytest.mark.parametrize("first", ROLES[:-1])
@pytest.mark.parametrize("second", ROLES)
def test_a_replay_is_rendered_for_who_asks(account: Account, path: str, first: str, second: str) -> None:
    made = account.post(first, path)
    answer = account.post(second, path)
    if second == "executor":
        assert answer.status_code == 403
        return
    assert (answer.status_code, answer.headers["Idempotent-Replayed"]) == (201, "true")
    assert Batch.objects.filter(idempotency_key=KEY["Idempotency-Key"]).count() == 1
    seen = {task["name"] for task in answer.json()["tasks"]}
    if second == "customer":
        assert (seen, "theirs" in answer.text) == ({"own"}, False)
        assert path == QUICK or {answer.json()[name] for name in ("profit", "bound", "gap")} == {None}
        assert path == QUICK or (answer.json()["prices"], answer.json()["capacities"]) == (None, None)
    else:
        assert seen == {"own", "foreign"}
        assert path == QUICK or answer.json()["profit"] == 12
    assert ((first == "customer") == (second == "customer")) == (answer.content == made.content)


@pytest.mark.parametrize("path", [QUICK, FULL])
def test_each_gets_their_own_answer_again_word_for_word(account: Account, path: str) -> None:
    made = {role: account.post(role, path).content for role in ("operator", "customer")}
    owned = account.get("customer", "/api/v1/tasks").json()["items"][0]["id"]
    cancelled = account._client.post(f"/api/v1/tasks/{owned}/cancel", headers=bearer(account._keys["customer"]))
    assert cancelled.status_code == 200
    assert {role: account.post(role, path).content for role in made} == made


def test_who_was_an_operator_is_answered_as_the_customer_they_are_now(account: Account) -> None:
    assert "theirs" in account.post("operator", FULL).text
    demoted = account.users["operator"]
    edit_user(demoted, {"role": "customer"}, Act(User.objects.get(username="local"), NOW))
    answer = account.post("operator", FULL)
    assert (answer.status_code, [task["name"] for task in answer.json()["tasks"]]) == (201, ["own"])


def test_an_answer_that_an_earlier_release_kept_is_for_operators(account: Account) -> None:
    account.post("operator", FULL)
    Batch.objects.filter(idempotency_key=KEY["Idempotency-Key"]).update(answer='{"kept": "earlier"}')
    assert account.post("operator", FULL).json() == {"kept": "earlier"}
    assert [task["name"] for task in account.post("customer", FULL).json()["tasks"]] == ["own"]


def test_who_does_not_wait_is_told_of_the_batch_alone(account: Account) -> None:
    account.post("operator", FULL, Prefer="respond-async")
    answer = account.post("customer", FULL, Prefer="respond-async")
    assert answer.status_code in (201, 202)
    assert "theirs" not in answer.text


def test_in_the_open_everybody_is_the_local_operator(service: httpx.Client) -> None:
    made = service.post(FULL, json=TASKS, headers=KEY)
    keys = [{}, {"authorizationToken": "x"}, bearer("y")]
    assert {service.post(FULL, json=TASKS, headers=KEY | each).content for each in keys} == {made.content}


@pytest.mark.parametrize("role", ROLES)
def test_what_is_stored_otherwise_is_rendered_for_who_asks(account: Account, role: str) -> None:
    account.post("operator", FULL)
    batch = Batch.objects.get(idempotency_key=KEY["Idempotency-Key"])
    paths = [
        f"/api/v1/batches/{batch.id}",
        f"/api/v1/iterations/{batch.iteration_id}",
        "/api/v1/fleets/default/iterations",
        "/api/v1/tasks",
        "/api/v1/events?after=0&follow=false",
    ]
    for path in paths:
        answer = account.get(role, path)
        if answer.status_code == 200 and role in ("customer", "executor"):
            assert "theirs" not in answer.text, path
            assert '"foreign"' not in answer.text, path
            assert '"profit":12' not in answer.text, path
