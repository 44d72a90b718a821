"""Works off the searches that wait: one at a time in each process that does, whichever takes it first.

A process that dies leaves its claim behind, which ends by itself; then another one takes the search up again.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from django.db import DatabaseError
from django.db.models.functions import Coalesce
from pydantic import TypeAdapter

from satselect.application.access.rights import sees_break_even
from satselect.application.errors import NoOrbitsError, RefusedError
from satselect.application.failpoints import Point, reach
from satselect.application.maintenance.housekeeping import repeat
from satselect.application.ordering.auction.working import BreakEvens
from satselect.application.ordering.offers import Offer, offered
from satselect.application.ordering.possible import findable
from satselect.application.ordering.prices import PlanPrices
from satselect.application.ordering.searches.records import State, forget_searches
from satselect.application.ordering.winning import Needed, break_evens
from satselect.application.shutdown import Shutdown
from satselect.engine.limits import stopped_by
from satselect.schemas.explanations import Unknown
from satselect.schemas.ordering.wishes import Wish
from satselect.schemas.reading.faults import InputError
from satselect.schemas.reading.validation import validate
from satselect.store.models import OpportunitySearch
from satselect.store.sql.connections import giving_back
from satselect.store.sql.statements import ask, id_in
from satselect.store.sql.transactions import short_transaction

log = logging.getLogger(__name__)

EVERY_S = 0.5
"""How often to look: one question, answered by an index of those that wait."""
FORGET_EVERY_S = 60.0
CLAIMED = timedelta(seconds=60)
"""So long a search is left to a process, which may have died of it. It takes half of that at most."""
MOST_ATTEMPTS = 3
PRICES_S, BREAK_EVENS_S = 5.0, 20.0
"""How long the engine may plan for prices, twice at most, and for break-even profits."""

_WISH: TypeAdapter[Wish] = TypeAdapter(Wish)
_MOST_CHARACTERS = 500
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a search: completed with what was found, or failed for a reason."""

    state: str
    reason: str | None = None
    words: str = ""
    found: Sequence[Offer] | None = None


def work_off_searches(clock: Clock, shutdown: Shutdown, prices: PlanPrices) -> Callable[[], None]:
    """Works off what waits, again and again in a thread of its own, and forgets what is old; gives what ends it.

    What orders that lost have to be worth is worked out in the same thread.
    """
    orders = BreakEvens(clock, shutdown)
    working = repeat(partial(_work_off, clock, shutdown, prices, orders), every_s=EVERY_S, name="searches")
    forgetting = repeat(lambda: _forget(clock), every_s=FORGET_EVERY_S, name="old searches")

    def stop() -> None:
        for event in (working, forgetting):
            event.set()

    return stop


def work_next(clock: Clock, shutdown: Shutdown, prices: PlanPrices) -> bool:
    """Whether a search waited, which is over now."""
    mine = take_search(clock())
    if mine is None:
        return False
    reach(Point.AFTER_SEARCH_CLAIM)
    with stopped_by(giving_back(shutdown.has_begun)):
        outcome = _outcome(mine, clock(), prices)
    # Before the outcome is stored: a search that was stopped half way would look as if that were all.
    if shutdown.has_begun():
        _give_back(mine)
        return False
    _end(mine, outcome, at=clock())
    return True


def take_search(at: datetime) -> OpportunitySearch | None:
    """The oldest search that waits and that nobody works off, which is the caller's from now on; None if none does."""
    while first := ask(_FIRST, at):
        search_id, attempts = id_in(first[0][0]), first[0][1]
        mine = OpportunitySearch.objects.filter(id=search_id, attempts=attempts, ended=None)
        if attempts >= MOST_ATTEMPTS:
            words = f"it was begun {attempts} times, and each time the process ended before it was done"
            with short_transaction():
                mine.update(state=State.FAILED, ended=at, reason="given_up", words=words)
            continue
        with short_transaction():
            # `begun` stays when it was begun first.
            taken = mine.update(
                state=State.IN_PROGRESS, begun=Coalesce("begun", at), attempts=attempts + 1, claimed_until=at + CLAIMED
            )
        if taken:
            return OpportunitySearch.objects.select_related("product__fleet", "user").get(id=search_id)
    return None


# Asked twice a second by each process that works off searches.
_FIRST = """
    SELECT id, attempts FROM store_opportunitysearch
    WHERE ended IS NULL AND (claimed_until IS NULL OR claimed_until <= %s) ORDER BY id LIMIT 1
"""


def _outcome(search: OpportunitySearch, at: datetime, prices: PlanPrices) -> Outcome:
    try:
        return _worked_out(search, at, prices)
    except NoOrbitsError as error:
        return Outcome(State.FAILED, "no_orbits", str(error))
    except InputError as error:
        return Outcome(State.FAILED, "invalid_request", str(error))
    except RefusedError as error:
        return Outcome(State.FAILED, "conflict", str(error))
    except DatabaseError:
        raise  # it is taken up again
    except Exception:
        log.exception("search.failed", extra={"search": str(search.id)})
        return Outcome(State.FAILED, "internal_error", "something went wrong that is none of the search's doing")


def _worked_out(search: OpportunitySearch, at: datetime, prices: PlanPrices) -> Outcome:
    product = search.product
    found = findable(product, validate(_WISH, search.wish), at=at)
    if found.refusal:
        return Outcome(State.COMPLETED, found.refusal.code, found.refusal.words, [])
    if not sees_break_even(search.user, product.fleet):
        return Outcome(State.COMPLETED, found=[Offer(look) for look in found.looks])
    offers = offered(product, found.looks, prices, at=at, time_limit_s=PRICES_S)
    needed = break_evens(product, found.looks, by=search.user, at=at, time_limit_s=BREAK_EVENS_S)
    return Outcome(State.COMPLETED, found=[_with(*one) for one in zip(offers, needed, strict=True)])


def _with(offer: Offer, needed: Needed) -> Offer:
    if isinstance(needed, Unknown):
        return replace(offer, unknown=needed.value)
    return replace(offer, break_even=needed)


def _end(search: OpportunitySearch, outcome: Outcome, *, at: datetime) -> None:
    """Records what became of it, unless somebody else took it up meanwhile."""
    reach(Point.BEFORE_SEARCH_COMMIT)
    with short_transaction():
        OpportunitySearch.objects.filter(id=search.id, attempts=search.attempts, ended=None).update(
            state=outcome.state,
            ended=at,
            claimed_until=None,
            reason=outcome.reason,
            words=outcome.words[:_MOST_CHARACTERS],
            found=None if outcome.found is None else [one.as_row() for one in outcome.found],
        )


def _give_back(search: OpportunitySearch) -> None:
    """The process ends: another one may take it up at once, and nobody failed with it."""
    with short_transaction():
        OpportunitySearch.objects.filter(id=search.id, attempts=search.attempts, ended=None).update(
            attempts=search.attempts - 1, claimed_until=None
        )


def _work_off(clock: Clock, shutdown: Shutdown, prices: PlanPrices, orders: BreakEvens) -> None:
    """A search and an order in turn, as long as there are some."""
    while not shutdown.has_begun():
        was_search = work_next(clock, shutdown, prices)
        if not orders.work_next() and not was_search:
            break


def _forget(clock: Clock) -> None:
    forget_searches(at=clock())
