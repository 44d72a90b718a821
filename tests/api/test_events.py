import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from satselect.application.maintenance.housekeeping import expire
from satselect.application.tasks.change import Report, cancel, complete, fail
from satselect.application.tasks.edit import edit
from satselect.application.tasks.submission import Submission
from satselect.application.tasks.submit import submit
from satselect.schemas.tasks import NewTask
from satselect.store.models import Event, Fleet, Task, User
from tests.application.buffers import NOW, run, task
from tests.databases import TO_LOOK_AT, TO_LOOK_AT_POSTGRESQL
from tests.people import bearer, key_of, user

DATABASES = [TO_LOOK_AT, TO_LOOK_AT_POSTGRESQL]  # a sweeper beside it would iterate in the midst of a test

EVENTS = "/api/v1/events"
Told = tuple[str, dict[str, Any]]


def submitted(owner: User, *tasks: NewTask) -> None:
    submit(Submission(fleet="default", account_id=owner.account_id, user_id=owner.id, tasks=tasks, digest=""), at=NOW)


def blocks(text: str) -> list[dict[str, str]]:
    lines = (block.splitlines() for block in text.split("\n\n") if block)
    return [dict(line.split(": ", 1) for line in each if not line.startswith(":")) for each in lines]


def told(text: str) -> list[Told]:
    """The kinds and data of the events."""
    return [(block["event"], json.loads(block["data"])) for block in blocks(text) if "data" in block]


def so_far(client: httpx.Client, key: str | None = None, *, after: int = 0) -> list[Told]:
    answer = client.get(EVENTS, params={"after": after, "follow": "false"}, headers=bearer(key) if key else {})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/event-stream"
    return told(answer.text)


@contextmanager
def following(client: httpx.Client, **asked: Mapping[str, Any]) -> Iterator[Iterator[str]]:
    """The blocks of a stream, which is open once this is entered."""
    own = httpx.Client(base_url=client.base_url, timeout=20)
    with own, own.stream("GET", EVENTS, **asked) as answer:  # type: ignore[arg-type]
        assert answer.status_code == 200, answer.read()
        assert "Content-Length" not in answer.headers
        chunks = each_block(answer)
        next(chunks)
        yield chunks


def each_block(answer: httpx.Response) -> Iterator[str]:
    rest = ""
    for text in answer.iter_text():
        *whole, rest = (rest + text).split("\n\n")
        yield from whole


def data_of(chunks: Iterator[str]) -> Told:
    """The next event."""
    return next(event for chunk in chunks for event in told(chunk))


def test_a_stream_tells_of_changes_as_they_happen(service: httpx.Client) -> None:
    with following(service) as stream:
        service.post("/api/tasks/", json=[{"name": "image", "resources": ["camera"], "profit": 2, "reference": "r1"}])
        kind, batch = data_of(stream)
        assert (kind, batch["number"], batch["tasks"], batch["fleet"]) == ("batch", 1, 1, "default")
        kind, iteration = data_of(stream)
        assert (kind, iteration["profit"], iteration["scheduled"], iteration["buffered"]) == ("iteration", 2, 1, 0)
        (scheduled,) = iteration["tasks"]
        assert (scheduled["name"], scheduled["reference"], scheduled["satellite"]) == ("image", "r1", "default")
        service.post(f"/api/v1/tasks/{scheduled['id']}/complete")
        kind, change = data_of(stream)
        assert (kind, change["before"], change["task"]["status"]) == ("task", "scheduled", "completed")


def test_a_stream_tells_what_another_process_committed(service: httpx.Client) -> None:
    with following(service) as stream:
        submitted(User.objects.get(), task("image"))
        assert data_of(stream)[0] == "batch"


def test_a_stream_resumes_after_the_last_event_that_was_seen(service: httpx.Client) -> None:
    for name in "ab":
        service.post("/api/tasks/", json=[{"name": name, "resources": [], "profit": 1}])
    with following(service, headers={"Last-Event-ID": "2"}, params={"after": 0}) as stream:
        assert [data_of(stream)[1]["number"] for _ in range(2)] == [3, 4]
        service.post("/api/v1/fleets/default/iterations")
        assert data_of(stream)[1]["number"] == 5


