"""An iteration in the midst of a pass: what is frozen relies on what that pass still drains, and stays."""

from random import Random

import pytest

from satselect.application.planning.horizon.levels import level_at, still_to_come
from satselect.store.models import Fleet, Pass, Resource, Supply
from satselect.store.queries.plans import passes_within
from satselect.store.queries.supplies import timed_supplies
from tests.application.orbits import at, orbit, planned, run, status, submit, timed
from tests.longer import more

pytestmark = pytest.mark.usefixtures("database")


def fleet_with_disk(units: int, *, frozen_s: float) -> Fleet:
    fleet = orbit()
    Fleet.objects.filter(id=fleet.id).update(frozen_s=frozen_s)
    disk = Resource.objects.create(fleet=fleet, name="disk", kind="reservoir")
    Supply.objects.create(resource=disk, satellite=fleet.satellites.get(slug="sat-1"), capacity=units)
    return fleet


def contact(fleet: Fleet, begin: float, end: float, units: int, station: str | None = None) -> None:
    drains, where = {"disk": units}, fleet.satellites.get(slug="sat-1")
    Pass.objects.create(fleet=fleet, satellite=where, station=station, starts=at(begin), ends=at(end), drains=drains)


def test_what_is_frozen_behind_a_pass_under_way_stays() -> None:
    fleet = fleet_with_disk(2, frozen_s=0)
    uses = {"camera": 1, "disk": 1}
    contact(fleet, 20, 27, 2)
    early = [timed(f"early {n}", (5 + 2 * n, 6 + 2 * n), resources=uses) for n in range(2)]
    late = [timed(f"late {n}", (30 + 2 * n, 31 + 2 * n), resources=uses) for n in range(3)]
    submit(*early, *late)
    run()
    before = planned()
    assert sum(name.startswith("late") for name in before) == 2
    Fleet.objects.update(frozen_s=3600)
    for minute in (10, 20, 20.5, 24, 26.9, 27, 29):
        run(minute)
        assert {name: one for name, one in planned().items() if name in before} == before


def test_what_is_written_during_a_pass_stays_behind() -> None:
    fleet = fleet_with_disk(2, frozen_s=0)
    uses = {"camera": 1, "disk": 1}
    contact(fleet, 20, 27, 2)
    submit(timed("before", (5, 6), resources=uses), timed("during", (21, 22), resources=uses))
    run()
    submit(*(timed(f"late {n}", (30 + 2 * n, 31 + 2 * n), resources=uses) for n in range(2)), minute=24)
    run(24)
    assert sorted(status(f"late {n}") for n in range(2)) == ["buffered", "scheduled"]
    (seen,) = still_to_come(passes_within(fleet.id, at(24), at(60)), timed_supplies(fleet.id), fleet.id, at(24))
    assert (seen.starts, seen.drains) == (at(24), {"disk": 1})


@pytest.mark.in_turn("seed")
@pytest.mark.parametrize("seed", [*range(6), *more(range(6, 60))])
def test_in_random_worlds_every_iteration_is_made_and_what_is_frozen_stays(seed: int) -> None:
    rng = Random(seed)
    frozen = rng.choice([10, 30, 60])
    fleet = fleet_with_disk(rng.randint(1, 4), frozen_s=60 * frozen)
    begin = 0.0
    while (begin := begin + rng.uniform(*rng.choice([(8, 25), (0, 2)]))) < 110:  # some lie inside others
        contact(fleet, begin, begin + rng.uniform(3, 12), rng.randint(1, 3), rng.choice([None, "north", "south"]))
    for number in range(25):
        start = rng.uniform(0, 110)
        resources = {"camera": 1, "disk": 1} if rng.random() < 0.8 else {"camera": 1}
        submit(timed(f"{number}", (start, start + rng.uniform(1, 4)), profit=rng.randint(1, 9), resources=resources))
    minute, frozen_ones = 0.0, dict[str, tuple[str, float, float]]()
    while minute < 100:
        run(minute)
        now = planned()
        assert {name: now.get(name) for name in frozen_ones} == frozen_ones
        minute += rng.uniform(1, 9)
        frozen_ones = {
            name: one for name, one in now.items() if one[1] < minute + frozen and one[1] < minute - 9 + frozen
        }
        for one in timed_supplies(fleet.id):
            assert 0 <= level_at(one, fleet.id, at(minute)) <= one.capacity
