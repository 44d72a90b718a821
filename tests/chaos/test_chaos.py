"""Everything that can die is killed at random, while clients go on. Then the whole history is judged.

`CHAOS_SECONDS` says for how long, `CHAOS_SEED` and `CHAOS_SEEDS` with which luck: `make chaos`. `CHAOS_KILLS` ends it
after so many kills instead, `CHAOS_FACTS` is a file that gets a line for each seed: `make chaos-long`.
"""

import json
import os
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from threading import Event

import pytest

from satselect.store.models import Batch, Fleet, Iteration, Satellite, Task
from tests.chaos.load import Client
from tests.chaos.servers import Nats, Postgres
from tests.chaos.world import World
from tests.databases import connect
from tests.oracle import check_all
from tests.owners import wait_until

SECONDS = float(os.environ.get("CHAOS_SECONDS", "20"))
FIRST = int(os.environ.get("CHAOS_SEED", "1"))
SEEDS = range(FIRST, FIRST + int(os.environ.get("CHAOS_SEEDS", "1")))
KILLS = float(os.environ.get("CHAOS_KILLS", "inf"))
FACTS = os.environ.get("CHAOS_FACTS")
CLIENTS = 4
SIGNS_OF_LIFE = 2
MOST_QUIET_S = 10.0
FLEETS = ["north", "south", "east"]


@pytest.mark.timeout(int(SECONDS) + 300)
@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_dies_nothing_is_lost_or_doubled(seed: int, postgres: Postgres, nats: Nats) -> None:
    make_fleets()
    rng, stop = Random(seed), Event()
    world = World(postgres, nats, rng)
    clients = [Client(1000 * seed + n, [*FLEETS, "default"], world.addresses, stop) for n in range(CLIENTS)]
    try:
        for client in clients:
            client.start()
        start = time.monotonic()
        while time.monotonic() < start + SECONDS and world.kills < KILLS:
            wait_for_life(clients, world, rng)
            world.do_harm()
        seconds = time.monotonic() - start
        stop.set()
        for client in clients:
            client.join(timeout=200)
        connect(postgres.url(postgres.port))  # the older connection died with a server
        wait_until(lambda: not Batch.objects.filter(state="pending").exists(), within_s=120)
    finally:
        stop.set()
        world.close()
    assert [client.failure for client in clients] == [None] * CLIENTS
    tell(judge(clients) | {"seed": seed, "seconds": round(seconds), "kills": world.kills} | dict(world.deeds))


def wait_for_life(clients: Sequence[Client], world: World, rng: Random) -> None:
    """Until something was accepted, and a little longer: killing what is only starting shows nothing."""
    before, give_up = answered(clients), time.monotonic() + MOST_QUIET_S
    while answered(clients) < before + SIGNS_OF_LIFE:
        if time.monotonic() > give_up:
            world.deeds["in vain"] += 1  # the next one may meet no work
            return
        time.sleep(0.02)
    time.sleep(rng.uniform(0, 0.5))


def answered(clients: Sequence[Client]) -> int:
    return sum(client.answered for client in clients)


def make_fleets() -> None:
    for slug in FLEETS:
        fleet = Fleet.objects.create(slug=slug, name=slug, is_open=True, created=datetime.now(UTC))
        Satellite.objects.create(fleet=fleet, slug=slug, name=slug)


def judge(clients: list[Client]) -> dict[str, float]:
    """Everything accepted is there, once; nothing is dead; the history holds. Gives how much that was."""
    accepted = sorted(name for client in clients for name in client.accepted)
    assert sorted(Task.objects.values_list("name", flat=True)) == accepted
    assert not Batch.objects.exclude(state="done").exists()
    judged = check_all()
    assert judged == Iteration.objects.count()
    return {"batches": Batch.objects.count(), "tasks": len(accepted), "iterations": judged}


def tell(facts: dict[str, float]) -> None:
    line = json.dumps(facts)
    sys.stderr.write(f"{line}\n")
    if FACTS:
        with Path(FACTS).open("a") as file:
            file.write(f"{line}\n")
