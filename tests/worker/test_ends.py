"""Whatever a process works on, it ends soon once it is asked to, and another settles what it left."""

import os
import signal
from contextlib import suppress
from random import Random
from threading import Thread
from time import monotonic, sleep

import httpx
import pytest

from satselect.store.models import Batch, Iteration
from satselect.store.partitions import PARTITIONS
from tests.faults import Installation
from tests.hard import hard_tasks
from tests.oracle import check_all
from tests.owners import owners, wait_until

POST = "/api/v1/fleets/default/tasks"
MOMENTS = int(os.environ.get("END_MOMENTS", "2"))
"""At how many moments each is asked to end: more of them are for a run by hand."""
ENDS_IN_S = 10


def is_settled() -> bool:
    return Batch.objects.exists() and not Batch.objects.filter(state="pending").exists()


def send(address: str) -> None:
    with suppress(httpx.TransportError):  # it may end before the answer
        httpx.post(address + POST, json=hard_tasks(), headers={"Prefer": "wait=60"}, timeout=90)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_service_ends_in_the_middle_of_hard_work(installation: Installation, number: signal.Signals) -> None:
    installation.settings |= {"SATSELECT_TIME_LIMIT": "60"}
    installation.bus = ""
    random = Random(number)
    for _ in range(MOMENTS):
        address, process = installation.service()
        sender = Thread(target=send, args=[address])
        sender.start()
        sleep(random.uniform(0, 3))
        begun = monotonic()
        assert installation.end(process, number) == 0
        assert monotonic() - begun < ENDS_IN_S
        sender.join()
    installation.settings |= {"SATSELECT_TIME_LIMIT": "1"}
    installation.service()
    wait_until(is_settled)
    assert check_all(may_be_cut=True) == Iteration.objects.count() >= 1


def test_a_worker_ends_in_the_middle_of_hard_work(installation: Installation) -> None:
    installation.settings |= {"SATSELECT_TIME_LIMIT": "60"}
    address, _ = installation.service()
    random = Random(3)
    for _ in range(MOMENTS):
        process = installation.worker()
        wait_until(lambda: owners(installation.database).total() == PARTITIONS)  # before, there is nothing to end
        httpx.post(
            address + POST, json=hard_tasks(), headers={"Prefer": "respond-async"}, timeout=60
        ).raise_for_status()
        sleep(random.uniform(1, 4))
        begun = monotonic()
        assert installation.end(process, signal.SIGTERM) == 0
        assert monotonic() - begun < ENDS_IN_S
    installation.settings |= {"SATSELECT_TIME_LIMIT": "1"}
    installation.worker()
    wait_until(is_settled)
    assert check_all(may_be_cut=True) == Iteration.objects.count() >= 1
