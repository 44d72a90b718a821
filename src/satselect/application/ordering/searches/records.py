"""What is kept of searches: that they were asked for, what they are, and what they found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from satselect.application.errors import KeyReusedError, TooManySearchesError
from satselect.application.ordering.offers import Offer
from satselect.application.ordering.possible import closed, read_filter
from satselect.schemas.ordering.wishes import Wish
from satselect.store.models import Account, OpportunitySearch, Product, User
from satselect.store.sql.ids import new_id
from satselect.store.sql.transactions import short_transaction

KEPT = timedelta(days=1)
"""So long after it was asked for a search is kept."""
MOST_OPEN = 4
"""So many searches of a user may wait to be worked off, or be worked off."""
MOST_KEPT = 500
"""So many of an account are kept; the oldest that are over go first."""
FORGOTTEN_AT_ONCE = 200

State = OpportunitySearch.State


@dataclass(frozen=True, slots=True)
class SearchStep:
    """What a search was from a time on, with a code of why and the same in words, if there is something to say."""

    at: datetime
    code: str
    reason: str | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Repeatable:
    """What makes it safe to ask for a search twice: a key of the account, and what was sent with it."""

    key: str
    digest: str


def begin_search(
    product: Product, wish: Wish, *, by: User, at: datetime, repeatable: Repeatable | None = None
) -> OpportunitySearch:
    """The search, stored; somebody works it off soon. Asked for twice with one key it is one.

    Raises:
        KeyReusedError: the key belongs to another search.
        InvalidError: the filter is none.
        TooManySearchesError: the user has as many searches under way as one may.
    """
    if repeatable and (earlier := _earlier(repeatable, by)):
        return earlier
    read_filter(product, wish)
    with short_transaction():
        if repeatable:
            Account.objects.select_for_update().get(id=by.account_id)  # whose keys they are
            # Once more, under the lock: two who ask at once with one key are one (decision 0159).
            if earlier := _earlier(repeatable, by):
                return earlier
        User.objects.select_for_update().get(id=by.id)  # or two at once would be counted as one
        if OpportunitySearch.objects.filter(user=by, ended=None).count() >= MOST_OPEN:
            raise TooManySearchesError(MOST_OPEN)
        made = OpportunitySearch.objects.create(
            id=new_id(at),
            account_id=by.account_id,
            user=by,
            product=product,
            # Closed as of now: it is worked off later, and must be a search of the time that was asked for.
            wish=closed(product, wish, at=at).as_sent(),
            created=at,
            idempotency_key=repeatable.key if repeatable else None,
            digest=repeatable.digest if repeatable else None,
        )
        _delete(_too_many(by.account_id))
    return made


def steps_of(search: OpportunitySearch) -> Sequence[SearchStep]:
    """What it was, oldest first; the last one is what it is now."""
    steps = [SearchStep(search.created, State.RECEIVED)]
    if search.begun is not None:
        steps.append(SearchStep(search.begun, State.IN_PROGRESS))
    if search.ended is not None:
        steps.append(SearchStep(search.ended, search.state, search.reason, search.words or None))
    return steps


def found_by(search: OpportunitySearch, *, is_told_all: bool) -> Sequence[Offer]:
    """What a search that is completed found, by start.

    Args:
        search: which.
        is_told_all: whether the reader may know what others offer.
    """
    offers = [Offer.of_row(row) for row in search.found or ()]
    return offers if is_told_all else [one.untold() for one in offers]


def forget_searches(*, at: datetime) -> int:
    """Deletes the searches that were asked for too long ago, whatever became of them. Gives how many."""
    count = 0
    old = OpportunitySearch.objects.filter(created__lt=at - KEPT).order_by("created")
    while ids := list(old.values_list("id", flat=True)[:FORGOTTEN_AT_ONCE]):
        with short_transaction():
            _delete(ids)
        count += len(ids)
    return count


def _earlier(repeatable: Repeatable, by: User) -> OpportunitySearch | None:
    rows = OpportunitySearch.objects.filter(account=by.account_id, idempotency_key=repeatable.key)
    found = rows.select_related("product").defer("found").first()
    if found is not None and found.digest != repeatable.digest:
        raise KeyReusedError(repeatable.key)
    return found


def _too_many(account_id: int) -> list[UUID]:
    newest = OpportunitySearch.objects.filter(account=account_id).order_by("-id")
    over = newest.values_list("id", "ended")[MOST_KEPT : MOST_KEPT + FORGOTTEN_AT_ONCE]
    return [id for id, ended in over if ended is not None]


def _delete(ids: Sequence[UUID]) -> None:
    if ids:
        OpportunitySearch.objects.filter(id__in=ids).delete()
