import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from satselect.application.act import Act
from satselect.application.webhooks.delivery_worker import SENDERS, SENDERS_PER_USER, DeliveryWorker
from satselect.application.webhooks.fan_out import fan_out
from satselect.application.webhooks.register import register
from satselect.application.webhooks.request import WebhookRequest
from satselect.application.webhooks.send import KEPT
from satselect.store.models import Delivery, User, Webhook
from tests.application.buffers import NOW, buffer, run, task
from tests.owners import wait_until
from tests.people import user

pytestmark = pytest.mark.usefixtures("database")


@contextmanager
def at_work(post: Callable[[WebhookRequest, datetime], int]) -> Iterator[None]:
    delivery_worker = DeliveryWorker(post, timezone.now, every_s=0.05)
    delivery_worker.start()
    try:
        yield
    finally:
        delivery_worker.stop()
        wait_until(lambda: not any(each.name.startswith("webhook") for each in threading.enumerate()))


def hook(owner: User) -> Webhook:
    return register(f"http://{owner.username}/", "", Act(owner, NOW), allows_private=True)


def test_slow_webhooks_of_one_user_do_not_keep_back_those_of_another() -> None:
    slow, quick = user("slow", "operator"), user("quick", "operator")
    hooks = [hook(slow) for _ in range(SENDERS)]
    hook(quick)
    buffer(task("image"))
    run()
    released, waiting, taken = threading.Event(), [], []

    def post(request: WebhookRequest, at: datetime) -> int:
        if "slow" in request.address:
            waiting.append(request.id)
            released.wait(20)
        taken.append(request.address)
        return 204

    with at_work(post):
        wait_until(lambda: "http://quick/" in taken and len(waiting) == SENDERS_PER_USER)
        assert taken == ["http://quick/"]
        released.set()
        wait_until(lambda: len(taken) == len(hooks) + 1)


def test_all_that_is_long_over_is_forgotten_however_much_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("send", "delivery_worker"):
        monkeypatch.setattr(f"satselect.application.webhooks.{module}.FORGOTTEN_AT_ONCE", 2)
    hook(user("owner", "operator"))
    for name in "abcde":
        buffer(task(name))
        run()
    fan_out(at=timezone.now() - KEPT - timedelta(days=1))
    assert Delivery.objects.update(status="delivered", next_at=None) == 5
    with at_work(lambda request, at: 204):
        wait_until(lambda: not Delivery.objects.exists())
