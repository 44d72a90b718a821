"""What is told to be free is what the engine plans beside what is planned, worth nothing, and moves nobody."""

from random import Random

import pytest

from satselect.application.access.accounts import find_user
from satselect.application.act import Act
from satselect.application.opportunities.product_opportunities import Look
from satselect.application.ordering.free import free
from satselect.application.ordering.products import create_product
from satselect.store.defaults import LOCAL
from satselect.store.models import Fleet, Outage, Product, Resource, Satellite, Supply
from tests.application.buffers import NOW
from tests.application.orbits import at, orbit, planned, run, submit, timed

pytestmark = pytest.mark.usefixtures("database")

DATABASES = ["sqlite"]
MINUTES = 8


def offered() -> Product:
    wanted = {"slug": "wide", "title": "Wide", "license": "proprietary", "geometries": ["Point"]}
    given = {"resources": {"camera": 1}, "duration": 60.0 * MINUTES, "profit": 0}
    return create_product(orbit(), wanted | given, Act(find_user(LOCAL), NOW))


@pytest.mark.parametrize("seed", range(6))
def test_it_is_what_the_engine_finds_room_for(seed: int) -> None:
    random, product = Random(seed), offered()
    Resource.objects.filter(name="camera").update(turnaround_s=random.choice([0, 60, 240]))
    for number in range(6):
        first = random.randrange(10, 100)
        slug = f"sat-{number % 2 + 1}"
        submit(timed(f"busy {number}", (first, first + 12), duration=60.0 * random.randrange(2, 9), satellite=slug))
    out = Satellite.objects.get(slug="sat-2")
    Outage.objects.create(fleet=out.fleet, satellite=out, starts=at(40), ends=at(50))
    run()
    taken = planned()
    for _ in range(3):
        first, slug = random.randrange(0, 100), random.choice(["sat-1", "sat-2"])
        last = first + random.randrange(MINUTES, 20)
        (told,) = free(Product.objects.select_related("fleet").get(), [Look(slug, at(first), at(last), {})], at=NOW)
        name = f"probe {first} {last}"
        # Worth next to nothing, and nobody else is worth less: it gets what is left over.
        submit(timed(name, (first, last), duration=60.0 * MINUTES, profit=0.001, satellite=slug))
        Fleet.objects.update(replan="never")
        run()
        assert (name in planned()) == told, (slug, first, last, taken, planned())
        assert all(planned()[one] == place for one, place in taken.items())
        taken = planned()
    assert product.resources == {"camera": 1}


def test_what_is_used_up_is_not_told() -> None:
    product = offered()
    Supply.objects.filter(resource__name="camera").update(capacity=5)
    Resource.objects.filter(name="camera").update(kind="budget")
    assert free(product, [Look("sat-1", at(20), at(60), {})], at=NOW) == [None]
