"""`satselect users`: who may use the service, and who may sign in to the console."""

import argparse
import json
import sys
from getpass import getpass

from satselect.cli.service import DONE, WRONG_INPUT, fail, set_up


def create(given: argparse.Namespace) -> int:
    """Makes a user. Gives the exit code."""
    if code := set_up(given.database):
        return code
    from django.utils import timezone

    from satselect.scheduling.accounts import NewUser, create_user, find_user
    from satselect.scheduling.errors import SchedulingError
    from satselect.store.defaults import LOCAL
    from satselect.store.models import Role

    new = NewUser(name=given.name, role=Role(given.role), account=given.account, fleets=given.fleet)
    try:
        user = create_user(new, at=timezone.now(), by=find_user(LOCAL))
    except SchedulingError as error:
        return fail(str(error), code=WRONG_INPUT)
    made = {"user": user.username, "role": str(user.role), "account": user.account.slug, "fleets": given.fleet}
    if given.json:
        print(json.dumps(made))
    else:
        print(f"{user.username}: {user.role} of the account {user.account.slug}")
    return DONE


def give_password(given: argparse.Namespace) -> int:
    """Sets a user's password. Gives the exit code."""
    if code := set_up(given.database):
        return code
    from django.utils import timezone

    from satselect.scheduling.accounts import find_user
    from satselect.scheduling.errors import SchedulingError
    from satselect.scheduling.passwords import set_password
    from satselect.store.defaults import LOCAL

    try:
        user = find_user(given.name)
        set_password(user, _password(), at=timezone.now(), by=find_user(LOCAL))
    except SchedulingError as error:
        return fail(str(error), code=WRONG_INPUT)
    print(f"{user.username} may sign in with it")
    return DONE


def _password() -> str:
    """What is typed, unseen; or the first line of standard input, for programs."""
    return getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
