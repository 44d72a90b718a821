from concurrent.futures import ThreadPoolExecutor

import httpx

from satselect.application.access.keys import MOST_KEYS
from satselect.store.models import Fleet, Key, Satellite, Task, User
from tests.api.test_bad_input import assert_problem
from tests.application.buffers import NOW
from tests.databases import AND_OVER_THE_BUS
from tests.people import bearer, key_of, user
from tests.services import NO_TLS

DATABASES = AND_OVER_THE_BUS

LIMIT, SUBMITTERS, EACH = 40, 16, 5
WAITING = [{"name": "later", "resources": [], "profit": 1, "not_before": "2126-01-01T00:00:00Z"}]


def test_the_limit_holds_under_parallel_submitters_to_several_fleets(guarded: httpx.Client) -> None:
    anna = user("anna", "customer")
    User.objects.filter(id=anna.id).update(buffered_limit=LIMIT)
    other = Fleet.objects.create(slug="other", name="Other", is_open=True)
    Satellite.objects.create(fleet=other, slug="other", name="Other")
    headers = bearer(key_of(anna))

    def submit_all(submitter: int) -> list[httpx.Response]:
        fleet = ("default", "other")[submitter % 2]
        with httpx.Client(base_url=guarded.base_url, headers=headers, timeout=60, verify=NO_TLS) as client:
            return [client.post(f"/api/v1/fleets/{fleet}/tasks", json=WAITING) for _ in range(EACH)]

    with ThreadPoolExecutor(SUBMITTERS) as threads:
        answers = [answer for some in threads.map(submit_all, range(SUBMITTERS)) for answer in some]
    refused = [answer for answer in answers if answer.status_code != 201]
    assert len(answers) - len(refused) == LIMIT == Task.objects.count()
    assert_problem(refused[0], 409)
    assert refused[0].json()["type"] == "urn:satselect:problem:quota-exceeded"
    assert "limit of 40" in refused[0].json()["detail"]


def test_the_quick_endpoint_has_the_same_limit(guarded: httpx.Client) -> None:
    anna = user("anna", "customer")
    User.objects.filter(id=anna.id).update(buffered_limit=1)
    assert_problem(guarded.post("/api/tasks/", json=WAITING * 2, headers=bearer(key_of(anna))), 409)


def test_a_user_can_not_have_any_number_of_keys(guarded: httpx.Client) -> None:
    anna = user("anna", "customer")
    headers = bearer(key_of(anna))
    spare = [Key(visible=f"{n:08}", digest="", user=anna, created=NOW) for n in range(MOST_KEYS - 1)]
    Key.objects.bulk_create(spare)
    assert_problem(guarded.post("/api/v1/keys", json={}, headers=headers), 409)
    assert guarded.delete("/api/v1/keys/00000007", headers=headers).status_code == 204
    assert guarded.post("/api/v1/keys", json={}, headers=headers).status_code == 201
