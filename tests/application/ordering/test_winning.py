"""What an order of an opportunity has to be worth, told by planning again, and seen in what the fleet then plans."""

from random import Random

import pytest

from satselect.application.access.accounts import find_user
from satselect.application.act import Act
from satselect.application.opportunities.product_opportunities import Look
from satselect.application.ordering.prices import HOLDS, PlanPrices
from satselect.application.ordering.products import create_product
from satselect.application.ordering.winning import MOST_TOLD, break_evens, wins_with
from satselect.application.planning.horizon.plan_ahead import planned as plan_of
from satselect.schemas.explanations import Unknown
from satselect.store.defaults import LOCAL
from satselect.store.models import Batch, Fleet, Outage, Product, Resource, Satellite, Task
from tests.application.buffers import NOW
from tests.application.orbits import at, orbit, planned, run, status, submit, timed
from tests.databases import counts
from tests.longer import more

pytestmark = pytest.mark.usefixtures("database")

DATABASES = ["sqlite"]
MINUTES = 8
SEEDS = [*range(4), *more(range(4, 40))]


def offered(**fields: object) -> Product:
    wanted = {"slug": "wide", "title": "Wide", "license": "proprietary", "geometries": ["Point"]}
    given = {"resources": {"camera": 1}, "duration": 60.0 * MINUTES, "profit": 0}
    return create_product(orbit(), wanted | given | fields, Act(find_user(LOCAL), NOW))


def some_plan(random: Random) -> None:
    """Tasks of which some win and some lose, with turnarounds and an outage."""
    Resource.objects.filter(name="camera").update(turnaround_s=random.choice([0, 60, 240]))
    Fleet.objects.update(stay=random.choice([0.0, 0.05]))
    for number in range(10):
        first, slug = random.randrange(10, 80), f"sat-{number % 2 + 1}"
        profit = random.choice([random.randrange(1, 20), random.randrange(100, 2000) / 100])
        duration = 60.0 * random.randrange(2, 9)
        submit(timed(f"busy {number}", (first, first + 12), duration=duration, satellite=slug, profit=profit))
    out = Satellite.objects.get(slug="sat-2")
    Outage.objects.create(fleet=out.fleet, satellite=out, starts=at(40), ends=at(50))
    run()


def some_looks(random: Random, count: int) -> list[Look]:
    found = []
    for _ in range(count):
        first = random.randrange(8, 90)
        found.append(Look(f"sat-{random.randrange(1, 3)}", at(first), at(first + random.randrange(MINUTES, 20)), {}))
    return found


def asked(looks: list[Look]) -> list[float | Unknown | None]:
    product = Product.objects.select_related("fleet").get()
    return break_evens(product, looks, by=find_user(LOCAL), at=at(1), time_limit_s=60)


def ordered(name: str, look: Look, profit: float) -> str:
    """What becomes of an order of that worth."""
    minutes = [(time - NOW).total_seconds() / 60 for time in (look.starts, look.ends)]
    spot = minutes[0], minutes[1]
    submit(timed(name, spot, duration=60.0 * MINUTES, profit=profit, satellite=look.satellite), minute=1)
    run(1)
    return status(name)


@pytest.mark.parametrize("seed", SEEDS)
def test_an_order_of_that_profit_wins_and_one_of_less_loses(seed: int) -> None:
    random = Random(seed)
    offered()
    some_plan(random)
    looks = some_looks(random, 4)
    before = counts()
    told = asked(looks)
    assert counts() == before, "nothing of it is stored"
    chosen = [(look, needed) for look, needed in zip(looks, told, strict=True) if needed != Unknown.NO_PROFIT]
    look, needed = max(chosen, key=lambda one: one[1] or 0.0)
    assert isinstance(needed, float)
    if needed >= 0.01:  # asked first: who loses moves nobody
        assert ordered("less", look, needed - 0.01) == "buffered"
        Task.objects.filter(name="less").update(status="cancelled")
        Fleet.objects.update(buffered=Task.objects.filter(status="buffered").count())
    enough = wins_with(needed, None)
    assert needed < enough <= needed + 0.0101
    assert ordered("enough", look, enough) == "scheduled"


