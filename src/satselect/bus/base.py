"""The port of the bus. What it carries it may lose, repeat and reorder: the truth is in the database.

SatselectError
└── BusError  the bus can't be reached, or takes no more
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol, TypeAlias
from uuid import UUID

from satselect.bus.notices import Notice
from satselect.engine.problem.errors import SatselectError


class BusError(SatselectError):
    """The bus can't be reached, or takes no more. Nobody knows whether what was published is carried."""


class Delivery(Protocol):
    """A notice that was handed to a consumer, which has to acknowledge it; else it is delivered again."""

    @property
    def notice(self) -> Notice:
        """What it is about."""
        ...

    def acknowledge(self) -> None:
        """It is dealt with, and need not be delivered again."""
        ...

    def extend(self) -> None:
        """It is still being worked on, and should not be delivered again yet."""
        ...


class Expected(Protocol):
    """The result of a batch, which somebody waits for."""

    def wait(self, timeout_s: float) -> bool:
        """Whether it was announced by then."""
        ...


Deliver: TypeAlias = Callable[[Delivery], None]
"""What a consumer does with a delivery: note it, and return at once."""

Stop: TypeAlias = Callable[[], None]


class Bus(Protocol):
    """Carries notices to the consumers of partitions, and announcements to the threads that wait for them."""

    @property
    def is_connected(self) -> bool:
        """Whether publishing has a chance."""
        ...

    def publish(self, notice: Notice) -> None:
        """Hands over that a batch is pending.

        Raises:
            BusError: nobody may ever hear of it.
        """
        ...

    def consume(self, partition: int, deliver: Deliver) -> Stop:
        """What ends it. Until then the notices of that partition are delivered here, those not acknowledged first."""
        ...

    def announce(self, batch_id: UUID) -> None:
        """Announces that the batch is settled. It may be lost."""
        ...

    def expect(self, batch_id: UUID) -> AbstractContextManager[Expected]:
        """The result to wait for. Expect it before publishing, so that it can't come too early."""
        ...

    def close(self) -> None:
        """Ends every consumer and the connection."""
        ...
