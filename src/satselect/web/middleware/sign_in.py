"""Sign-in with name and password, for pages: as Django does it, but not for those who guess."""

from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from satselect.store.models import User
from satselect.web.limits.rate_limiter import Rate, RateLimiter, network_of

_EVERY_S = 15 * 60  # who mistypes is back soon, and who guesses gets nowhere


class GuardedBackend(ModelBackend):
    """After too many failures from one address or for one name, the password isn't looked at any more."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **more: Any,  # noqa: ANN401 - what other backends take
    ) -> User | None:
        """The user, if the password is right.

        Raises:
            TooOftenError: too many attempts failed.
        """
        address = network_of(request.META.get("REMOTE_ADDR", "")) if request else ""
        # Counted before it is known, and given back: many at once must not all be the last one that is free.
        tries = [("address", address), ("name", username)]
        for one in tries:
            _failed().take(one)
        user: User | None = super().authenticate(request, username, password, **more)
        if user is not None:
            for one in tries:
                _failed().give_back(one)
        return user


@cache
def _failed() -> RateLimiter:
    return RateLimiter(Rate(settings.SATSELECT_FAILED_SIGN_INS, _EVERY_S))
