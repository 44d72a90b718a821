"""How often a user may call, and how often somebody may show a wrong key. Counted by each process for itself."""

from collections.abc import Callable
from functools import cache
from math import ceil

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from satselect.store.models import User
from satselect.web.limits.rate_limiter import Rate, RateLimiter, Standing, network_of

_EVERY_S = 60  # the limits are calls in a minute


def count_call(request: HttpRequest, user: User) -> None:
    """Counts a call of that user.

    Raises:
        TooOftenError: they called too often.
    """
    if calls := _calls():
        request.rate_limited = user.id  # type: ignore[attr-defined]
        calls.take(user.id)


def count_wrong_key(request: HttpRequest) -> None:
    """Counts a wrong key. Right ones pass all the same: keys can't be guessed, and an address may be that of many.

    Raises:
        TooOftenError: too many came from there.
    """
    _wrong_keys().take(network_of(request.META.get("REMOTE_ADDR", "")))


class RateLimitHeaders:
    """Tells users how many calls they have left, in the fields RateLimit and RateLimit-Policy of the IETF's draft."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The response, with the fields."""
        response = self._get_response(request)
        calls, user_id = _calls(), getattr(request, "rate_limited", None)
        if calls and user_id is not None:
            response["RateLimit-Policy"] = f'"calls";q={calls.rate.most};w={_EVERY_S}'
            response["RateLimit"] = _written(calls.standing(user_id))
        return response


def _written(standing: Standing) -> str:
    return f'"calls";r={standing.left};t={ceil(standing.reset_s)}'


@cache
def _calls() -> RateLimiter | None:
    most = settings.SATSELECT_RATE_LIMIT
    return RateLimiter(Rate(most, _EVERY_S)) if most else None


@cache
def _wrong_keys() -> RateLimiter:
    return RateLimiter(Rate(settings.SATSELECT_FAILED_SIGN_INS, _EVERY_S))
