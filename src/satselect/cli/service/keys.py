"""`satselect keys`: make, list and revoke API keys."""

import argparse
import json
import sys
from datetime import timedelta
from typing import TYPE_CHECKING

from satselect.cli.service.setup import DONE, WRONG_INPUT, fail, set_up
from satselect.cli.terminal.tables import table

if TYPE_CHECKING:
    from satselect.store.models import Key, User


def run(given: argparse.Namespace) -> int:
    """Does what is asked with the keys of a user. Gives the exit code."""
    if code := set_up(given.database):
        return code
    from satselect.application.access.accounts import find_user
    from satselect.application.errors import RefusedError

    try:
        return _ACTIONS[given.action](given, find_user(given.user))
    except RefusedError as error:
        return fail(str(error), code=WRONG_INPUT)


def _create(given: argparse.Namespace, user: "User") -> int:
    from django.utils import timezone

    from satselect.application.access.keys import KeyWish, create_key
    from satselect.application.act import Act

    now = timezone.now()
    expires = now + timedelta(days=given.days) if given.days is not None else None
    overlap = timedelta(hours=given.overlap_hours)
    wish = KeyWish(name=given.name, expires=expires, replaces=given.replaces, overlap=overlap)
    key, text = create_key(user, wish, Act(user, now))
    if given.json:
        print(json.dumps({"key": text, **_shown(key)}))
    else:
        # Nothing else goes to standard output: a script takes the key from there.
        print(text)
        print("Keep it: it is not shown again, and can't be found out from the database.", file=sys.stderr)
    return DONE


def _list(given: argparse.Namespace, user: "User") -> int:
    keys = [_shown(key) for key in user.keys.order_by("-id")]
    if given.json:
        print(json.dumps({"items": keys}))
    else:
        columns = ["visible", "name", "created", "expires", "revoked"]
        print("\n".join(table(columns, [[key[column] or "" for column in columns] for key in keys])))
    return DONE


def _revoke(given: argparse.Namespace, user: "User") -> int:
    from django.utils import timezone

    from satselect.application.access.keys import revoke_key
    from satselect.application.act import Act

    revoke_key(user, given.key, Act(user, timezone.now()))
    print(json.dumps({"revoked": given.key}) if given.json else f"{given.key} is revoked")
    return DONE


def _shown(key: "Key") -> dict[str, str | None]:
    moments = {name: getattr(key, name) for name in ("created", "expires", "revoked")}
    written = {name: at and at.isoformat(timespec="seconds") for name, at in moments.items()}
    return {"visible": key.visible, "name": key.name, **written}


_ACTIONS = {"create": _create, "list": _list, "revoke": _revoke}
