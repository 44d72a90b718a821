"""Who calls, and what they may see. With AUTH=open everyone is the local operator."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import APIKeyHeader, HttpBearer

from satselect.scheduling.keys import user_of
from satselect.scheduling.visible import (
    EVERYONE,
    OPERATORS,
    SUBMITTERS,
    visible_batches,
    visible_iterations,
    visible_tasks,
)
from satselect.store.defaults import LOCAL
from satselect.store.models import Role, User

__all__ = [
    "EVERYONE",
    "OPERATORS",
    "SUBMITTERS",
    "Bearer",
    "TokenHeader",
    "caller_of",
    "visible_batches",
    "visible_iterations",
    "visible_tasks",
]


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
        return user_of(token, at=timezone.now())


class TokenHeader(APIKeyHeader):
    """`authorizationToken: KEY`, as existing clients send it."""

    param_name = "authorizationToken"

    def authenticate(self, request: HttpRequest, key: str | None) -> User | None:
        """The user, if the key holds."""
        return user_of(key, at=timezone.now()) if key else None


def caller_of(request: HttpRequest, *roles: Role) -> User:
    """The user who calls.

    Raises:
        PermissionDenied: that is not for their role.
    """
    user: User = request.auth  # type: ignore[attr-defined]
    if user.role not in roles:
        raise PermissionDenied
    return user
