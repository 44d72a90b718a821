"""The client against a running service."""

from collections.abc import Iterator

import httpx
import pytest

import satselect
from satselect.client.client import Client
from satselect.client.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError, NotReachedError
from satselect.client.transport import Patience
from satselect.schemas.batches import BatchAnswer
from satselect.schemas.tasks import Status
from tests.people import key_of, user
from tests.services import free_port

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


def test_nobody_there_is_said_clearly() -> None:
    port = free_port()
    with (
        Client(f"http://127.0.0.1:{port}", patience=Patience(attempts=2, first_wait_s=0.01)) as client,
        pytest.raises(NotReachedError, match=str(port)),
    ):
        client.me()
