"""Users and the accounts that they act for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError

from satselect.application.access.rights import Right, acts_for_own_account, needs_fleets, role_gives
from satselect.application.act import Act
from satselect.application.audit import audit
from satselect.application.errors import BadNameError, NoFleetError, UnknownFleetError, UnknownUserError
from satselect.store.defaults import LOCAL
from satselect.store.models import Account, Fleet, Role, User
from satselect.store.sql.transactions import short_transaction

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """Somebody who may use the service.

    Attributes:
        account: the slug of the account to act for, made if it isn't there; None for one of the customer's own, or
            for the operator's.
        fleets: the slugs of those whose tasks an executor runs.
    """

    name: str
    role: Role
    account: str | None = None
    fleets: Sequence[str] = ()

    @property
    def account_slug(self) -> str:
        """The account, or the one that goes without saying."""
        return self.account or (self.name if acts_for_own_account(self.role) else LOCAL)


def create_user(new: NewUser, act: Act) -> User:
    """The user, who has no key yet and no password.

    Raises:
        BadNameError: a name is taken, or isn't one.
        UnknownFleetError: there is no such fleet.
        NoFleetError: an executor needs one.
    """
    for name in (new.name, new.account_slug):
        if not _NAME.fullmatch(name):
            raise BadNameError(name, "must be 1 to 64 of a-z, 0-9, - and _, a letter or digit first")
    if needs_fleets(new.role) and not new.fleets:
        raise NoFleetError(new.name)
    try:
        with short_transaction():
            return _store(new, act)
    # Names are not looked up before: of two at once only the constraint knows which one was first.
    except IntegrityError:
        raise BadNameError(new.name, "is taken") from None


def find_user(name: str) -> User:
    """The user of that name.

    Raises:
        UnknownUserError: there is none.
    """
    user = User.objects.filter(username=name).first()
    if user is None:
        raise UnknownUserError(name)
    return user


def _store(new: NewUser, act: Act) -> User:
    account, _ = Account.objects.get_or_create(slug=new.account_slug, defaults={"name": new.account_slug})
    is_admin = role_gives(new.role, Right.ADMINISTER)
    # Django's admin site goes by these two; everything else by the role.
    user = User.objects.create(
        username=new.name,
        account=account,
        role=new.role,
        is_staff=is_admin,
        is_superuser=is_admin,
        password="!",  # noqa: S106 - no hash of any
    )
    user.fleets.set([_fleet(slug) for slug in new.fleets])
    audit(act, "user.create", user.username, {"role": new.role, "account": account.slug})
    return user


def _fleet(slug: str) -> Fleet:
    fleet = Fleet.objects.filter(slug=slug).first()
    if fleet is None:
        raise UnknownFleetError(slug)
    return fleet
