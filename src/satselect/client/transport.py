"""Requests that are sent again where that is safe."""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

import httpx

from satselect.client.answers import Answer, CutOffError, problem_of, read_answer
from satselect.client.errors import BadInputError, NotReachedError, refused
from satselect.client.given import connect

__all__ = ["Patience", "Transport", "connect"]

_NOT_TAKEN = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
"""Said before anything was done, so that any request may be sent again."""
_ON_THE_WAY = frozenset({HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT})
"""Said by somebody in between, who doesn't know."""
_NO_KEY = "no key was given"

Failure = httpx.TransportError | CutOffError


Params = Mapping[str, str] | Sequence[tuple[str, str]]
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

    def wait_s(self, attempt: int, answer: Answer | None) -> float:
        """How long to wait after that attempt, the first being 1."""
        said = answer.headers.get("Retry-After", "") if answer is not None else ""
        is_said = said.isascii() and said.isdigit()
        # Bounded, for a stream may be tried again for days, and larger powers are no floats.
        least = float(said) if is_said else self.first_wait_s * 2.0 ** min(attempt - 1, 60)
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
        self._key = http.headers.get("Authorization", "").removeprefix("Bearer ")

    def call(
        self,
        method: str,
        path: str,
        *,
        document: object = None,
        params: Params | None = None,
        headers: Mapping[str, str] | None = None,
        is_repeatable: bool = True,
    ) -> Answer:
        """The answer, if it is a good one.

        Args:
            method: of the request.
            path: under the address of the service.
            document: the body, as JSON; None for none.
            params: of the query.
            headers: besides those of every request.
            is_repeatable: whether doing it twice is doing it once.

        Raises:
            BadInputError: it can't be sent.
            NotReachedError: nobody answered.
            BadAnswerError: what came back is no answer of the service.
            RefusedError: the service answered with a problem.
        """
        request = self.request(method, path, document=document, params=params, headers=headers)
        for attempt in range(1, self._patience.attempts + 1):
            answer, failure = self._once(request)
            if answer is not None and answer.is_success:
                return answer
            if attempt == self._patience.attempts or not _may_repeat(answer, failure, is_repeatable):
                break
            self._sleep(self._patience.wait_s(attempt, answer))
        raise self.error(answer, failure) from self.cause(failure)

    def request(
        self,
        method: str,
        path: str,
        *,
        document: object = None,
        params: Params | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Request:
        """What is to be sent.

        Raises:
            BadInputError: it can't be.
        """
        try:
            return self._http.build_request(method, path, json=document, params=_listed(params), headers=headers)
        except (TypeError, ValueError, RecursionError, httpx.InvalidURL) as error:
            raise BadInputError(f"what is given can't be sent as JSON: {error}") from error

    def open(self, request: httpx.Request, *, timeout_s: float | None = None) -> httpx.Response:
        """The head of the answer, whose body is still to be read.

        Raises:
            httpx.TransportError: nobody answered.
            BadInputError: the request is none.
        """
        if timeout_s is not None:
            # Of this request alone: a stream is quiet for longer than other answers take.
            request.extensions["timeout"] = httpx.Timeout(timeout_s).as_dict()
        try:
            return self._http.send(request, stream=True)
        except httpx.LocalProtocolError:
            # Its words would show the field, which may be the key.
            raise BadInputError("what is given can't be sent: a field of the request holds what no field may") from None

    def read(self, response: httpx.Response) -> Answer:
        """The whole answer.

        Raises:
            CutOffError: it did not arrive whole.
            BadAnswerError: it is none.
        """
        within_s = self._http.timeout.read
        return read_answer(response, float("inf") if within_s is None else within_s, key=self._key)

    def error(self, answer: Answer | None, failure: Failure | None) -> Exception:
        """What to raise if that was the last attempt."""
        if answer is None:
            return NotReachedError(f"{self.address}: {self._hidden(str(failure or 'no answer'))}")
        problem = problem_of(answer)
        is_keyless = answer.status_code == HTTPStatus.UNAUTHORIZED and not self._key
        return refused(problem, hint=_NO_KEY if is_keyless else "")

    def cause(self, failure: Failure | None) -> Failure | None:
        """The failure, unless its words show the key, as of somebody who answers with what was asked."""
        return failure if self._hidden(str(failure)) == str(failure) else None

    @property
    def address(self) -> str:
        """Where the service is, without the name and password in it."""
        return str(self._http.base_url.copy_with(userinfo=b""))

    @property
    def patience(self) -> Patience:
        """How often, and how long."""
        return self._patience

    def close(self) -> None:
        """Ends the connections."""
        self._http.close()

    def _hidden(self, words: str) -> str:
        return words.replace(self._key, "[key]") if self._key else words

    def _once(self, request: httpx.Request) -> tuple[Answer | None, Failure | None]:
        try:
            return self.read(self.open(request)), None
        except (httpx.TransportError, CutOffError) as error:
            return None, error


def _listed(params: Params | None) -> list[tuple[str, str | int | float | bool | None]] | None:
    pairs = params.items() if isinstance(params, Mapping) else params or ()
    return [(name, value) for name, value in pairs] or None


def _may_repeat(answer: Answer | None, failure: Failure | None, is_repeatable: bool) -> bool:
    if answer is None:
        # What fails while connecting was never sent.
        return is_repeatable or isinstance(failure, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
    return may_try_again(answer.status_code) and (is_repeatable or answer.status_code in _NOT_TAKEN)


def may_try_again(status: int) -> bool:
    """Whether it says that the same request may well do better later."""
    return status in _NOT_TAKEN or status in _ON_THE_WAY
