"""Searches as rows: claimed by one, fenced off from those who lost the claim, given up, forgotten."""

from datetime import timedelta
from uuid import UUID

import pytest

from satselect.application.access.accounts import find_user
from satselect.application.act import Act
from satselect.application.errors import TooManySearchesError
from satselect.application.ordering.prices import PlanPrices
from satselect.application.ordering.products import create_product
from satselect.application.ordering.searches import records, working
from satselect.application.ordering.searches.records import begin_search, forget_searches, steps_of
from satselect.application.ordering.searches.working import CLAIMED, MOST_ATTEMPTS, take_search, work_next
from satselect.application.shutdown import Shutdown
from satselect.schemas.ordering.wishes import Wish
from satselect.store.defaults import LOCAL
from satselect.store.models import OpportunitySearch, Product
from tests.application.buffers import NOW
from tests.application.orbits import at, orbit

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def product(database: object) -> Product:
    wanted = {"slug": "wide", "title": "Wide", "license": "proprietary", "geometries": ["Point"]}
    given = {"resources": {"camera": 1}, "duration": 60.0, "profit": 0}
    return create_product(orbit(), wanted | given, Act(find_user(LOCAL), NOW))


def begin(product: Product, minute: float = 0) -> OpportunitySearch:
    when = f"{at(20).isoformat()}/{at(40).isoformat()}"
    wish = Wish.model_validate({"datetime": when, "geometry": {"type": "Point", "coordinates": [13.4, 52.5]}})
    return begin_search(product, wish, by=find_user(LOCAL), at=at(minute))


def row() -> OpportunitySearch:
    return OpportunitySearch.objects.get()


def codes() -> list[str]:
    return [step.code for step in steps_of(row())]


def ending() -> Shutdown:
    shutdown = Shutdown()
    shutdown.begin()
    return shutdown


def test_the_oldest_is_taken_once_until_the_claim_is_over(product: Product) -> None:
    ids: list[UUID] = [begin(product, minute).id for minute in (0, 1)]
    taken = [one.id for one in (take_search(at(2)), take_search(at(2))) if one]
    assert (taken, take_search(at(2))) == (ids, None)
    again = take_search(at(2) + CLAIMED)
    assert again is not None
    assert (again.id, again.attempts, again.begun) == (ids[0], 2, at(2))


def test_who_lost_the_claim_ends_nothing(product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    begin(product)
    worked_out = working._worked_out

    def slow(search: OpportunitySearch, *_: object) -> working.Outcome:
        other = take_search(at(1) + CLAIMED)
        assert other is not None
        return worked_out(search, at(1), PlanPrices())

    monkeypatch.setattr(working, "_worked_out", slow)
    assert work_next(lambda: at(1), Shutdown(), PlanPrices())
    assert (row().state, row().attempts, row().found) == ("in_progress", 2, None)


def test_what_process_after_process_dies_of_is_given_up(product: Product) -> None:
    begin(product)
    for attempt in range(MOST_ATTEMPTS):
        assert take_search(at(1) + attempt * CLAIMED)
    assert take_search(at(1) + MOST_ATTEMPTS * CLAIMED) is None
    assert codes() == ["received", "in_progress", "failed"]
    assert (row().reason, row().words.split(",")[0]) == ("given_up", "it was begun 3 times")


def test_a_process_that_ends_gives_its_search_back(product: Product) -> None:
    begin(product)
    assert not work_next(lambda: at(1), ending(), PlanPrices())
    assert (row().attempts, row().claimed_until, codes()) == (0, None, ["received", "in_progress"])
    assert work_next(lambda: at(1), Shutdown(), PlanPrices())
    assert codes() == ["received", "in_progress", "completed"]


def test_what_breaks_is_told_and_stops_nobody(product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    begin(product)

    def breaks(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(working, "_worked_out", breaks)
    assert work_next(lambda: at(1), Shutdown(), PlanPrices())
    assert (row().state, row().reason) == ("failed", "internal_error")
    assert not work_next(lambda: at(1), Shutdown(), PlanPrices())


def test_a_fleet_that_does_not_plan_any_more_fails_it(product: Product) -> None:
    begin(product)
    product.fleet.horizon_s = None
    product.fleet.save()
    work_next(lambda: at(1), Shutdown(), PlanPrices())
    assert (row().state, row().reason) == ("failed", "conflict")


def test_they_are_kept_for_a_day(product: Product) -> None:
    begin(product)
    work_next(lambda: at(1), Shutdown(), PlanPrices())
    assert forget_searches(at=at(0) + records.KEPT) == 0
    begin(product, 5)
    assert forget_searches(at=at(1) + records.KEPT) == 1
    assert row().created == at(5)
    assert forget_searches(at=at(6) + records.KEPT) == 1, "also one that nobody worked off"


def test_an_account_has_so_many_and_a_user_so_many_under_way(product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "MOST_KEPT", 2)
    for minute in range(4):
        begin(product, minute)
        work_next(lambda: at(10), Shutdown(), PlanPrices())
    assert list(OpportunitySearch.objects.order_by("id").values_list("created", flat=True)) == [at(2), at(3)]
    for minute in range(records.MOST_OPEN):
        begin(product, 20 + minute)
    with pytest.raises(TooManySearchesError):
        begin(product, 30)
    assert OpportunitySearch.objects.filter(created__gte=at(0) + timedelta(minutes=20)).count() == records.MOST_OPEN
