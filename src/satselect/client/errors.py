"""What can go wrong between a program and the service.

::

    SatselectError
    └── ClientError
        ├── BadAddressError       the address of the service is none
        ├── BadInputError         what is given can't be sent: a key, an idempotency key, what is no JSON
        ├── NotReachedError       nobody answered, after all attempts
        ├── BadAnswerError        what came back is no answer of the service: a proxy's page, half of one
        ├── DeadBatchError        the service gave the batch up
        ├── NotInTimeError        the batch is accepted, and not considered yet
        └── RefusedError          the service answered with a problem (RFC 9457)
            ├── InvalidError      400, 413, 415, 422: the request is wrong; nothing was stored
            ├── NotAllowedError   401, 403: no key, a wrong one, or one that may not do that
            ├── NotFoundError     404: there is no such thing, or it belongs to somebody else
            ├── ConflictError     409: it is not in a state in which that can be done
            ├── ChangedError      412: it is not as you saw it
            └── TryLaterError     429, 503: too much at once, after all attempts
"""

from http import HTTPStatus
from typing import TYPE_CHECKING

from satselect.engine.problem.errors import SatselectError

if TYPE_CHECKING:
    from satselect.schemas.problems import Problem
    from satselect.schemas.submission.batches import BatchAnswer


class ClientError(SatselectError):
    """The service did not do what was asked."""


class BadAddressError(ClientError):
    """The address of the service is none."""


class BadInputError(ClientError, ValueError):
    """What is given can't be sent. Nothing was."""


class BadAnswerError(ClientError):
    """What came back is no answer of the service. What was asked for may have been done.

    Attributes:
        status: the status that it came with.
        first_line: the first line of it that says something, cut; empty if none does.
    """

    def __init__(self, words: str, *, status: int, first_line: str) -> None:
        super().__init__(words)
        self.status = status
        self.first_line = first_line


class NotReachedError(ClientError):
    """Nobody answered, or the answer was cut off. With an idempotency key it can be sent again safely."""


class _BatchError(ClientError):
    """A batch has no iteration.

    Attributes:
        batch: as it was last seen.
    """

    def __init__(self, batch: "BatchAnswer", why: str) -> None:
        super().__init__(f"batch {batch.id} {why}")
        self.batch = batch


class DeadBatchError(_BatchError):
    """The service gave the batch up after it failed too often."""


class NotInTimeError(_BatchError):
    """The batch is accepted and will be considered; it was not in the time given."""


class RefusedError(ClientError):
    """The service answered with a problem.

    Attributes:
        problem: what it said: status, detail, and each fault with its place.
    """

    def __init__(self, problem: "Problem", hint: str = "") -> None:
        faults = "; ".join(
            f"{fault.pointer or fault.parameter or fault.header or ''} {fault.detail}".strip()
            for fault in problem.errors
        )
        more = "; ".join(filter(None, (faults, hint)))
        super().__init__(f"{problem.detail} ({problem.status})" + (f": {more}" if more else ""))
        self.problem = problem


class InvalidError(RefusedError):
    """The request is wrong. Nothing was stored."""


class NotAllowedError(RefusedError):
    """No key, a wrong one, or one that may not do that."""


class NotFoundError(RefusedError):
    """There is no such thing, or it belongs to somebody else."""


class ConflictError(RefusedError):
    """What it is about is not in a state in which that can be done."""


class ChangedError(RefusedError):
    """It is not, or no longer, as it was when it had the tag given. Nothing was done: read it again."""


class TryLaterError(RefusedError):
    """Too much at once. It was tried again, and refused again."""


_CLASSES: dict[int, type[RefusedError]] = {
    HTTPStatus.BAD_REQUEST: InvalidError,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: InvalidError,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: InvalidError,
    HTTPStatus.UNPROCESSABLE_ENTITY: InvalidError,
    HTTPStatus.UNAUTHORIZED: NotAllowedError,
    HTTPStatus.FORBIDDEN: NotAllowedError,
    HTTPStatus.NOT_FOUND: NotFoundError,
    HTTPStatus.CONFLICT: ConflictError,
    HTTPStatus.PRECONDITION_FAILED: ChangedError,
    HTTPStatus.TOO_MANY_REQUESTS: TryLaterError,
    HTTPStatus.SERVICE_UNAVAILABLE: TryLaterError,
}


def refused(problem: "Problem", *, hint: str = "") -> RefusedError:
    """The error that says so, with what may help."""
    return _CLASSES.get(problem.status, RefusedError)(problem, hint)
