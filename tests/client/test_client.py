"""The client against a running service."""

from collections.abc import Iterator
from types import SimpleNamespace
from uuid import uuid4

import httpx
import pytest

import satselect
from satselect.client.client import Client
from satselect.client.errors import (
    ChangedError,
    ConflictError,
    InvalidError,
    NotAllowedError,
    NotFoundError,
    NotInTimeError,
    NotReachedError,
)
from satselect.client.transport import Patience
from satselect.schemas.submission.batches import BatchAnswer, BatchState
from satselect.schemas.tasks import Status
from tests.application.buffers import NOW
from tests.databases import AND_OVER_THE_BUS
from tests.people import key_of, user
from tests.services import free_port

DATABASES = AND_OVER_THE_BUS

CAPTURE = satselect.Task("capture", ["camera", "disk"], profit=9.2)
CLEAN = {"name": "clean", "resources": ["disk"], "profit": 0.4, "max_attempts": 2}


@pytest.fixture
def client(service: httpx.Client) -> Iterator[Client]:
    with Client(str(service.base_url)) as client:
        yield client


def test_a_submission_gets_its_iteration(client: Client) -> None:
    iteration = client.submit([CAPTURE, CLEAN])
    assert [(task.name, task.status) for task in iteration.tasks] == [("capture", Status.SCHEDULED)]
    assert (iteration.profit, iteration.bound, iteration.buffered) == (9.2, 9.2, 1)
    assert client.iteration(iteration.id) == iteration
    assert [line.id for line in client.iterations()] == [iteration.id]


def test_submitting_twice_with_one_key_is_submitting_once(client: Client) -> None:
    first, again = (client.submit([CAPTURE], idempotency_key="once") for _ in range(2))
    assert first == again
    assert len(list(client.tasks())) == 1


def test_who_does_not_wait_asks_later(client: Client) -> None:
    batch = client.submit_async([CAPTURE])
    assert isinstance(batch, BatchAnswer)
    assert [task.name for task in client.wait_for(batch).tasks] == ["capture"]


def test_a_task_is_followed_to_its_end(client: Client) -> None:
    client.submit([CAPTURE, CLEAN])
    (waiting,) = client.tasks(status=Status.BUFFERED)
    explanation = client.explain(waiting.id)
    assert [holder.name for holder in explanation.displaced_by["disk"]] == ["capture"]
    assert explanation.break_even_profit == 9.2
    assert client.edit(waiting.id, {"profit": 0.5}).profit == 0.5
    iteration = client.iterate()
    assert client.fail(waiting.id, "no contact", iteration=iteration.id).status is Status.BUFFERED
    again = client.iterate()
    assert client.complete(waiting.id, iteration=again.id).status is Status.COMPLETED
    assert [line.after for line in client.history(waiting.id)][-1] is Status.COMPLETED


def test_a_task_can_be_cancelled_once_and_for_all(client: Client) -> None:
    client.submit([CAPTURE, CLEAN])
    (waiting,) = client.tasks(name="clean")
    assert client.cancel(waiting.id, "too late").status is Status.CANCELLED
    with pytest.raises(ConflictError):
        client.complete(waiting.id)


def test_lists_go_on_past_the_first_page(client: Client) -> None:
    client.submit({"name": f"task {number}", "resources": [], "profit": 1} for number in range(120))
    assert len({task.id for task in client.tasks()}) == 120


def test_what_is_wrong_is_named(client: Client) -> None:
    with pytest.raises(InvalidError, match="#/0/profit"):
        client.submit([{"name": "a", "resources": [], "profit": -1}])
    with pytest.raises(NotFoundError):
        client.task("../me")
    with pytest.raises(NotFoundError):
        client.submit([], fleet="nowhere")


def test_it_shows_its_key(guarded: httpx.Client) -> None:
    with Client(str(guarded.base_url)) as nobody, pytest.raises(NotAllowedError):
        nobody.me()
    key = key_of(user("anna", "customer"))
    with Client(str(guarded.base_url), key) as client:
        assert (client.me().user, client.me().role) == ("anna", "customer")


