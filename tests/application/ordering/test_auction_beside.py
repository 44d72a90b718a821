"""What an order that lost has to be worth is told always: at once, or, where that takes too long, to who asks again."""

from datetime import timedelta
from random import Random

import pytest
from django.db.models import F

from satselect.application.access.accounts import find_user
from satselect.application.ordering.auction import telling, working
from satselect.application.ordering.auction.kept import HOLDS
from satselect.application.ordering.auction.working import CLAIMED, SECONDS, BreakEvens, take
from satselect.application.ordering.prices import PlanPrices
from satselect.application.ordering.searches.records import begin_search
from satselect.application.ordering.searches.working import _work_off
from satselect.application.shutdown import Shutdown
from satselect.schemas.explanations import Unknown
from satselect.schemas.ordering.wishes import Wish
from satselect.store.defaults import LOCAL
from satselect.store.models import BreakEven, Fleet, OpportunitySearch, Order, Product, Task
from tests.application.buffers import NOW
from tests.application.orbits import at, run
from tests.application.ordering.imagers import asked, compete, imagers, ordered, standing
from tests.longer import more

pytestmark = pytest.mark.usefixtures("database")

MINUTE = 0.5
SEEDS = [0, *more(range(1, 12))]


def lost(random: Random, count: int = 12) -> tuple[list[Product], list[Order]]:
    """Products, and the orders that lost."""
    products = imagers()
    orders = compete(products, random, count)
    run()
    found = [order for order in orders if standing(order).now.reason == "competition"]
    assert found
    return products, found


def workers(minute: float = MINUTE, shutdown: Shutdown | None = None) -> BreakEvens:
    return BreakEvens(lambda: at(minute), shutdown or Shutdown())


def work_off(minute: float = MINUTE) -> int:
    mine, count = workers(minute), 0
    while mine.work_next():
        count += 1
    return count