def test_a_stream_that_starts_far_behind_skips_nothing(service: httpx.Client) -> None:
    for _ in range(210):  # more than a page
        submitted(User.objects.get())
    with following(service, params={"after": 0}) as stream:
        numbers = [data_of(stream)[1]["number"] for _ in range(205)]
        submitted(User.objects.get())
        numbers += [data_of(stream)[1]["number"] for _ in range(6)]
    assert numbers == list(range(1, 212))


def test_events_that_are_gone_are_told_as_a_gap(service: httpx.Client) -> None:
    for _ in range(4):
        submitted(User.objects.get())
    Event.objects.filter(number__lte=3).delete()
    assert [(kind, data["number"]) for kind, data in so_far(service)] == [("gap", 3), ("batch", 4)]
    Event.objects.all().delete()
    with following(service, params={"after": 1}) as stream:
        assert data_of(stream) == ("gap", {"kind": "gap", "number": 4, "after": 1, "fleet": "default"})


@pytest.mark.parametrize("by", ["parameter", "header"])
@pytest.mark.parametrize("after", [99, 10**17])
def test_a_number_of_the_future_is_told_as_a_gap_to_who_does_not_follow(
    service: httpx.Client, by: str, after: int
) -> None:
    for _ in range(3):
        submitted(User.objects.get())
    params = {"after": after} if by == "parameter" else {"after": 1}
    headers = {} if by == "parameter" else {"Last-Event-ID": str(after)}
    answer = service.get(EVENTS, params={**params, "follow": "false"}, headers=headers)
    assert told(answer.text) == [("gap", {"kind": "gap", "number": 3, "after": after, "fleet": "default"})]
    assert [block["id"] for block in blocks(answer.text)][-1] == "3"
    submitted(User.objects.get())
    assert [data["number"] for _, data in so_far(service, after=3)] == [4]


@pytest.mark.parametrize("after", [0, 1, 2])
def test_if_all_that_came_since_is_gone_it_is_told_as_a_gap_to_who_does_not_follow(
    service: httpx.Client, after: int
) -> None:
    for _ in range(3):
        submitted(User.objects.get())
    Event.objects.all().delete()
    answer = service.get(EVENTS, params={"after": after, "follow": "false"})
    assert told(answer.text) == [("gap", {"kind": "gap", "number": 3, "after": after, "fleet": "default"})]
    assert [block["id"] for block in blocks(answer.text)][-1] == "3"


def test_who_knows_all_is_told_of_no_gap(service: httpx.Client) -> None:
    assert so_far(service, after=0) == []
    submitted(User.objects.get())
    Event.objects.all().delete()
    assert so_far(service, after=1) == []


def test_a_stranger_is_told_of_no_gap_by_what_is_not_for_them(guarded: httpx.Client) -> None:
    key = key_of(user("stranger", "customer"))
    submitted(User.objects.get(username="local"))
    assert so_far(guarded, key, after=0) == []
    headers = {"Last-Event-ID": "7"}  # a number is of who was an operator
    assert told(guarded.get(EVENTS, params={"follow": "false"}, headers={**bearer(key), **headers}).text) == []


def test_a_number_of_the_future_is_told_as_a_gap(service: httpx.Client) -> None:
    with following(service, params={"after": 7}) as stream:
        assert data_of(stream)[1] == {"kind": "gap", "number": 0, "after": 7, "fleet": "default"}
        submitted(User.objects.get())
        assert data_of(stream)[1]["number"] == 1


@pytest.mark.parametrize("header", ["x", "-1", "1.5", "9" * 19])
def test_a_last_event_id_that_is_none_is_refused(service: httpx.Client, header: str) -> None:
    answer = service.get(EVENTS, headers={"Last-Event-ID": header})
    assert (answer.status_code, answer.json()["errors"][0]["header"]) == (400, "Last-Event-ID")


def test_a_fleet_that_is_not_there_is_not_found(service: httpx.Client) -> None:
    assert service.get(EVENTS, params={"fleet": "nowhere"}).status_code == 404