@pytest.mark.parametrize("seed", SEEDS)
def test_no_profit_suffices_where_no_order_wins(seed: int) -> None:
    random = Random(seed)
    offered()
    some_plan(random)
    out, frozen = Look("sat-2", at(41), at(49), {}), Look("sat-1", at(2), at(10.5), {})
    assert asked([frozen, out]) == [Unknown.NO_PROFIT, Unknown.NO_PROFIT]
    assert ordered("rich", out, 1e9) == "buffered"


@pytest.mark.parametrize("seed", SEEDS)
def test_prices_are_below_what_it_takes_as_far_as_they_are_tight(seed: int) -> None:
    """Weak duality: what a plan loses for an order is at least what the order uses at prices that prove the plan."""
    random = Random(seed)
    product = offered()
    some_plan(random)
    looks = some_looks(random, 6)
    priced = PlanPrices().of(product.fleet_id, at=at(1), time_limit_s=20)
    assert priced is not None
    bound = plan_of(priced.given, time_limit_s=20)
    spent = sum(one.price for some in bound.prices.values() for one in some)
    product = Product.objects.select_related("fleet").get()
    for look, needed in zip(looks, asked(looks), strict=True):
        price = priced.price(product, look)
        if isinstance(needed, float):
            assert price is not None
            assert 0 <= price <= needed + max(spent - float(bound.earned), 0) + 1e-6


def test_what_nobody_wants_costs_nothing_and_what_is_held_costs_what_it_earns() -> None:
    product = offered()
    Fleet.objects.update(stay=0.0)
    submit(timed("holds", (20, 28), duration=480.0, profit=7), timed("waits", (20, 28), duration=480.0, profit=5))
    run()
    product = Product.objects.select_related("fleet").get()
    looks = [Look("sat-1", at(20), at(28), {}), Look("sat-1", at(40), at(50), {}), Look("sat-1", at(20), at(36), {})]
    priced = PlanPrices().of(product.fleet_id, at=at(1), time_limit_s=20)
    assert priced is not None
    price = priced.price(product, looks[0])
    assert price is not None
    assert 5 <= price <= 7
    assert [priced.price(product, look) for look in looks[1:]] == [0, 0]
    assert asked(looks) == [7, 0, 0]
    beyond = Look("sat-1", at(300), at(310), {})
    assert (asked([beyond]), priced.price(product, beyond)) == ([None], None)
    assert set(planned()) == {"holds"}


def test_prices_are_kept_until_the_fleet_moves_on() -> None:
    product, kept = offered(), PlanPrices()
    submit(timed("holds", (20, 28), duration=480.0, profit=7))
    run()
    first = kept.of(product.fleet_id, at=at(1), time_limit_s=20)
    assert kept.of(product.fleet_id, at=at(1) + HOLDS, time_limit_s=0) is first
    assert kept.of(product.fleet_id, at=at(1.1) + HOLDS, time_limit_s=20) is not first
    submit(timed("more", (20, 28), duration=480.0, profit=9), minute=3)
    run(3)
    again = kept.of(product.fleet_id, at=at(3), time_limit_s=20)
    assert again not in (None, first)


def test_the_first_ones_are_told_and_no_more_than_there_is_time_for() -> None:
    offered()
    looks = [Look("sat-1", at(20), at(40), {})] * (MOST_TOLD + 1)
    product = Product.objects.select_related("fleet").get()
    told = break_evens(product, looks, by=find_user(LOCAL), at=at(1), time_limit_s=0)
    assert told == [*[Unknown.NOT_PROVEN] * MOST_TOLD, None]
    assert Batch.objects.count() == 0


@pytest.mark.parametrize(
    ("break_even", "least", "enough"),
    [(0.0, None, 0.01), (0.0, 2, 2), (9.0, None, 9.01), (9.456, 3, 9.46), (1e9, None, 1e9 + 0.01), (1.005, 1, 1.01)],
)
def test_it_wins_with_the_next_hundredth(break_even: float, least: float | None, enough: float) -> None:
    assert wins_with(break_even, least) == enough
