"""Customers order by the tasking API while everything dies: no order is lost or doubled, and each is where it was said.

`CHAOS_ORDERS` says how many, over `CHAOS_ORDERS_S` seconds at least: `make chaos-orders` for 1,000 over ten minutes.
"""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Event

import httpx
import pytest

from satselect.store.models import Batch, Fleet, Task
from tests.chaos.load import Customer
from tests.chaos.servers import Nats, Postgres
from tests.chaos.test_chaos import tell, wait_for_life
from tests.chaos.world import World
from tests.databases import connect
from tests.oracle_in_time import check_plans
from tests.owners import wait_until
from tests.stapi.worlds import offer

ORDERS = int(os.environ.get("CHAOS_ORDERS", "40"))
SECONDS = float(os.environ.get("CHAOS_ORDERS_S", "5"))
SEED = int(os.environ.get("CHAOS_SEED", "1"))
CUSTOMERS = 4
PATIENCE_S = 600.0
"""What the fleet plans takes seconds of a processor, and a busy machine gives few."""


@pytest.mark.timeout(int(SECONDS) + 1800)
def test_no_order_is_lost_or_doubled_whatever_dies(postgres: Postgres, nats: Nats) -> None:
    rng, stop = Random(SEED), Event()
    world = World(postgres, nats, rng, without={"move_clock"})  # times that moved say nothing about orders
    try:
        offer_at(world)
        each, every_s = ORDERS // CUSTOMERS, SECONDS * CUSTOMERS / ORDERS
        customers = [Customer(1000 * SEED + n, each, world.addresses, stop, every_s=every_s) for n in range(CUSTOMERS)]
        for customer in customers:
            customer.start()
        start = time.monotonic()
        while not all(customer.is_over or customer.failure for customer in customers):
            wait_for_life(customers, world, rng)
            world.do_harm()
            ordered = sum(len(customer.accepted) for customer in customers)
            time.sleep(max(0.0, SECONDS * ordered / ORDERS - (time.monotonic() - start)))
        seconds = time.monotonic() - start
        stop.set()
        for customer in customers:
            customer.join(timeout=200)
        assert [customer.failure for customer in customers] == [None] * CUSTOMERS
        connect(postgres.url(postgres.port))  # the older connection died with a server
        wait_until(lambda: not Batch.objects.filter(state="pending").exists(), within_s=PATIENCE_S)
        look_up_all(customers, world)
    finally:
        stop.set()
        world.close()
    tell(judge(customers) | {"seed": SEED, "seconds": round(seconds), "kills": world.kills} | dict(world.deeds))


def offer_at(world: World) -> None:
    """Has a fleet offer the product, once somebody answers."""
    wait_until(lambda: any(map(is_ready, world.addresses())), within_s=120)
    address = next(filter(is_ready, world.addresses()))
    with httpx.Client(base_url=address, timeout=60) as operator:
        offer(operator)


def is_ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/readyz", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def look_up_all(customers: list[Customer], world: World) -> None:
    """Each order is where its customer was told, and is the one that was placed."""
    wait_until(lambda: all(map(is_ready, world.addresses())), within_s=120)
    told = [pair for one in customers for pair in zip(one.accepted, one.places, strict=True)]
    # Several at once, as customers would: of those that lost, whoever finds a place free is told what would have won.
    with httpx.Client(base_url=world.addresses()[0], timeout=60) as client, ThreadPoolExecutor(8) as many:
        for found, (reference, _) in zip(many.map(lambda pair: client.get(pair[1]), told), told, strict=True):
            assert found.raise_for_status().json()["properties"]["order_parameters"]["reference"] == reference


def judge(customers: list[Customer]) -> dict[str, float]:
    """Everything ordered is there, once; nothing is dead; the plans hold. Gives how much that was."""
    ordered = sorted(name for customer in customers for name in customer.accepted)
    assert sorted(str(reference) for reference in Task.objects.values_list("reference", flat=True)) == ordered
    assert not Batch.objects.exclude(state="done").exists()
    return {"orders": len(ordered), "iterations": check_plans(Fleet.objects.get(slug="orbit"))}
