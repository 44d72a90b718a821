"""What can go wrong between a program and the service.

::

    SatselectError
    └── ClientError
        ├── BadAddressError       the address of the service is none
        ├── NotReachedError       nobody answered, after all attempts
        ├── DeadBatchError        the service gave the batch up
        ├── NotInTimeError        the batch is accepted, and not considered yet
        └── RefusedError          the service answered with a problem (RFC 9457)
            ├── InvalidError      400, 413, 415, 422: the request is wrong; nothing was stored
            ├── NotAllowedError   401, 403: no key, a wrong one, or one that may not do that
            ├── NotFoundError     404: there is no such thing, or it belongs to somebody else
            ├── ConflictError     409: it is not in a state in which that can be done
            └── TryLaterError     429, 503: too much at once, after all attempts
"""

from http import HTTPStatus
from typing import TYPE_CHECKING

from satselect.selection.errors import SatselectError

if TYPE_CHECKING:
    from satselect.schemas.batches import BatchAnswer
    from satselect.schemas.problems import Problem


class ClientError(SatselectError):
    """The service did not do what was asked."""


class BadAddressError(ClientError):
    """The address of the service is none."""


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

    def __init__(self, problem: "Problem") -> None:
        faults = "; ".join(
            f"{fault.pointer or fault.parameter or fault.header or ''} {fault.detail}".strip()
            for fault in problem.errors
        )
        super().__init__(f"{problem.detail} ({problem.status})" + (f": {faults}" if faults else ""))
        self.problem = problem


class InvalidError(RefusedError):
    """The request is wrong. Nothing was stored."""


class NotAllowedError(RefusedError):
    """No key, a wrong one, or one that may not do that."""


class NotFoundError(RefusedError):
    """There is no such thing, or it belongs to somebody else."""


class ConflictError(RefusedError):
    """What it is about is not in a state in which that can be done."""


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
    HTTPStatus.TOO_MANY_REQUESTS: TryLaterError,
    HTTPStatus.SERVICE_UNAVAILABLE: TryLaterError,
}


def refused(problem: "Problem") -> RefusedError:
    """The error that says so."""
    return _CLASSES.get(problem.status, RefusedError)(problem)
