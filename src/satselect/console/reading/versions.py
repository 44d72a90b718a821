"""Versions of a fleet in addresses of pages: they count what all accounts do."""

from django.http import HttpRequest

from satselect.application.access.rights import sees_all
from satselect.store.models import Fleet, User
from satselect.web.runtime import runtime

_MOST = 2**63  # larger ones SQLite refuses with an error


def told_version(user: User, fleet: Fleet, version: int) -> str:
    """A version, as the user may hand it back."""
    return runtime().positions.told(version, _row(fleet), sees_all=sees_all(user))


def version_of(request: HttpRequest, user: User, fleet: Fleet, name: str) -> int | None:
    """The version in a parameter; None if there is none that the user was given."""
    version = runtime().positions.read(request.GET.get(name, "")[:50], _row(fleet), sees_all=sees_all(user))
    return version if version is not None and version < _MOST else None


def _row(fleet: Fleet) -> str:
    return f"versions of {fleet.id}"
