"""Orders from orbits, and what becomes of their rows."""

import json
from datetime import timedelta
from typing import Any

import pytest

from satselect.application.access.accounts import find_user
from satselect.application.act import Act
from satselect.application.fleets.elements import put_elements
from satselect.application.maintenance.prune import prune
from satselect.application.opportunities import product_opportunities
from satselect.application.ordering.auction.kept import want
from satselect.application.ordering.orders import NewOrder, Placed, place
from satselect.application.ordering.possible import closed, findable, possible
from satselect.application.ordering.products import create_product
from satselect.application.ordering.statuses import standings
from satselect.application.tasks.change import Report, cancel
from satselect.application.tasks.submission import Submission
from satselect.orbits import Conditions, Point, opportunities, read_elements
from satselect.schemas.ordering.products import Sight
from satselect.schemas.ordering.wishes import Wish
from satselect.store.defaults import LOCAL
from satselect.store.models import Batch, BreakEven, Order, Product, Satellite, Supply, Task
from tests.application.buffers import NOW
from tests.application.orbits import at, orbit
from tests.application.ordering.settlers import StoresOnly

pytestmark = pytest.mark.usefixtures("database")

BERLIN: dict[str, Any] = {"type": "Point", "coordinates": [13.4, 52.5]}
DAY = timedelta(days=1)
MESSAGE = {
    "OBJECT_NAME": "DEMO",
    "NORAD_CAT_ID": 799501234,
    "EPOCH": NOW.isoformat()[:19],
    "MEAN_MOTION": 15.2,
    "ECCENTRICITY": 0.001,
    "INCLINATION": 97.6,
    "RA_OF_ASC_NODE": 40,
    "ARG_OF_PERICENTER": 90,
    "MEAN_ANOMALY": 0,
}
SIGHT = Sight(maximum_off_nadir=50.0)


def offered(**fields: object) -> Product:
    """A product of a fleet of two satellites, of which one has elements."""
    fleet, act = orbit(), Act(find_user(LOCAL), NOW)
    put_elements(Satellite.objects.get(slug="sat-1"), json.dumps(MESSAGE), act)
    wanted = {"slug": "sharp", "title": "Sharp", "license": "proprietary", "geometries": ["Point", "Polygon"]}
    given = {"resources": {"camera": 1}, "duration": 20, "profit": 5, "sight": SIGHT} | fields
    return create_product(fleet, wanted | given, act)


def wish(first: float, last: float, geometry: dict[str, Any] = BERLIN, **more: object) -> Wish:
    text = f"{at(first).isoformat()}/{at(last).isoformat()}"
    return Wish.model_validate({"datetime": text, "geometry": geometry, **more})


def placed(product: Product, wanted: Wish, key: str | None = None) -> Placed:
    me = find_user(LOCAL)
    submission = Submission(
        fleet="orbit", account_id=me.account_id, user_id=me.id, tasks=(), digest="", idempotency_key=key
    )
    return place(NewOrder(product=product, wish=wanted, parameters={}, submission=submission), SETTLER, at=NOW)


SETTLER = StoresOnly()


def test_the_opportunities_are_those_of_the_orbits() -> None:
    found = possible(offered(), wish(0, 3 * 1440), at=NOW).looks
    expected = opportunities(
        read_elements(json.dumps(MESSAGE)),
        Point(52.5, 13.4),
        NOW,
        NOW + 3 * DAY,
        conditions=Conditions(maximum_off_nadir=50, minimum_length=timedelta(seconds=20)),
    )
    assert len(found) == len(expected) > 1
    assert [(one.satellite, one.starts, one.ends) for one in found] == [
        ("sat-1", one.start, one.end) for one in expected
    ]
    nearest = min(found, key=lambda look: look.facts["off_nadir"])
    limit = {"op": "<=", "args": [{"property": "off_nadir"}, nearest.facts["off_nadir"]]}
    assert possible(Product.objects.get(), wish(0, 3 * 1440, filter=limit), at=NOW).looks == [nearest]
    again = wish(0, 1).model_copy(update={"datetime": wish(0, 1).datetime.__class__("", nearest.starts, nearest.ends)})
    assert possible(Product.objects.get(), again, at=NOW).looks[0].starts == nearest.starts


