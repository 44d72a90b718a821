"""Changes of users and accounts."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from satselect.scheduling.audit import audit
from satselect.scheduling.conditions import Condition, always
from satselect.scheduling.errors import NoFleetError
from satselect.store.models import Account, Fleet, Role, User
from satselect.store.transactions import short_transaction

_SHOWN = ("role", "is_active", "buffered_limit")


def edit_user(
    user: User,
    sent: Mapping[str, object],
    *,
    fleets: Iterable[Fleet] | None = None,
    at: datetime,
    by: User,
    condition: Condition = always,
) -> None:
    """Gives the user these of `role`, `is_active` and `buffered_limit`, and these fleets to execute the tasks of.

    Who is not active any more has no key that holds, and no session. Users are never deleted: what they did stays.

    Raises:
        NoFleetError: an executor would have no fleet.
        ChangedError: the user is not as the condition demands.
    """
    fleets = None if fleets is None else list(fleets)
    _check_fleets(user, sent, fleets)
    facts = {name: sent[name] for name in _SHOWN if name in sent}
    is_admin = sent.get("role", user.role) == Role.ADMIN
    with short_transaction():
        User.objects.select_for_update().get(id=user.id)
        condition()
        # Another role or limit: how many tasks are in the buffer is counted anew when it matters.
        User.objects.filter(id=user.id).update(**facts, is_staff=is_admin, is_superuser=is_admin, buffered_at_most=None)
        if fleets is not None:
            user.fleets.set(fleets)
            facts["fleets"] = sorted(fleet.slug for fleet in fleets)
        audit(by, "user.edit", user.username, at=at, facts=facts)


def _check_fleets(user: User, sent: Mapping[str, object], fleets: Sequence[Fleet] | None) -> None:
    """Only where that changes: fleets are deleted, and who ran their tasks must still be switched off."""
    is_about = "role" in sent or fleets is not None
    if is_about and sent.get("role", user.role) == Role.EXECUTOR:
        has_some = user.fleets.exists() if fleets is None else bool(fleets)
        if not has_some:
            raise NoFleetError(user.username)


def rename_account(account: Account, name: str, *, at: datetime, by: User, condition: Condition = always) -> None:
    """People read this name; the slug stays.

    Raises:
        ChangedError: the account is not as the condition demands.
    """
    with short_transaction():
        Account.objects.select_for_update().get(id=account.id)
        condition()
        Account.objects.filter(id=account.id).update(name=name)
        audit(by, "account.edit", account.slug, at=at, facts={"name": name})
