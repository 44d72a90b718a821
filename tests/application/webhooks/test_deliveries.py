import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from random import Random

import pytest

from satselect.application.access.people import edit_user
from satselect.application.act import Act
from satselect.application.errors import ConflictError
from satselect.application.tasks.change import Report, cancel, complete
from satselect.application.tasks.submit import submit
from satselect.application.webhooks.fan_out import fan_out
from satselect.application.webhooks.register import LEASE, MOST_WEBHOOKS, edit, register, rotate, unregister
from satselect.application.webhooks.request import WebhookRequest, post
from satselect.application.webhooks.send import (
    KEPT,
    MOST_ATTEMPTS,
    PATIENCE,
    TURN,
    due,
    forget,
    pause_after,
    work_off,
)
from satselect.store.models import Audit, Delivery, Event, Fleet, Task, User, Webhook, WebhookCursor
from satselect.store.queries.events import Recorded, events_after
from tests.application.buffers import NOW, buffer, run, submission, task
from tests.application.webhooks.receivers import Receiver, receiving
from tests.people import user

pytestmark = pytest.mark.usefixtures("database")
real = partial(post, allows_private=True, time_limit_s=10)
Post = Callable[[WebhookRequest, datetime], int]


class Killed(BaseException):
    """What stands for a process that is killed here."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


def hook(owner: User, address: str = "http://127.0.0.1:9/") -> Webhook:
    return register(address, "", Act(owner, NOW), allows_private=True)


def local() -> User:
    return User.objects.get(username="local")


def deliver(at: datetime = NOW, post: Post = real) -> int:
    """All that is due, as one process does it."""
    fan_out(at=at)
    return sum(work_off(each.webhook_id, post, lambda: at, threading.Event()) for each in due(at=at))


def answering(*statuses: int) -> Post:
    left = list(statuses)
    return lambda request, at: left.pop(0) if left else 204


def scheduled(*names: str) -> None:
    buffer(*(task(name) for name in names))
    run()


def test_a_webhook_is_told_of_changes_of_tasks(receiver: Receiver) -> None:
    webhook = hook(local(), receiver.address)
    scheduled("image")
    complete(Task.objects.get(), Report(local(), NOW))
    assert deliver() == 2
    notices = [json.loads(body) for _, body in receiver.came]
    assert [notice["type"] for notice in notices] == ["tasks.scheduled", "task.changed"]
    assert notices[0]["data"]["tasks"][0]["name"] == "image"
    assert (notices[1]["data"]["before"], notices[1]["data"]["task"]["status"]) == ("scheduled", "completed")
    assert set(webhook.deliveries.values_list("status", "answered", "attempts")) == {("delivered", 204, 1)}
    assert deliver() == 0


def test_a_webhook_is_told_what_its_user_may_see(receiver: Receiver) -> None:
    hook(user("stranger", "customer"), receiver.address)
    scheduled("image")
    cancel(Task.objects.get(), Report(local(), NOW))
    assert deliver() == 0
    assert set(WebhookCursor.objects.values_list("number", flat=True)) == {Fleet.objects.get().event_number}


def test_a_webhook_is_not_told_what_was_before_it(receiver: Receiver) -> None:
    scheduled("early")
    hook(local(), receiver.address)
    assert deliver() == 0


def test_fleets_that_are_made_later_are_told_of_from_their_start(receiver: Receiver) -> None:
    hook(local(), receiver.address)
    WebhookCursor.objects.all().delete()
    scheduled("image")
    assert deliver() == 1


def test_more_than_a_page_is_told_piece_by_piece(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("satselect.application.webhooks.fan_out.PAGE", 3)
    hook(local(), receiver.address)
    for name in "abcd":
        scheduled(name)
    assert sum(fan_out(at=NOW) for _ in range(4)) == 4
    assert deliver() == 4


def test_two_who_spread_at_once_make_each_delivery_once(monkeypatch: pytest.MonkeyPatch) -> None:
    hook(local())
    scheduled("image")
    made: list[int] = []

    def overtaken(fleet_id: int, number: int, *, limit: int) -> list[Recorded]:
        page = events_after(fleet_id, number, limit=limit)
        if not made:
            made.append(0)
            made.append(fan_out(at=NOW))  # another process, between reading and storing
        return page

    monkeypatch.setattr("satselect.application.webhooks.fan_out.events_after", overtaken)
    assert (fan_out(at=NOW), made) == (0, [0, 1])
    assert Delivery.objects.count() == 1


def test_who_is_killed_after_sending_sends_the_same_again(receiver: Receiver) -> None:
    hook(local(), receiver.address)
    scheduled("image")

    def killed(request: WebhookRequest, at: datetime) -> int:
        real(request, at)
        raise Killed

    with pytest.raises(Killed):
        deliver(post=killed)
    assert deliver() == 0  # somebody may still be at it
    assert deliver(NOW + LEASE) == 1
    assert len(set(receiver.ids)) == 1
    assert [body for _, body in receiver.came] == [receiver.came[0][1]] * 2
    assert Delivery.objects.get().attempts == 2


def test_what_is_recorded_too_late_does_not_undo_what_another_recorded(receiver: Receiver) -> None:
    hook(local(), receiver.address)
    scheduled("image")

    def slow(request: WebhookRequest, at: datetime) -> int:
        assert deliver(NOW + LEASE) == 1  # another process, when the lease is over
        return 500

    deliver(post=slow)
    assert Delivery.objects.values_list("status", "attempts").get() == ("delivered", 2)


def test_a_delivery_that_fails_is_tried_again_later_and_later() -> None:
    webhook = hook(local())
    scheduled("image")
    at, waits = NOW, []
    for _ in range(4):
        assert deliver(at, answering(500)) == 0
        delivery = Delivery.objects.get()
        assert delivery.next_at is not None
        assert (delivery.answered, delivery.error) == (500, "answered 500")
        waits.append((delivery.next_at - at).total_seconds())
        at += timedelta(hours=1)
        webhook.refresh_from_db()
        assert webhook.retry_at is not None
        assert (webhook.failures, webhook.failing_since) == (len(waits), NOW)
    assert all(5 * 4**n <= wait <= 10 * 4**n for n, wait in enumerate(waits))


def test_a_success_forgets_failures() -> None:
    webhook = hook(local())
    scheduled("image")
    deliver(NOW, answering(503))
    assert deliver(NOW + timedelta(hours=1), answering(200)) == 1
    webhook.refresh_from_db()
    assert (webhook.failures, webhook.failing_since, webhook.retry_at) == (0, None, None)


def test_another_address_is_sent_at_once_what_waits_and_not_what_is_under_way() -> None:
    webhook = hook(local())
    scheduled("waiting")
    deliver(NOW, answering(503))
    later = NOW + timedelta(hours=1)
    Delivery.objects.update(next_at=NOW + timedelta(hours=12), attempts=7)
    scheduled("under way")
    fan_out(at=later)
    Delivery.objects.filter(attempts=0).update(next_at=later + LEASE)
    edit(webhook, {"address": "http://127.0.0.1:10/"}, Act(local(), later), allows_private=True)
    called: list[str] = []

    def note(request: WebhookRequest, at: datetime) -> int:
        called.append(request.address)
        return 204

    assert deliver(later, note) == 1
    assert called == ["http://127.0.0.1:10/"]
    assert deliver(later + LEASE, note) == 1


def test_the_old_secret_ends_when_it_was_told_to() -> None:
    webhook = hook(local())
    old = webhook.secret
    rotate(webhook, Act(local(), NOW), overlap=timedelta(hours=1))
    assert webhook.old_secret_until == NOW + timedelta(hours=1)
    used: list[str | None] = []

    def note(request: WebhookRequest, at: datetime) -> int:
        used.append(request.old_secret)
        return 204

    for minutes in (59, 60):
        scheduled("image")
        deliver(NOW + timedelta(minutes=minutes), note)
    assert used == [old, None]


def test_a_delivery_is_given_up_after_so_many_attempts() -> None:
    hook(local())
    scheduled("image")
    for hours in range(MOST_ATTEMPTS):
        deliver(NOW + timedelta(hours=hours / 10), answering(400))
        Delivery.objects.filter(status="pending").update(next_at=NOW)
    assert Delivery.objects.values_list("status", "attempts", "next_at").get() == ("failed", MOST_ATTEMPTS, None)
    assert due(at=NOW + timedelta(days=1)) == []


def test_one_delivery_that_is_never_taken_does_not_keep_others_back() -> None:
    hook(local())
    scheduled("bad")
    scheduled("good")

    def picky(request: WebhookRequest, at: datetime) -> int:
        return 400 if '"bad"' in request.body else 200  # ids are hexadecimal, and may say bad, too

    assert deliver(NOW, picky) == 0
    assert deliver(NOW + timedelta(seconds=10), picky) == 1
    assert sorted(Delivery.objects.values_list("status", flat=True)) == ["delivered", "pending"]


@pytest.mark.parametrize("after", [PATIENCE, timedelta(0)], ids=["failing for long", "gone"])
def test_a_webhook_that_is_dead_is_disabled_and_goes_on_where_it_stopped(after: timedelta) -> None:
    webhook = hook(local())
    scheduled("image")
    deliver(NOW, answering(500 if after else 410))
    Delivery.objects.update(next_at=NOW)
    deliver(NOW + after, answering(500))
    webhook.refresh_from_db()
    assert webhook.disabled is not None
    scheduled("meanwhile")
    later = NOW + timedelta(days=6)
    assert deliver(later, answering()) == 0
    edit(webhook, {"is_enabled": True}, Act(local(), later), allows_private=True)
    assert deliver(later, answering()) == 2
    assert Webhook.objects.values_list("disabled", "failing_since").get() == (None, None)


def test_a_webhook_of_a_user_who_may_no_longer_call_is_not_told() -> None:
    hook(user("owner", "operator"))
    scheduled("image")
    User.objects.filter(username="owner").update(is_active=False)
    assert deliver(NOW, answering()) == 0


def test_events_that_are_gone_are_passed_over(receiver: Receiver) -> None:
    hook(local(), receiver.address)
    scheduled("early")
    Event.objects.all().delete()
    assert deliver() == 0
    scheduled("late")
    assert deliver() == 1


def test_a_user_has_so_many_webhooks_and_no_more() -> None:
    for _ in range(MOST_WEBHOOKS):
        hook(local())
    with pytest.raises(ConflictError):
        hook(local())


def test_what_is_taken_away_leaves_nothing_but_the_audit() -> None:
    webhook = hook(local())
    scheduled("image")
    fan_out(at=NOW)
    unregister(webhook, Act(local(), NOW))
    assert (Webhook.objects.count(), Delivery.objects.count(), WebhookCursor.objects.count()) == (0, 0, 0)
    assert list(Audit.objects.order_by("id").values_list("action", flat=True)) == ["webhook.create", "webhook.delete"]


def test_a_webhook_that_is_slow_lets_others_have_their_turn() -> None:
    webhook = hook(local())
    for name in "abcd":
        scheduled(name)
    fan_out(at=NOW)
    at = [NOW]

    def slow(request: WebhookRequest, sent_at: datetime) -> int:
        at[0] += TURN / 2
        return 204

    assert work_off(webhook.id, slow, lambda: at[0], threading.Event()) == 2
    assert due(at=at[0]) == [(webhook.id, local().id)]


def test_nothing_is_taken_on_once_all_stop() -> None:
    webhook, stop = hook(local()), threading.Event()
    for name in "ab":
        scheduled(name)
    fan_out(at=NOW)

    def stopping(request: WebhookRequest, at: datetime) -> int:
        stop.set()
        return 204

    assert work_off(webhook.id, stopping, lambda: NOW, stop) == 1
    assert sorted(Delivery.objects.values_list("status", "attempts")) == [("delivered", 1), ("pending", 0)]


def test_what_waits_for_a_webhook_that_was_disabled_long_ago_is_forgotten() -> None:
    webhook = hook(local())
    scheduled("image")
    fan_out(at=NOW)
    edit(webhook, {"is_enabled": False}, Act(local(), NOW + timedelta(days=1)), allows_private=True)
    assert forget(at=NOW + KEPT + timedelta(days=1)) == 0
    assert forget(at=NOW + KEPT + timedelta(days=2)) == 1


def test_deliveries_that_are_long_over_are_forgotten() -> None:
    hook(local())
    for name in "ab":
        scheduled(name)
    deliver(NOW, answering(200, 500))
    assert forget(at=NOW + KEPT) == 0
    assert forget(at=NOW + KEPT + timedelta(seconds=1)) == 1
    assert Delivery.objects.get().status == "pending"


def test_pauses_grow_and_differ() -> None:
    pauses = [pause_after(attempts, Random(attempts)) for attempts in range(1, 11)]
    assert pauses[0] <= timedelta(seconds=10)
    assert timedelta(hours=6) <= pauses[-1] <= timedelta(hours=12)
    assert pause_after(3, Random(1)) != pause_after(3, Random(2))


def demote(someone: User, role: str) -> None:
    edit_user(someone, {"role": role}, Act(local(), NOW))


def test_what_was_written_for_an_operator_is_not_sent_to_the_customer_they_are_now(receiver: Receiver) -> None:
    someone = user("someone", "operator", account="ours")
    hook(someone, receiver.address)
    mine = replace(submission(task("own")), account_id=someone.account_id, user_id=someone.id)
    submit(mine, at=NOW)
    scheduled("foreign")
    fan_out(at=NOW)
    assert "foreign" in Delivery.objects.get().body
    demote(someone, "customer")
    assert deliver() == 1
    ((_, body),) = receiver.came
    data = json.loads(body)["data"]
    assert ([each["name"] for each in data["tasks"]], data["profit"], data["buffered"]) == (["own"], None, None)


def test_what_is_not_for_its_user_any_more_is_not_sent(receiver: Receiver) -> None:
    someone = user("someone", "operator", account="ours")
    webhook = hook(someone, receiver.address)
    scheduled("foreign")
    fan_out(at=NOW)
    demote(someone, "customer")
    deliver()
    assert (receiver.came, Delivery.objects.get().status, Delivery.objects.get().next_at) == ([], "failed", None)
    webhook.refresh_from_db()
    assert (webhook.failures, webhook.disabled) == (0, None)


def test_what_an_earlier_release_wrote_is_written_anew(receiver: Receiver) -> None:
    hook(local(), receiver.address)
    scheduled("image")
    fan_out(at=NOW)
    Delivery.objects.update(audience=None, body="by an earlier release")
    assert deliver() == 1
    assert json.loads(receiver.came[0][1])["data"]["tasks"][0]["name"] == "image"