def test_what_only_a_satellite_that_lacks_the_resource_sees_is_refused_as_a_search_is() -> None:
    product = offered()
    resource = Supply.objects.filter(satellite__slug="sat-1", resource__name="camera")
    resource.delete()  # sat-1 alone has elements
    order = placed(product, wish(0, 3 * 1440)).order
    searched = findable(product, wish(0, 3 * 1440), at=NOW)
    assert searched.refusal is not None
    assert (order.refusal, searched.refusal.code, Task.objects.count()) == ("unavailable", "unavailable", 0)
    put_elements(Satellite.objects.get(slug="sat-2"), json.dumps(MESSAGE), Act(find_user(LOCAL), NOW))
    found = possible(product, wish(0, 3 * 1440), at=NOW).looks
    assert {look.satellite for look in found} == {"sat-2"}
    assert placed(product, wish(0, 3 * 1440), "again").order.refusal is None


def test_what_can_not_be_taken_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    product = offered()
    put_elements(Satellite.objects.get(slug="sat-2"), json.dumps(MESSAGE), Act(find_user(LOCAL), NOW))
    of_one, others = divmod(len(possible(product, wish(0, 3 * 1440), at=NOW).looks), 2)
    assert (of_one > 0, others) == (True, 0)
    Supply.objects.filter(satellite__slug="sat-1", resource__name="camera").delete()
    monkeypatch.setattr(product_opportunities, "MOST_LOOKS", of_one)
    assert [look.satellite for look in possible(product, wish(0, 3 * 1440), at=NOW).looks] == ["sat-2"] * of_one


def test_without_sight_any_time_of_any_satellite_will_do() -> None:
    found = possible(offered(sight=None), wish(-10, 60), at=NOW).looks
    assert [(one.satellite, one.starts, one.ends) for one in found] == [
        ("sat-1", NOW, at(60)),
        ("sat-2", NOW, at(60)),
    ]
    assert possible(Product.objects.get(), wish(0, 0.1), at=NOW).refusal  # shorter than it takes


def test_a_place_that_is_too_wide_and_a_time_too_far_are_refused_with_their_reasons() -> None:
    product = offered()
    square = [[10.0, 50.0], [11.0, 50.0], [11.0, 51.0], [10.0, 51.0], [10.0, 50.0]]
    wide = possible(product, wish(0, 1440, {"type": "Polygon", "coordinates": [square]}), at=NOW)
    far = possible(product, wish(40 * 1440, 41 * 1440), at=NOW)
    assert (wide.refusal and wide.refusal.code, far.refusal and far.refusal.code) == (
        "invalid_geometry",
        "no_opportunity",
    )


def test_open_ends_are_closed_by_now_and_the_horizon() -> None:
    product = offered(sight=None)
    later = Wish.model_validate({"datetime": f"{at(5).isoformat()}/..", "geometry": BERLIN})
    assert closed(product, later, at=NOW).datetime.ends == at(125)
    until = Wish.model_validate({"datetime": f"../{at(5).isoformat()}", "geometry": BERLIN})
    assert closed(product, until, at=NOW).datetime.starts == NOW


def test_an_order_is_stored_with_its_task_and_goes_with_it() -> None:
    product = offered(sight=None)
    one, refused = placed(product, wish(0, 60), "one").order, placed(product, wish(0, 0.1), "two").order
    assert Task.objects.get().id == one.id
    assert (refused.refusal, Batch.objects.count()) == ("no_opportunity", 2)
    assert placed(product, wish(0, 60), "one").order == one
    assert placed(product, wish(0, 0.1), "two").order == refused
    cancel(Task.objects.get(), Report(find_user(LOCAL), NOW))
    (standing,) = standings([one], at=NOW)
    assert [step.code for step in standing.steps] == ["received", "cancelled"]
    Batch.objects.update(state="done")
    want(one.id, at=NOW)
    prune(NOW + DAY, Act(find_user(LOCAL), NOW + 2 * DAY))
    assert Order.objects.count() == Batch.objects.count() == Task.objects.count() == BreakEven.objects.count() == 0


def test_a_minute_between_two_milliseconds_has_no_room_for_a_minute() -> None:
    # Plans have whole milliseconds, so of these sixty seconds 59.999 are left.
    product, half = offered(sight=None, duration=60), timedelta(microseconds=500)
    first, last = at(0), at(1)
    for shift, count in ((timedelta(0), 2), (half, 0), (2 * half, 2)):
        text = f"{(first + shift).isoformat()}/{(last + shift).isoformat()}"
        found = possible(product, Wish.model_validate({"datetime": text, "geometry": BERLIN}), at=NOW)
        assert len(found.looks) == count
    assert found.span == (first + 2 * half, last + 2 * half)
