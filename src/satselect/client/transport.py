"""Requests that are sent again where that is safe."""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

import httpx
from pydantic import ValidationError

from satselect._version import __version__
from satselect.client.errors import BadAddressError, NotReachedError, refused
from satselect.schemas.problems import Problem

_NOT_TAKEN = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
"""Said before anything was done, so that any request may be sent again."""
_ON_THE_WAY = frozenset({HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT})
"""Said by somebody in between, who doesn't know."""


Params = Sequence[tuple[str, str]]
"""Names and values of a query; a name may be there several times."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How often, and how long.

    Attributes:
        attempts: how often a request is sent at most.
        first_wait_s: before the second attempt; twice as long before each further one, and up to half as much more.
        longest_wait_s: between two attempts, and the longest `Retry-After` that is heeded in full.
    """

    attempts: int = 5
    first_wait_s: float = 0.2
    longest_wait_s: float = 10.0

    def wait_s(self, attempt: int, response: httpx.Response | None) -> float:
        """How long to wait after that attempt, the first being 1."""
        said = response.headers.get("Retry-After", "") if response is not None else ""
        least = float(said) if said.isascii() and said.isdigit() else self.first_wait_s * 2 ** (attempt - 1)
        return min(least, self.longest_wait_s) * (1 + random.random() / 2)  # noqa: S311 - so that not all come at once


class Transport:
    """A connection to a service."""

    def __init__(
        self,
        http: httpx.Client,
        patience: Patience,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._http = http
        self._patience = patience
        self._sleep = sleep

    def call(
        self,
        method: str,
        path: str,
        *,
        document: object = None,
        params: Params = (),
        headers: Mapping[str, str] | None = None,
        is_repeatable: bool = True,
    ) -> httpx.Response:
        """The answer, if it is a good one.

        Args:
            method: of the request.
            path: under the address of the service.
            document: the body, as JSON; None for none.
            params: of the query.
            headers: besides those of every request.
            is_repeatable: whether doing it twice is doing it once.

        Raises:
            NotReachedError: nobody answered.
            RefusedError: the service answered with a problem.
        """
        request = self._http.build_request(method, path, json=document, params=list(params) or None, headers=headers)
        for attempt in range(1, self._patience.attempts + 1):
            response, failure = self._once(request)
            if response is not None and response.is_success:
                return response
            if attempt == self._patience.attempts or not _may_repeat(response, failure, is_repeatable):
                break
            self._sleep(self._patience.wait_s(attempt, response))
        if response is None:
            raise NotReachedError(f"{self._http.base_url}: {failure or 'no answer'}") from failure
        raise refused(_problem(response))

    def close(self) -> None:
        """Ends the connections."""
        self._http.close()

    def _once(self, request: httpx.Request) -> tuple[httpx.Response | None, httpx.TransportError | None]:
        try:
            return self._http.send(request), None
        except httpx.TransportError as error:
            return None, error


def connect(url: str, key: str | None, timeout_s: float) -> httpx.Client:
    """What sends requests to that address, with that key.

    Raises:
        BadAddressError: it is none.
    """
    headers = {"User-Agent": f"satselect/{__version__}", "Accept": "application/json"}
    if key is not None:
        headers["Authorization"] = f"Bearer {key}"
    try:
        return httpx.Client(base_url=url, headers=headers, timeout=timeout_s)
    except httpx.InvalidURL as error:
        raise BadAddressError(f"{url} is no address: {error}") from None


def _may_repeat(response: httpx.Response | None, failure: Exception | None, is_repeatable: bool) -> bool:
    if response is None:
        return is_repeatable or isinstance(failure, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
    return response.status_code in _NOT_TAKEN or (is_repeatable and response.status_code in _ON_THE_WAY)


def _problem(response: httpx.Response) -> Problem:
    try:
        return Problem.model_validate_json(response.content)
    except ValidationError:  # not from the service: a proxy's page, say
        return Problem(
            type="about:blank",
            title=response.reason_phrase,
            status=response.status_code,
            detail=f"{response.url.host} answered {response.status_code} {response.reason_phrase}",
        )
