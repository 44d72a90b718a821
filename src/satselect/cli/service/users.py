"""`satselect users`: who may use the service."""

import argparse
import json
import sys
from getpass import getpass
from typing import TYPE_CHECKING

from satselect.cli.service.setup import DONE, WRONG_INPUT, fail, set_up
from satselect.cli.terminal.tables import table

if TYPE_CHECKING:
    from satselect.store.models import User


def run(given: argparse.Namespace) -> int:
    """Does what is asked with a user. Gives the exit code."""
    if code := set_up(given.database):
        return code
    actions = {"create": _create, "list": _list, "password": _set_password, "limit": _set_limit}
    return actions[given.action](given)


def _create(given: argparse.Namespace) -> int:
    from django.utils import timezone

    from satselect.application.access.accounts import NewUser, create_user, find_user
    from satselect.application.act import Act
    from satselect.application.errors import RefusedError
    from satselect.store.defaults import LOCAL
    from satselect.store.models import Role

    new = NewUser(name=given.name, role=Role(given.role), account=given.account, fleets=given.fleet)
    try:
        user = create_user(new, Act(find_user(LOCAL), timezone.now()))
    except RefusedError as error:
        return fail(str(error), code=WRONG_INPUT)
    made = {"user": user.username, "role": str(user.role), "account": user.account.slug, "fleets": given.fleet}
    if given.json:
        print(json.dumps(made))
    else:
        print(f"{user.username}: {user.role} of the account {user.account.slug}")
    return DONE


def _list(given: argparse.Namespace) -> int:
    from satselect.store.models import User

    users = User.objects.select_related("account").prefetch_related("fleets").order_by("username")
    shown = [_shown(user) for user in users]
    if given.json:
        print(json.dumps({"items": shown}))
    else:
        rows = [[_word(value) for value in line.values()] for line in shown]
        print("\n".join(table(["user", "role", "account", "fleets", "active", "limit"], rows)))
    return DONE


def _shown(user: "User") -> dict[str, object]:
    return {
        "user": user.username,
        "role": str(user.role),
        "account": user.account.slug,
        "fleets": sorted(fleet.slug for fleet in user.fleets.all()),
        "is_active": user.is_active,
        "buffered_limit": user.buffered_limit,
    }


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(value) or "-"
    return "usual" if value is None else str(value)


def _set_password(given: argparse.Namespace) -> int:
    from django.utils import timezone

    from satselect.application.access.accounts import find_user
    from satselect.application.access.passwords import set_password
    from satselect.application.act import Act
    from satselect.application.errors import RefusedError
    from satselect.store.defaults import LOCAL

    try:
        user = find_user(given.name)
        # The name first: of a user that there isn't nobody needs to type a password.
        password = _ask()
        if password is None:
            return fail("these were two different passwords", code=WRONG_INPUT)
        set_password(user, password, Act(find_user(LOCAL), timezone.now()))
    except RefusedError as error:
        return fail(str(error), code=WRONG_INPUT)
    print(json.dumps({"user": user.username}) if given.json else f"{user.username} has a new password")
    return DONE


def _ask() -> str | None:
    """The password, typed twice on a terminal, else the first line of standard input; None if it was two."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass("password: ")
    return password if getpass("again: ") == password else None


def _set_limit(given: argparse.Namespace) -> int:
    from django.utils import timezone

    from satselect.application.access.accounts import find_user
    from satselect.application.access.people import edit_user
    from satselect.application.act import Act
    from satselect.application.errors import RefusedError
    from satselect.store.defaults import LOCAL

    try:
        user = find_user(given.name)
    except RefusedError as error:
        return fail(str(error), code=WRONG_INPUT)
    edit_user(user, {"buffered_limit": given.limit}, Act(find_user(LOCAL), timezone.now()))
    limited = {"user": user.username, "buffered_limit": given.limit}
    words = "the usual limit" if given.limit is None else f"a limit of {given.limit} buffered tasks"
    print(json.dumps(limited) if given.json else f"{user.username} has {words}")
    return DONE