@pytest.mark.parametrize(
    ("wait_s", "timeout_s", "wait"), [(60, 30, "wait=25"), (2, 30, "wait=2"), (60, 3, "wait=0"), (0, 30, "wait=0")]
)
def test_a_submission_waits_no_longer_in_one_go_than_an_attempt_may_take(
    wait_s: float, timeout_s: float, wait: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pending = BatchAnswer(id=uuid4(), fleet="default", status=BatchState.PENDING, created=NOW, iteration=None)
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        clock[0] += float(request.headers.get("Prefer", "wait=0")[5:])
        return httpx.Response(202 if request.method == "POST" else 200, content=pending.model_dump_json())

    clock = [0.0]
    time = SimpleNamespace(monotonic=lambda: clock[0], sleep=lambda pause_s: clock.__setitem__(0, clock[0] + pause_s))
    monkeypatch.setattr("satselect.client.client.time", time)
    http = httpx.Client(base_url="http://service/", transport=httpx.MockTransport(answer))
    monkeypatch.setattr("satselect.client.client.connect", lambda *_: http)
    with Client("http://service", timeout_s=timeout_s) as client, pytest.raises(NotInTimeError, match=f"{wait_s} s"):
        client.submit([CAPTURE], wait_s=wait_s)
    assert [each.headers["Prefer"] for each in asked if each.method == "POST"] == [wait]
    assert wait_s <= clock[0] <= wait_s + 1


def test_nobody_there_is_said_clearly() -> None:
    port = free_port()
    with (
        Client(f"http://127.0.0.1:{port}", patience=Patience(attempts=2, first_wait_s=0.01)) as client,
        pytest.raises(NotReachedError, match=str(port)),
    ):
        client.me()


def test_the_older_of_two_programs_does_not_win(client: Client) -> None:
    client.submit([CAPTURE, CLEAN])
    (listed,) = client.tasks(name="clean")
    seen = client.task(listed.id)
    assert (listed.etag, seen == listed, seen.etag is not None) == (None, True, True)
    assert "etag" not in seen.model_dump_json()
    edited = client.edit(seen.id, {"profit": 3}, if_match=seen.etag)
    assert edited.etag == client.task(seen.id).etag != seen.etag
    with pytest.raises(ChangedError, match="nothing was done"):
        client.edit(seen.id, {"profit": 4}, if_match=seen.etag)
    with pytest.raises(ChangedError):
        client.cancel(seen.id, if_match=seen.etag)
    assert client.task(seen.id).profit == 3
    assert client.cancel(seen.id, if_match=edited.etag).status is Status.CANCELLED


@pytest.mark.parametrize("report", ["complete", "fail"])
def test_a_report_about_what_changed_since_is_refused(client: Client, report: str) -> None:
    (task,) = client.submit([{**CLEAN, "max_attempts": 3}]).tasks
    seen = client.task(task.id)
    client.fail(task.id, if_match=seen.etag)
    client.iterate()
    with pytest.raises(ChangedError):
        getattr(client, report)(task.id, if_match=seen.etag)
    assert (client.task(task.id).status, client.task(task.id).attempts) == (Status.SCHEDULED, 1)


def test_lists_are_filtered_by_several_statuses_and_by_reference_page_after_page(client: Client) -> None:
    client.submit([{"name": str(n), "resources": ["camera"], "profit": n, "reference": "mine"} for n in range(60)])
    client.submit([CLEAN])
    found = list(client.tasks(status=[Status.SCHEDULED, Status.BUFFERED], reference="mine"))
    assert len(found) == 60
    assert {task.status for task in found} == {Status.SCHEDULED, Status.BUFFERED}
    assert list(client.tasks(status=Status.FAILED)) == []


def test_who_replays_an_old_file_says_so(client: Client) -> None:
    old = {**CLEAN, "deadline": "2016-01-01T00:00:00Z"}
    with pytest.raises(InvalidError, match="has passed"):
        client.submit([old])
    assert client.submit([old], accept_expired=True).tasks == []
    client.submit_async([old], accept_expired=True)
    assert [task.status for task in client.tasks()] == [Status.EXPIRED] * 2
