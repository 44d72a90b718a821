from collections.abc import Iterable

import httpx
import pytest

from satselect.client.errors import (
    ConflictError,
    InvalidError,
    NotAllowedError,
    NotFoundError,
    NotReachedError,
    RefusedError,
    TryLaterError,
    refused,
)
from satselect.client.transport import Patience, Transport
from satselect.schemas.problems import Problem

Step = int | httpx.Response | Exception


class Service:
    """Does one step after the other, and remembers how long it was left alone."""

    def __init__(self, *steps: Step) -> None:
        self.steps = list(steps)
        self.seen: list[httpx.Request] = []
        self.waits: list[float] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        step = self.steps.pop(0)
        if isinstance(step, Exception):
            raise step
        return httpx.Response(step) if isinstance(step, int) else step

    def transport(self, attempts: int = 4) -> Transport:
        http = httpx.Client(base_url="http://service/", transport=httpx.MockTransport(self))
        return Transport(http, Patience(attempts=attempts), sleep=self.waits.append)


CUT_OFF = httpx.ReadError("cut off")
NOBODY = httpx.ConnectError("nobody there")


@pytest.mark.parametrize("trouble", [429, 503, 502, 504, CUT_OFF, NOBODY])
def test_what_is_safe_to_repeat_is_sent_again(trouble: Step) -> None:
    service = Service(trouble, trouble, 200)
    assert service.transport().call("GET", "tasks").status_code == 200
    assert len(service.seen) == 3


@pytest.mark.parametrize("trouble", [429, 503, NOBODY])
def test_what_was_not_taken_is_sent_again_though_it_is_not_repeatable(trouble: Step) -> None:
    service = Service(trouble, 200)
    assert service.transport().call("POST", "fail", is_repeatable=False).status_code == 200


@pytest.mark.parametrize(("trouble", "error"), [(502, RefusedError), (CUT_OFF, NotReachedError)])
def test_what_may_have_been_done_is_not_sent_again(trouble: Step, error: type[Exception]) -> None:
    service = Service(trouble, 200)
    with pytest.raises(error):
        service.transport().call("POST", "fail", is_repeatable=False)
    assert len(service.seen) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 415, 422, 500])
def test_what_is_refused_is_not_sent_again(status: int) -> None:
    service = Service(status, 200)
    with pytest.raises(RefusedError):
        service.transport().call("GET", "tasks")
    assert len(service.seen) == 1


def test_it_gives_up_after_the_last_attempt() -> None:
    service = Service(503, 503, 503)
    with pytest.raises(TryLaterError):
        service.transport(attempts=3).call("GET", "tasks")
    assert len(service.waits) == 2


def test_waits_grow_and_follow_what_the_service_asks_for() -> None:
    asks = httpx.Response(429, headers={"Retry-After": "7"})
    service = Service(503, 503, asks, 200)
    service.transport().call("GET", "tasks")
    assert [0.2 <= service.waits[0] <= 0.3, 0.4 <= service.waits[1] <= 0.6, 7 <= service.waits[2] <= 10.5] == [True] * 3


def test_the_body_is_the_same_each_time() -> None:
    service = Service(503, CUT_OFF, 200)
    service.transport().call("POST", "tasks", document=[{"name": "a"}], headers={"Idempotency-Key": "k"})
    assert {request.content for request in service.seen} == {b'[{"name":"a"}]'}
    assert {request.headers["Idempotency-Key"] for request in service.seen} == {"k"}


@pytest.mark.parametrize(
    ("statuses", "error"),
    [
        ((400, 413, 415, 422), InvalidError),
        ((401, 403), NotAllowedError),
        ((404,), NotFoundError),
        ((409,), ConflictError),
        ((429, 503), TryLaterError),
        ((500, 418), RefusedError),
    ],
)
def test_each_status_has_its_error(statuses: Iterable[int], error: type[RefusedError]) -> None:
    for status in statuses:
        assert type(refused(Problem(type="t", title="t", status=status, detail="d"))) is error


def test_an_error_names_every_place() -> None:
    document = {
        "type": "urn:satselect:problem:invalid-input",
        "title": "Invalid input",
        "status": 422,
        "detail": "2 faults",
        "errors": [
            {"detail": "must be a number", "pointer": "#/0/profit"},
            {"detail": "is empty", "pointer": "#/1/name"},
        ],
    }
    service = Service(httpx.Response(422, json=document))
    with pytest.raises(InvalidError, match="#/0/profit must be a number; #/1/name is empty") as raised:
        service.transport().call("POST", "tasks")
    assert raised.value.problem.errors[1].pointer == "#/1/name"


def test_a_page_of_a_proxy_is_an_error_too() -> None:
    service = Service(httpx.Response(403, text="<html>go away</html>"))
    with pytest.raises(NotAllowedError, match="service answered 403"):
        service.transport().call("GET", "tasks")
