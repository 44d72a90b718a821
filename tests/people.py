"""Users with keys, for tests of who may do what."""

from satselect.application.access.accounts import NewUser, create_user, find_user
from satselect.application.access.keys import KeyWish, create_key
from satselect.application.act import Act
from satselect.store.defaults import LOCAL
from satselect.store.models import Fleet, Role, User
from tests.application.buffers import NOW


def user(name: str, role: str, **facts: object) -> User:
    """A new user; an executor of no fleet in particular is one of a fleet that nobody else has to do with."""
    if role == Role.EXECUTOR and "fleets" not in facts:
        facts["fleets"] = [Fleet.objects.get_or_create(slug="elsewhere", defaults={"name": "Elsewhere"})[0].slug]
    return create_user(NewUser(name=name, role=Role(role), **facts), Act(find_user(LOCAL), NOW))  # type: ignore[arg-type]


def key_of(someone: User, **wish: object) -> str:
    """A new key of theirs."""
    return create_key(someone, KeyWish(**wish), Act(someone, NOW))[1]  # type: ignore[arg-type]


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}