def test_every_change_is_told_to_those_who_may_see_it(guarded: httpx.Client) -> None:
    owner, stranger = user("owner", "customer"), user("stranger", "customer")
    keys = {
        "owner": key_of(owner),
        "stranger": key_of(stranger),
        "executor": key_of(user("executor", "executor", fleets=["default"])),
        "operator": key_of(user("operator", "operator")),
    }
    submitted(
        owner, task("best", "camera", profit=9, max_attempts=2), task("wait", "camera", deadline="2026-11-23T12:30:00Z")
    )
    submitted(stranger, task("other", "disk", profit=5))
    run()
    at = Report(owner, NOW)
    fail(Task.objects.get(name="best"), at)
    cancel(Task.objects.get(name="other"), Report(stranger, NOW))
    edit(Task.objects.get(name="best"), {"profit": 3}, at)
    run()
    complete(Task.objects.get(name="best"), at)
    expire(at=NOW.replace(hour=13))
    seen = {who: [(kind, data) for kind, data in so_far(guarded, key)] for who, key in keys.items()}
    assert [brief(each) for each in seen["owner"]] == [
        "batch 2",
        "iteration best",
        "best scheduled buffered",
        "best buffered buffered",
        "iteration best",
        "best scheduled completed",
        "wait buffered expired",
    ]
    assert [brief(each) for each in seen["stranger"]] == ["batch 1", "iteration other", "other scheduled cancelled"]
    assert [brief(each) for each in seen["executor"]] == [
        "iteration best,other",
        "best scheduled buffered",
        "other scheduled cancelled",
        "iteration best",
        "best scheduled completed",
    ]
    assert [data["number"] for _, data in seen["operator"]] == list(range(1, 10))
    assert Fleet.objects.get().event_number == 9
    sums = {who: [data["profit"] for kind, data in events if kind == "iteration"] for who, events in seen.items()}
    assert sums == {"owner": [None] * 2, "stranger": [None], "executor": [None] * 2, "operator": [14, 3]}


def brief(event: Told) -> str:
    kind, data = event
    if kind == "iteration":
        return "iteration " + ",".join(each["name"] for each in data["tasks"])
    if kind == "task":
        return f"{data['task']['name']} {data['before']} {data['task']['status']}"
    return f"{kind} {data['tasks']}"


def test_a_batch_is_told_with_what_became_of_it(service: httpx.Client) -> None:
    for _ in range(4):
        submitted(User.objects.get())
    for number, reason in enumerate((None, "given up", "requeued"), 2):  # the first one as an earlier release wrote it
        Event.objects.filter(number=number).update(reason=reason)
    assert [data["reason"] for _, data in so_far(service)] == ["accepted", "", "given up", "requeued"]


def test_an_iteration_tells_of_each_task_that_it_found_overdue(service: httpx.Client) -> None:
    submitted(User.objects.get(), task("late", "camera", deadline="2026-11-23T12:30:00Z"), task("image", "disk"))
    run(NOW.replace(hour=13))
    assert [brief(each) for each in so_far(service)] == ["batch 2", "iteration image", "late buffered expired"]


def test_an_executor_of_other_fleets_finds_none(guarded: httpx.Client) -> None:
    key = key_of(user("other", "executor"))
    assert guarded.get(EVENTS, headers=bearer(key)).status_code == 404


def test_a_user_has_so_many_streams_and_no_more(guarded: httpx.Client) -> None:
    headers = bearer(key_of(user("owner", "customer")))
    others = bearer(key_of(user("other", "customer")))
    with following(guarded, headers=headers), following(guarded, headers=headers):
        refused = guarded.get(EVENTS, headers=headers)
        assert (refused.status_code, refused.json()["type"]) == (429, "urn:satselect:problem:too-many-streams")
        assert int(refused.headers["Retry-After"]) > 0
        with following(guarded, headers=others):
            pass
    wait_until_free(guarded, headers)


def wait_until_free(client: httpx.Client, headers: dict[str, str]) -> None:
    """A connection that was closed is noticed a moment later."""
    pause = threading.Event()
    for _ in range(100):
        with httpx.Client(base_url=client.base_url) as own, own.stream("GET", EVENTS, headers=headers) as answer:
            if answer.status_code == 200:
                return
        pause.wait(0.1)
    raise AssertionError("the streams that were closed still count")
