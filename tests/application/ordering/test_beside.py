"""What an order has to be worth beside what it has to do with: the same as beside all that the fleet plans."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from satselect.application.access.accounts import find_user
from satselect.application.act import Act
from satselect.application.explanation.reasons.in_time import InTime, why_in_time
from satselect.application.opportunities.product_opportunities import Look
from satselect.application.ordering.products import create_product
from satselect.application.ordering.winning import break_evens
from satselect.application.planning.horizon.groups import FallenApart
from satselect.application.planning.horizon.scene import Scene
from satselect.engine.planning.formulation import candidates
from satselect.schemas.explanations import Unknown
from satselect.store.defaults import LOCAL
from satselect.store.models import Fleet, Product, Resource, Task
from satselect.store.queries.plans import Chance
from tests.application.buffers import buffer, task
from tests.application.test_horizon_worlds import MODES, SATELLITES, SLEW, World
from tests.longer import more

pytestmark = pytest.mark.usefixtures("database")

DATABASES = ["sqlite"]
LOOKS = 5
SEEDS = [*range(4), *more(range(4, 60))]


def world_of(seed: int) -> World:
    """Plans that fall apart, some of them all but one, with transitions, outages, passes and what changed since."""
    made = World(seed, is_loose=seed % 4 != 3, transition=(None, SLEW, MODES)[seed % 3])
    for _ in range(3):
        made.submit()
    made.break_down()
    made.add_pass()
    made.iterate()
    made.now += timedelta(minutes=7)
    made.report()
    made.submit()
    if seed % 8 == 5:
        Resource.objects.create(fleet=made.fleet, name="locker", is_declared=False)
        buffer(task("untimed", "fuel", profit=3), at=made.now, fleet="orbit")
    return made


def some_looks(world: World) -> list[Look]:
    found = []
    for _ in range(LOOKS):
        starts = world.later(world.rng.randint(0, 130))
        ends = starts + timedelta(minutes=world.rng.randint(3, 20))
        found.append(Look(world.rng.choice(SATELLITES), starts, ends, {}, world.details() if world.transition else {}))
    return found


def product_of(world: World) -> Product:
    uses = {"camera": 1} | ({} if world.is_loose else {"disk": 1})
    fields = {"slug": "wide", "title": "Wide", "license": "proprietary", "geometries": ["Point"], "resources": uses}
    made = create_product(
        world.fleet,
        fields | {"duration": 30.0, "profit": 0, "details": world.details() if world.transition else {}},
        Act(find_user(LOCAL), world.now),
    )
    return Product.objects.select_related("fleet").get(id=made.id)


@pytest.mark.parametrize("seed", SEEDS)
def test_it_is_what_planning_all_of_the_fleet_tells(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    # Beyond so many tasks starts are on a grid, and a part may be small where the whole is not.
    monkeypatch.setattr(candidates, "_FEW_SPOTS", 0)
    world = world_of(seed)
    product, looks = product_of(world), some_looks(world)
    found, few, many = FallenApart.beside, list[int](), list[int]()

    def ask() -> Sequence[float | Unknown | None]:
        return break_evens(product, looks, by=find_user(LOCAL), at=world.now, time_limit_s=60)

    def counted(apart: FallenApart, own: Sequence[Chance]) -> Scene:
        part = found(apart, own)
        few.append(len(part.chances) - len(own))
        return part

    def whole(apart: FallenApart, own: Sequence[Chance]) -> Scene:
        many.append(len(apart.scene.chances))
        return replace(apart.scene, chances=[*apart.scene.chances, *own])

    monkeypatch.setattr(FallenApart, "beside", counted)
    told = ask()
    monkeypatch.setattr(FallenApart, "beside", whole)
    assert told == ask()
    if world.is_loose and world.transition is None:  # the time that turning may take joins what is near
        assert sum(few) < sum(many), "loose plans fall apart"
    assert Unknown.NOT_PROVEN not in told


@pytest.mark.parametrize("seed", SEEDS)
def test_why_a_task_waits_is_what_planning_all_of_the_fleet_tells(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "_FEW_SPOTS", 0)
    world = world_of(seed)
    waiting = list(Task.objects.filter(fleet=world.fleet, status="buffered").select_related("fleet").order_by("id")[:8])

    def ask() -> Sequence[InTime]:
        return [why_in_time(one, at=world.now, time_limit_s=60, wants_break_even=True) for one in waiting]

    told = ask()
    monkeypatch.setattr(FallenApart, "around", lambda apart, task_id: apart.scene)
    for one, other in zip(told, ask(), strict=True):
        assert (one.reason, one.break_even, one.unknown) == (other.reason, other.break_even, other.unknown)
        assert one.unknown is not Unknown.NOT_PROVEN


def test_worlds_are_contested() -> None:
    """Enough of what is compared is a profit that somebody else loses."""
    world = world_of(0)
    product = product_of(world)
    random = Random(0)
    live = [one for one in world.live() if one.starts and one.ends and one.starts > world.now + world.frozen]
    looks = [Look(one.satellite.slug, one.starts, one.ends, {}) for one in live if one.starts and one.ends]
    random.shuffle(looks)
    Fleet.objects.update(stay=0.0)
    told = break_evens(product, looks[:40], by=find_user(LOCAL), at=world.now, time_limit_s=60)
    assert sum(isinstance(one, float) and one > 0 for one in told) >= 2
