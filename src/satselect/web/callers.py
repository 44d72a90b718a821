"""Who calls, and what they may see. With AUTH=open everyone is the local operator."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import APIKeyHeader, HttpBearer

from satselect.application.access.keys import local_user, user_of, visible_part
from satselect.application.access.rights import Right, may
from satselect.application.access.visibility import visible_fleets
from satselect.store.models import Fleet, User
from satselect.web.limits.rates import count_call, count_wrong_key
from satselect.web.lookups import look_up


class Bearer(HttpBearer):
    """`Authorization: Bearer KEY`."""

    def __call__(self, request: HttpRequest) -> User | None:
        """The user, if a key that was shown holds, here or in the other header."""
        if settings.SATSELECT_AUTH == "open":
            return local_user()
        return _caller(request)

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        """The same; the framework asks by the call above."""
        return _caller(request)


class TokenHeader(APIKeyHeader):
    """`authorizationToken: KEY`, as existing clients send it."""

    param_name = "authorizationToken"

    def authenticate(self, request: HttpRequest, key: str | None) -> User | None:
        """None: `Bearer` has looked at this header, too, and the framework asks it first."""
        return None


def keys_shown(authorization: str | None, token: str | None) -> list[str]:
    """The keys in the two headers, without repetition."""
    scheme, _, bearer = (authorization or "").partition(" ")
    shown = [bearer.strip() if scheme.lower() == "bearer" else "", (token or "").strip()]
    return list(dict.fromkeys(filter(None, shown)))


def _caller(request: HttpRequest) -> User | None:
    """Whose key it is. Of two that are shown the one that holds counts; a proxy or a browser may have put the other."""
    shown = keys_shown(request.headers.get("Authorization"), request.headers.get("authorizationToken"))
    for key in shown:
        request.key_letters = visible_part(key)  # type: ignore[attr-defined]
        if user := user_of(key, at=timezone.now()):
            count_call(request, user)
            return user
    if shown:
        # One guess, whether it came in one header or two different ones in both (decision 0105).
        count_wrong_key(request)
    return None


def key_letters_of(request: HttpRequest) -> str | None:
    """The visible letters of the key that was shown; None if none was needed."""
    letters: str | None = getattr(request, "key_letters", None)
    return letters


def caller_of(request: HttpRequest, right: Right) -> User:
    """The user who calls.

    Raises:
        PermissionDenied: that is not for their role.
    """
    user: User = request.auth  # type: ignore[attr-defined]
    if not may(user, right):
        raise PermissionDenied
    return user


def fleet_for(user: User, slug: str) -> Fleet:
    """The fleet, if the user has to do with it.

    Raises:
        MissingError: otherwise, as if there were none.
    """
    return look_up(visible_fleets(user), "fleet", slug=slug)
