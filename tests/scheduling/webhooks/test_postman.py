import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from satselect.scheduling.webhooks.posting import Letter
from satselect.scheduling.webhooks.postman import SENDERS, SENDERS_PER_USER, Postman
from satselect.scheduling.webhooks.register import register
from satselect.scheduling.webhooks.send import KEPT
from satselect.scheduling.webhooks.spread import spread
from satselect.store.models import Delivery, User, Webhook
from tests.owners import wait_until
from tests.people import user
from tests.scheduling.buffers import NOW, buffer, run, task

pytestmark = pytest.mark.usefixtures("database")


@contextmanager
def at_work(post: Callable[[Letter, datetime], int]) -> Iterator[None]:
    postman = Postman(post, every_s=0.05)
    postman.start()
    try:
        yield
    finally:
        postman.stop()
        wait_until(lambda: not any(each.name.startswith("webhook") for each in threading.enumerate()))


def hook(owner: User) -> Webhook:
    return register(owner, f"http://{owner.username}/", "", at=NOW, allows_private=True)


def test_slow_webhooks_of_one_user_do_not_keep_back_those_of_another() -> None:
    slow, quick = user("slow", "operator"), user("quick", "operator")
    hooks = [hook(slow) for _ in range(SENDERS)]
    hook(quick)
    buffer(task("image"))
    run()
    released, waiting, taken = threading.Event(), [], []

    def post(letter: Letter, at: datetime) -> int:
        if "slow" in letter.address:
            waiting.append(letter.id)
            released.wait(20)
        taken.append(letter.address)
        return 204

    with at_work(post):
        wait_until(lambda: "http://quick/" in taken and len(waiting) == SENDERS_PER_USER)
        assert taken == ["http://quick/"]
        released.set()
        wait_until(lambda: len(taken) == len(hooks) + 1)


def test_all_that_is_long_over_is_forgotten_however_much_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("send", "postman"):
        monkeypatch.setattr(f"satselect.scheduling.webhooks.{module}.FORGOTTEN_AT_ONCE", 2)
    hook(user("owner", "operator"))
    for name in "abcde":
        buffer(task(name))
        run()
    spread(at=timezone.now() - KEPT - timedelta(days=1))
    assert Delivery.objects.update(status="delivered", next_at=None) == 5
    with at_work(lambda letter, at: 204):
        wait_until(lambda: not Delivery.objects.exists())
