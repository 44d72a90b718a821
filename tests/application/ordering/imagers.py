"""A fleet with elements, whose cameras change modes and whose disks passes drain, and orders that compete."""

import json
from datetime import UTC, timedelta
from random import Random
from typing import Any

from satselect.application.access.accounts import find_user
from satselect.application.act import Act
from satselect.application.explanation.questions import Places
from satselect.application.fleets.elements import put_elements
from satselect.application.ordering.auction.telling import with_price
from satselect.application.ordering.orders import NewOrder, place
from satselect.application.ordering.products import create_product
from satselect.application.ordering.statuses import Standing, Step, standings
from satselect.application.tasks.submission import Submission
from satselect.schemas.ordering.products import Sight
from satselect.schemas.ordering.wishes import Wish
from satselect.store.defaults import LOCAL
from satselect.store.models import Fleet, Order, Pass, Product, Resource, Satellite, Supply
from tests.application.buffers import NOW
from tests.application.orbits import at
from tests.application.ordering.settlers import StoresOnly

HOURS = 12
MODES = {"detail": "mode", "seconds": {"strip": {"spot": 120}, "spot": {"strip": 90, "spot": 20}}}


def imagers() -> list[Product]:
    """The fleet of two, with a product for each mode."""
    fleet = Fleet.objects.create(
        slug="orbit", name="Orbit", horizon_s=HOURS * 3600, frozen_s=600, step_s=10, stay=0.0, shows_break_even=True
    )
    act = Act(find_user(LOCAL), NOW)
    for number in range(2):
        satellite = Satellite.objects.create(fleet=fleet, slug=f"sat-{number}", name=f"sat-{number}")
        for name, kind, capacity, turnaround_s in (("camera", "renewable", 1, 30), ("disk", "reservoir", 3, 0)):
            resource, _ = Resource.objects.get_or_create(fleet=fleet, name=name, kind=kind, turnaround_s=turnaround_s)
            Supply.objects.create(resource=resource, satellite=satellite, capacity=capacity, level_at=NOW)
        put_elements(satellite, message(number), act)
        for hour in range(1, HOURS, 4):
            when = {"starts": at(60 * hour + 20 * number), "ends": at(60 * hour + 20 * number + 8)}
            Pass.objects.create(fleet=fleet, satellite=satellite, station="north", drains={"disk": 2}, **when)
    Resource.objects.filter(name="camera").update(transition=MODES)
    shared: dict[str, Any] = {"license": "proprietary", "geometries": ["Point"], "profit": 1}
    shared |= {"resources": {"camera": 1, "disk": 1}, "sight": Sight(maximum_off_nadir=40.0)}
    for mode, duration in (("strip", 40.0), ("spot", 20.0)):
        own = {"slug": mode, "title": mode, "duration": duration, "details": {"mode": mode}}
        create_product(fleet, shared | own, act)
    return list(Product.objects.select_related("fleet").order_by("id"))


def message(number: int) -> str:
    epoch = (NOW - timedelta(hours=6)).astimezone(UTC).replace(tzinfo=None).isoformat()
    orbit = {"MEAN_MOTION": 15.2, "ECCENTRICITY": 0.001, "INCLINATION": 97.6, "ARG_OF_PERICENTER": 90}
    where = {"RA_OF_ASC_NODE": 120 + 40 * number, "MEAN_ANOMALY": 100 * number, "BSTAR": 0.00005}
    return json.dumps(orbit | where | {"OBJECT_NAME": f"S{number}", "NORAD_CAT_ID": 99001 + number, "EPOCH": epoch})


def compete(products: list[Product], random: Random, count: int) -> list[Order]:
    """Orders of places near each other, of which not all can win."""
    return [ordered(random.choice(products), some_place(random), random.randint(100, 2000) / 100) for _ in range(count)]


def some_place(random: Random) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [10 + 8 * random.random(), 48 + 8 * random.random()]}


def ordered(product: Product, place_: dict[str, Any], profit: float) -> Order:
    me, when = find_user(LOCAL), f"{NOW.isoformat()}/{at(60 * HOURS).isoformat()}"
    submission = Submission(fleet="orbit", account_id=me.account_id, user_id=me.id, tasks=(), digest="")
    wish = Wish.model_validate({"datetime": when, "geometry": place_})
    new = NewOrder(product=product, wish=wish, parameters={"profit": profit}, submission=submission)
    return place(new, StoresOnly(), at=NOW).order


def standing(order: Order, minute: float = 0) -> Standing:
    row = Order.objects.select_related("product").get(id=order.id)
    return standings([row], at=at(minute))[0]


def asked(order: Order, minute: float = 0) -> Step:
    """What its reader is told that it is."""
    places = Places(most=2, of_user=2)
    return with_price(standing(order, minute), to=find_user(LOCAL), at=at(minute), places=places).now
