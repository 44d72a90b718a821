"""Who calls, and what they may see. With AUTH=open everyone is the local operator."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja.security import APIKeyHeader, HttpBearer

from satselect.api.rates import count_call, count_wrong_key
from satselect.scheduling.people.keys import user_of, visible_part
from satselect.scheduling.visible import visible_fleets
from satselect.store.defaults import LOCAL
from satselect.store.models import Fleet, Role, User


class Bearer(HttpBearer):
    """`Authorization: Bearer KEY`."""

    def __call__(self, request: HttpRequest) -> User | None:
        """The user, if the key holds."""
        if settings.SATSELECT_AUTH == "open":
            return User.objects.get(username=LOCAL)
        user: User | None = super().__call__(request)
        return user

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        """The user, if the key holds."""
        return _user_of(request, token)


class TokenHeader(APIKeyHeader):
    """`authorizationToken: KEY`, as existing clients send it."""

    param_name = "authorizationToken"

    def authenticate(self, request: HttpRequest, key: str | None) -> User | None:
        """The user, if the key holds."""
        return _user_of(request, key) if key else None


def _user_of(request: HttpRequest, key: str) -> User | None:
    request.key_letters = visible_part(key)  # type: ignore[attr-defined]
    user = user_of(key, at=timezone.now())
    if user is None:
        count_wrong_key(request)
    else:
        count_call(request, user)
    return user


def key_letters_of(request: HttpRequest) -> str | None:
    """The visible letters of the key that was shown; None if none was needed."""
    letters: str | None = getattr(request, "key_letters", None)
    return letters


def caller_of(request: HttpRequest, *roles: Role) -> User:
    """The user who calls.

    Raises:
        PermissionDenied: that is not for their role.
    """
    user: User = request.auth  # type: ignore[attr-defined]
    if user.role not in roles:
        raise PermissionDenied
    return user


def fleet_for(user: User, slug: str) -> Fleet:
    """The fleet, if the user has to do with it.

    Raises:
        Http404: otherwise, as if there were none.
    """
    return get_object_or_404(visible_fleets(user), slug=slug)
