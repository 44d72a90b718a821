"""Changes of users and accounts."""

from collections.abc import Iterable, Mapping, Sequence

from satselect.application.access.rights import Right, needs_fleets, role_gives
from satselect.application.act import Act
from satselect.application.audit import audit
from satselect.application.errors import NoFleetError
from satselect.store.models import Account, Fleet, User
from satselect.store.sql.transactions import short_transaction

_SHOWN = ("role", "is_active", "buffered_limit")


def edit_user(user: User, sent: Mapping[str, object], act: Act, *, fleets: Iterable[Fleet] | None = None) -> None:
    """Gives the user these of `role`, `is_active` and `buffered_limit`, and these fleets to execute the tasks of.

    Who is not active any more has no key that holds, and no session. Users are never deleted: what they did stays.

    Raises:
        NoFleetError: an executor would have no fleet.
        ChangedError: the user is not as the condition demands.
    """
    fleets, role = None if fleets is None else list(fleets), str(sent.get("role", user.role))
    if ("role" in sent or fleets is not None) and needs_fleets(role):
        _check_fleets(user, fleets)
    facts = {name: sent[name] for name in _SHOWN if name in sent}
    is_admin = role_gives(role, Right.ADMINISTER)
    with short_transaction():
        # Before the condition is looked at, which holds until the end by this.
        User.objects.select_for_update().get(id=user.id)
        act.condition()
        # Another role or limit: how many tasks are in the buffer is counted anew when it matters.
        User.objects.filter(id=user.id).update(**facts, is_staff=is_admin, is_superuser=is_admin, buffered_at_most=None)
        if fleets is not None:
            user.fleets.set(fleets)
            facts["fleets"] = sorted(fleet.slug for fleet in fleets)
        audit(act, "user.edit", user.username, facts)


def _check_fleets(user: User, fleets: Sequence[Fleet] | None) -> None:
    """Only where that changes: fleets are deleted, and the executors of their tasks must still be switched off."""
    has_some = user.fleets.exists() if fleets is None else bool(fleets)
    if not has_some:
        raise NoFleetError(user.username)


def rename_account(account: Account, name: str, act: Act) -> None:
    """People read this name; the slug stays.

    Raises:
        ChangedError: the account is not as the condition demands.
    """
    with short_transaction():
        Account.objects.select_for_update().get(id=account.id)
        act.condition()
        Account.objects.filter(id=account.id).update(name=name)
        audit(act, "account.edit", account.slug, {"name": name})
