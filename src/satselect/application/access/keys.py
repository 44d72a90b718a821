"""API keys: made, checked, replaced, revoked. The key itself is shown once and stored nowhere."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from zlib import crc32

from django.db.models import Q

from satselect.application.act import Act
from satselect.application.audit import audit
from satselect.application.errors import ConflictError, UnknownKeyError
from satselect.schemas.reading.faults import Fault, InvalidError
from satselect.store.defaults import LOCAL
from satselect.store.models import Key, User
from satselect.store.sql.statements import ask, columns_of, row_in
from satselect.store.sql.transactions import short_transaction

PREFIX = "sat"
VISIBLE_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"  # none that people take for another
OVERLAP = timedelta(days=1)
MOST_KEYS = 100
"""So many keys of one user hold at a time."""

_SHAPE = re.compile(rf"({PREFIX}_([{VISIBLE_LETTERS}]{{8}})_[A-Za-z0-9_-]{{43}})([0-9a-f]{{8}})")
_NO_DIGEST = sha256(b"").hexdigest()  # compared with where nobody has the key, so that it takes as long


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyWish:
    """What key somebody wants.

    Attributes:
        name: what its owner calls it.
        expires: when it ends by itself; None for never.
        replaces: the visible part of a key of the same user that ends after the overlap.
    """

    name: str = ""
    expires: datetime | None = None
    replaces: str | None = None
    overlap: timedelta = OVERLAP


def create_key(user: User, wish: KeyWish, act: Act) -> tuple[Key, str]:
    """A new key, and the text of it: `sat_`, 8 letters to find it by, `_`, 256 random bits, a checksum.

    Raises:
        InvalidError: it would have ended before it was made.
        UnknownKeyError: the user has no such key to replace.
        ConflictError: the user has as many as one may have, besides that one.
    """
    if wish.expires is not None and wish.expires <= act.at:
        raise InvalidError([Fault("must be in the future", "/expires")])
    visible = "".join(secrets.choice(VISIBLE_LETTERS) for _ in range(8))
    text = _checked(f"{PREFIX}_{visible}_{secrets.token_urlsafe(32)}")
    with short_transaction():
        _check_count(user, wish, act.at)
        if wish.replaces is not None:
            _end(user, wish.replaces, at=act.at + wish.overlap)
        key = Key.objects.create(
            visible=visible, digest=_digest(text), user=user, name=wish.name, created=act.at, expires=wish.expires
        )
        audit(act, "key.create", key.visible, {"user": user.username, "replaces": wish.replaces})
    return key, text


def revoke_key(user: User, visible: str, act: Act) -> None:
    """Ends a key of the user now.

    Raises:
        UnknownKeyError: the user has no such key, or it is revoked already.
        ChangedError: it is not as it should be.
    """
    with short_transaction():
        # The row is locked before the condition is looked at. SQLite ignores the lock: there the transaction is the
        # only writer.
        Key.objects.select_for_update().filter(user=user, visible=visible).first()
        act.condition()
        if not Key.objects.filter(user=user, visible=visible, revoked=None).update(revoked=act.at):
            raise UnknownKeyError(visible)
        audit(act, "key.revoke", visible, {"user": user.username})


def is_key(text: str) -> bool:
    """Whether it looks like a key, which costs no look-up."""
    shape = _SHAPE.fullmatch(text)
    return shape is not None and compare_digest(_checked(shape[1]), text)


def user_of(text: str, *, at: datetime) -> User | None:
    """Whose key this is, if it holds.

    A text that is no key costs no look-up; one that nobody has costs what one that somebody has costs.
    """
    if not is_key(text):
        return None
    columns = next(iter(ask(_WHOSE, at, visible_part(text))), None)
    is_right = compare_digest(columns[0] if columns else _NO_DIGEST, _digest(text))
    if columns is None or not is_right or not columns[1]:
        return None
    user = row_in(User, columns[2:])
    return user if user.is_active else None


def local_user() -> User:
    """Who everybody is on a machine where no keys are asked for."""
    (columns,) = ask(_LOCAL, LOCAL)
    return row_in(User, columns)


_WHOSE = f"""
    SELECT shown.digest, shown.revoked IS NULL AND (shown.expires IS NULL OR shown.expires > %s),
        {columns_of(User, "owner")}
    FROM store_key AS shown JOIN store_user AS owner ON owner.id = shown.user_id WHERE shown.visible = %s
"""  # noqa: S608 - made of constants
_LOCAL = f"SELECT {columns_of(User, 'owner')} FROM store_user AS owner WHERE username = %s"  # noqa: S608 - the same


def visible_part(text: str) -> str:
    """The letters of a key by which it is found and named."""
    return text[len(PREFIX) + 1 :][:8]


def _check_count(user: User, wish: KeyWish, at: datetime) -> None:
    User.objects.select_for_update().get(id=user.id)  # or two at once would be counted as one
    holding = Key.objects.filter(Q(expires=None) | Q(expires__gt=at), user=user, revoked=None)
    # The replaced one doesn't count: it ends after the overlap, and else nobody with all of theirs could replace one.
    if holding.exclude(visible=wish.replaces or "").count() >= MOST_KEYS:
        raise ConflictError(f"{MOST_KEYS} keys that hold are as many as one user may have; revoke one first")


def _end(user: User, visible: str, *, at: datetime) -> None:
    key = Key.objects.filter(user=user, visible=visible, revoked=None).first()
    if key is None:
        raise UnknownKeyError(visible)
    # Being replaced never makes a key live longer.
    Key.objects.filter(id=key.id).update(expires=min(at, key.expires or at))


def _checked(text: str) -> str:
    """The text with its checksum, by which a mistyped key is told from a wrong one without a look-up."""
    # A key that was cut off or mistyped is told from one that nobody has without asking the database.
    return f"{text}{crc32(text.encode()):08x}"


def _digest(text: str) -> str:
    # Quick on purpose: it is done for each request, and 256 random bits can't be tried out.
    return sha256(text.encode()).hexdigest()