@pytest.fixture
def no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks waits for nothing."""
    monkeypatch.setattr(telling, "MOST_S", 0.0)


@pytest.mark.usefixtures("no_time")
@pytest.mark.parametrize("seed", SEEDS)
def test_what_there_was_no_time_for_is_told_to_who_asks_again_and_raising_to_it_wins(seed: int) -> None:
    random = Random(seed)
    products, losers = lost(random)
    for order in losers:
        step = asked(order, MINUTE)
        assert (step.reason, step.needs, step.unknown) == ("competition", None, telling.BEING_WORKED_OUT)
    assert work_off() == len(losers)
    told = {order.id: asked(order, MINUTE) for order in losers}
    for step in told.values():
        assert step.unknown in (None, Unknown.NO_PROFIT)
        assert step.unknown or (step.words and step.words.endswith(f"it needs {step.wins_with!r} to win"))
        assert step.as_of == at(MINUTE)
    assert sum(1 for step in told.values() if step.needs is not None) >= len(losers) / 2
    assert not BreakEven.objects.exclude(wanted=None).exists()
    order = random.choice([order for order in losers if told[order.id].needs is not None])
    needs, enough = told[order.id].needs, told[order.id].wins_with
    assert needs is not None and enough is not None  # noqa: PT018
    assert needs < enough <= needs + 0.0101
    product = next(one for one in products if one.id == order.product_id)
    less = ordered(product, order.wish["geometry"], needs - 0.01)
    run(MINUTE)
    assert standing(less, MINUTE).now.reason == "competition"
    raised = ordered(product, order.wish["geometry"], enough)
    run(MINUTE)
    assert standing(raised, MINUTE).now.reason == "planned"


def test_at_once_and_beside_tell_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    _, losers = lost(Random(3))
    monkeypatch.setattr(telling, "MOST_S", 20.0)
    first = [asked(order, MINUTE) for order in losers]
    BreakEven.objects.all().delete()
    monkeypatch.setattr(telling, "MOST_S", 0.0)
    for order in losers:
        asked(order, MINUTE)
    work_off()
    assert [asked(order, MINUTE) for order in losers] == first


@pytest.mark.usefixtures("no_time")
def test_what_was_known_is_told_with_its_time_while_that_of_now_is_worked_out() -> None:
    _, (order, *_) = lost(Random(0))
    asked(order, MINUTE)
    work_off()
    known = asked(order, MINUTE)
    Fleet.objects.filter(slug="orbit").update(version=F("version") + 1)
    step = asked(order, MINUTE + 1)
    assert (step.needs, step.wins_with, step.as_of) == (known.needs, known.wins_with, at(MINUTE))
    assert step.words
    assert "that of now is being worked out" in step.words
    assert work_off(MINUTE + 1) == 1
    assert asked(order, MINUTE + 1).as_of == at(MINUTE + 1)


def test_what_is_known_holds_for_a_while_and_is_not_worked_out_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "MOST_S", 20.0)
    _, (order, *_) = lost(Random(0))
    known = asked(order, MINUTE)
    monkeypatch.setattr(telling, "_worked_out", lambda *_: pytest.fail("it is known"))
    assert asked(order, MINUTE + HOLDS / timedelta(minutes=1)) == known


@pytest.mark.usefixtures("no_time")
def test_who_takes_long_lets_others_go_first_and_has_more_time_later(monkeypatch: pytest.MonkeyPatch) -> None:
    _, losers = lost(Random(0))
    first, second = losers[:2]
    asked(first, MINUTE)
    asked(second, MINUTE)
    monkeypatch.setattr(working, "SECONDS", (0.0, 20.0))
    mine = workers()
    assert mine.work_next()
    assert [row.attempts for row in BreakEven.objects.order_by("-attempts")] == [1, 0]
    assert mine.work_next()
    assert [row.attempts for row in BreakEven.objects.all()] == [1, 1]
    assert [asked(one, MINUTE).unknown for one in (first, second)] == [telling.BEING_WORKED_OUT] * 2
    while mine.work_next():
        pass
    assert Unknown.NOT_PROVEN not in [asked(one, MINUTE).unknown for one in (first, second)]


@pytest.mark.usefixtures("no_time")
def test_a_process_that_dies_leaves_it_to_the_next_one_and_ends_nothing_of_it() -> None:
    _, (order, *_) = lost(Random(0))
    asked(order, MINUTE)
    dead = take(at(MINUTE))
    assert dead is not None
    assert take(at(MINUTE)) is None
    later = at(MINUTE) + timedelta(seconds=SECONDS[0]) + CLAIMED
    minute = (later - NOW) / timedelta(minutes=1)
    assert work_off(minute) == 1
    assert not working._end(dead, {"needs": 1e6})
    assert asked(order, minute).needs != 1e6
    assert BreakEven.objects.get().wanted is None


@pytest.mark.usefixtures("no_time")
def test_what_process_after_process_dies_of_is_given_up() -> None:
    _, (order, *_) = lost(Random(0))
    asked(order, MINUTE)
    now = at(MINUTE)
    for seconds in SECONDS:
        assert take(now)
        now += timedelta(seconds=seconds) + CLAIMED
    assert take(now) is None
    assert asked(order, (now - NOW) / timedelta(minutes=1)).unknown is Unknown.NOT_PROVEN


@pytest.mark.usefixtures("no_time")
def test_a_process_that_ends_gives_it_back_and_what_lost_no_more_is_let_go() -> None:
    _, (order, *_) = lost(Random(0))
    asked(order, MINUTE)
    ending = Shutdown()
    ending.begin()
    assert not workers(shutdown=ending).work_next()
    row = BreakEven.objects.get()
    assert (row.attempts, row.claimed_until, row.wanted) == (0, None, at(MINUTE))
    Task.objects.filter(id=order.id).update(status="cancelled")
    assert work_off() == 1
    assert BreakEven.objects.get().wanted is None


@pytest.mark.usefixtures("no_time")
def test_who_works_off_searches_works_off_orders_in_turn() -> None:
    products, losers = lost(Random(0))
    for order in losers[:2]:
        asked(order, MINUTE)
    when = f"{at(20).isoformat()}/{at(400).isoformat()}"
    wish = Wish.model_validate({"datetime": when, "geometry": {"type": "Point", "coordinates": [13.4, 52.5]}})
    begin_search(products[0], wish, by=find_user(LOCAL), at=at(MINUTE))
    _work_off(lambda: at(MINUTE), Shutdown(), PlanPrices(), workers())
    assert OpportunitySearch.objects.get().state == "completed"
    assert [row.wanted for row in BreakEven.objects.all()] == [None, None]
