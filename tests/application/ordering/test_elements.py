"""Orders with sight follow the elements of satellites, as tasks with targets do: what is frozen stays."""

import json
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from satselect.application.access.accounts import find_user
from satselect.application.act import Act
from satselect.application.fleets.elements import put_elements
from satselect.application.ordering.possible import possible
from satselect.application.ordering.statuses import Step, standings
from satselect.store.defaults import LOCAL
from satselect.store.models import Assignment, Fleet, Opportunity, Order, Product, Satellite, Target
from satselect.store.queries.orbits.targets import counting
from tests.application.buffers import NOW
from tests.application.orbits import at, run
from tests.application.ordering.test_orders import MESSAGE, offered, placed, wish
from tests.longer import more

pytestmark = pytest.mark.usefixtures("database")

HOURS = 12
HORIZON = 60 * HOURS
MODE = {"mode": "spot"}
SEEDS = [*range(4), *more(range(4, 40))]
Told = tuple[str, Any, Any, dict[str, Any]]


def product_of(**fields: object) -> Product:
    """A product of a fleet that sees half a day ahead, with its two satellites on orbits of their own."""
    offered(details=MODE, **fields)
    Fleet.objects.filter(slug="orbit").update(horizon_s=HOURS * 3600)
    put("sat-2", MEAN_ANOMALY=180, RA_OF_ASC_NODE=70, NORAD_CAT_ID=799501235)
    return Product.objects.select_related("fleet").get()


def put(slug: str, *, minute: float = 0, **other: object) -> None:
    act = Act(find_user(LOCAL), at(minute))
    put_elements(Satellite.objects.get(slug=slug), json.dumps(MESSAGE | other), act)


def known(order: Order) -> list[Told]:
    """The opportunities that count, within the time that was ordered."""
    task = standings([order], at=NOW)[0].task
    assert task
    assert task.window_starts
    assert task.window_ends
    rows = Opportunity.objects.filter(counting(), task=order.id).select_related("satellite")
    spans = ((one, max(one.starts, task.window_starts), min(one.ends, task.window_ends)) for one in rows)
    return sorted((one.satellite.slug, starts, ends, one.details) for one, starts, ends in spans)


def found(order: Order, product: Product, wanted: Any, minute: float) -> list[Told]:  # noqa: ANN401 - a wish
    """What who orders the same now would find, as far ahead as it is known of the order."""
    until = Target.objects.get(task=order.id).searched_until
    assert until
    looks = possible(product, wanted, at=at(minute)).looks
    return sorted((one.satellite, one.starts, one.ends, dict(one.details)) for one in looks if one.starts < until)


def now(order: Order, minute: float) -> Step:
    return standings([order], at=at(minute))[0].now


def filters(random: Random) -> dict[str, Any] | None:
    one, other = random.uniform(15, 48), random.uniform(60, 300)
    return random.choice(
        [
            None,
            {"op": "<=", "args": [{"property": "off_nadir"}, one]},
            {"op": ">=", "args": [{"property": "duration"}, other]},
            {"op": "=", "args": [{"property": "satellite"}, random.choice(["sat-1", "sat-2"])]},
        ]
    )


@pytest.mark.in_turn("seed")
@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_known_is_what_who_orders_now_would_find(seed: int) -> None:
    random = Random(seed)
    product, orders = product_of(), list[tuple[Order, Any]]()
    while len(orders) < 4:
        first = random.uniform(0, HORIZON * 0.8)
        text = filters(random)
        # Some begin or end within a pass, where only a part of it may be taken, at another angle.
        looks = possible(product, wish(0, HORIZON), at=NOW).looks
        if random.random() < 0.5:
            middle = random.choice(looks)
            first = ((middle.starts + (middle.ends - middle.starts) / 3) - NOW) / timedelta(minutes=1)
        first = round(first * 60) / 60  # whole seconds: a search counts milliseconds from its start
        wanted = wish(first, first + random.randint(60, HORIZON), **({"filter": text} if text else {}))
        order = placed(product, wanted).order
        if order.refusal is None:
            orders.append((order, wanted))
    run()
    for order, wanted in orders:
        if wanted.filter is not None:
            assert known(order) == found(order, product, wanted, 0)
        assert [one[:3] for one in known(order)] == [one[:3] for one in found(order, product, wanted, 0)]
    put("sat-1", minute=1, MEAN_ANOMALY=random.uniform(0, 360))
    run(1)
    for order, wanted in orders:
        assert [one[:3] for one in known(order)] == [one[:3] for one in found(order, product, wanted, 1)]
        assert all(details["mode"] == "spot" for *_, details in known(order))


def test_an_order_moves_to_where_newer_elements_see_it() -> None:
    product = product_of()
    order = placed(product, wish(0, HORIZON)).order
    run()
    before = Assignment.objects.get(task=order.id, is_live=True)
    assert before.opportunity
    put(before.satellite.slug, minute=1, MEAN_ANOMALY=77, NORAD_CAT_ID=799501234 + (before.satellite.slug == "sat-2"))
    run(1)
    assert now(order, 1).reason == "planned"
    after = Assignment.objects.select_related("opportunity__origin").get(task=order.id, is_live=True)
    assert after.opportunity
    assert not after.opportunity.is_outdated
    assert after.starts != before.starts


def test_what_is_frozen_stays_where_it_was() -> None:
    product = product_of()
    order = placed(product, wish(0, HORIZON)).order
    run()
    before = Assignment.objects.get(task=order.id, is_live=True)
    Fleet.objects.filter(slug="orbit").update(frozen_s=HOURS * 3600)
    put("sat-1", minute=1, MEAN_ANOMALY=77)
    put("sat-2", minute=1, MEAN_ANOMALY=99, NORAD_CAT_ID=799501235)
    run(1)
    after = Assignment.objects.get(task=order.id, is_live=True)
    assert (after.satellite_id, after.starts, after.ends) == (before.satellite_id, before.starts, before.ends)
    assert now(order, 1).code == "scheduled"


def test_what_begins_beyond_the_horizon_is_not_yet_known_and_is_planned_in_time() -> None:
    product = product_of()
    order = placed(product, wish(4 * HORIZON, 6 * HORIZON)).order
    run()
    assert known(order) == []
    assert now(order, 0).reason == "not_yet"
    run(4 * HORIZON)
    assert now(order, 4 * HORIZON).reason == "planned"


def test_what_is_in_view_nowhere_any_more_waits_and_expires_when_its_time_is_over() -> None:
    product = product_of(satellites=["sat-1"])
    order = placed(product, wish(0, HORIZON)).order
    run()
    put("sat-1", minute=1, INCLINATION=1)
    run(1)
    assert known(order) == []
    assert (now(order, 1).code, now(order, 1).reason) == ("accepted", "unavailable")
    assert now(order, HORIZON).code == "expired"
