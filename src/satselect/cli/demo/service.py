"""The service that a demo plays on, and the fleet of the week there: what was scheduled is reported."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

from satselect.cli.demo.week import CANCELLED, FAILURES, FAULTS, UNREPORTED, Hour
from satselect.client.client import Client
from satselect.client.errors import ConflictError
from satselect.client.transport import Patience, Transport, connect
from satselect.schemas.iterations import IterationAnswer

Amounts = Mapping[str, int]


class Connection:
    """A running service. Use it in a `with` block."""

    def __init__(self, url: str, key: str | None) -> None:
        self.client = Client(url, key)
        self.transport = Transport(connect(url, key, 30.0), Patience())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.close()
        self.transport.close()

    def make(self, path: str, document: Mapping[str, object]) -> None:
        """What is there already stays as it is."""
        with suppress(ConflictError):
            self.transport.call("POST", path, document=document, is_repeatable=False)


class WeekService(Connection):
    """A running service, and the fleet of the week."""

    _fleet = ""

    def prepare(self, fleet: str, satellites: Mapping[str, Amounts], shared: Amounts) -> None:
        """Makes the fleet with its satellites and resources, as far as it isn't there."""
        self._fleet = fleet
        self.make("fleets", {"name": fleet.capitalize(), "fleet": fleet, "shows_break_even": True})
        for name, amounts in satellites.items():
            slug = name.lower()
            self.make(f"fleets/{fleet}/satellites", {"name": name, "satellite": slug})
            for resource, capacity in amounts.items():
                self.make(f"fleets/{fleet}/satellites/{slug}/resources", {"name": resource, "capacity": capacity})
        for resource, capacity in shared.items():
            self.make(f"fleets/{fleet}/resources", {"name": resource, "capacity": capacity})

    def play(self, hour: Hour, tasks: Sequence[Mapping[str, object]]) -> float:
        """Submits the tasks of an hour and reports on what is scheduled. Gives the profit of the iteration."""
        # A week may pass faster than the network: what is too late by then is expired.
        iteration = self.client.submit(tasks, fleet=self._fleet, accept_expired=True)
        self._report(hour, iteration)
        return iteration.profit or 0.0

    def _report(self, hour: Hour, iteration: IterationAnswer) -> None:
        for task in iteration.tasks:
            luck = hour.chance.random()
            if luck < UNREPORTED:
                continue
            if luck < UNREPORTED + CANCELLED:
                self.client.cancel(task.id, "not needed any more")
            elif luck < UNREPORTED + CANCELLED + FAILURES:
                self.client.fail(task.id, hour.chance.choice(FAULTS), iteration=iteration.id)
            else:
                self.client.complete(task.id, iteration=iteration.id)
