"""What is wrong with an input.

SatselectError
└── InputError         every fault found, each with the place
    ├── MalformedError   not JSON that this service reads
    ├── TooLargeError    more bytes than it reads
    └── InvalidError     JSON, but not what was asked for
"""

from collections.abc import Sequence
from dataclasses import dataclass

from satselect.engine.problem.errors import SatselectError

SHOWN_FAULTS = 100
"""More than these help nobody, and ten thousand bad tasks would make an answer larger than the request."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, and where.

    Attributes:
        detail: what is wrong, for people.
        pointer: the place in the document (RFC 6901); empty for the whole.
    """

    detail: str
    pointer: str = ""

    def __str__(self) -> str:
        return f"{self.pointer}: {self.detail}" if self.pointer else self.detail


class InputError(SatselectError):
    """The input was refused, and nothing was changed.

    Attributes:
        faults: the first `SHOWN_FAULTS` of them, in the order of the document.
        every: all of them, for who reads them where length doesn't matter.
        count: how many there are.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.every = tuple(faults)
        self.faults = self.every[:SHOWN_FAULTS]
        self.count = len(faults)
        super().__init__("; ".join(map(str, self.faults)))


class MalformedError(InputError):
    """The input is not JSON, or JSON that different readers read differently."""

    def __init__(self, detail: str) -> None:
        super().__init__([Fault(detail)])


class TooLargeError(InputError):
    """The input has more bytes than the limit.

    Attributes:
        limit_bytes: what is read at most.
    """

    def __init__(self, limit_bytes: int) -> None:
        super().__init__([Fault(f"more than {limit_bytes} bytes")])
        self.limit_bytes = limit_bytes


class InvalidError(InputError):
    """The input is JSON, but values are missing, wrong or too many."""

    def below(self, part: str) -> "InvalidError":
        """The same about a larger document, of which the input is that part."""
        placed = InvalidError([Fault(fault.detail, pointer_of(part) + fault.pointer) for fault in self.faults])
        placed.count = self.count
        return placed


def pointer_of(*parts: str | int) -> str:
    """The JSON pointer to a place.

    >>> pointer_of(0, "resources", "a/b")
    '/0/resources/a~1b'
    """
    # `~` first: those that slashes become must stay.
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def parts_of(pointer: str) -> list[str]:
    """What a JSON pointer leads through.

    >>> parts_of("/0/resources/a~1b")
    ['0', 'resources', 'a/b']
    """
    # In this order (RFC 6901): else `~01` would become a slash.
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
