"""The service that a demo plays on: it makes the fleet, submits, and reports what became of what was scheduled."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

from satselect.cli.demo.days import RESOURCES, SATELLITES, Days
from satselect.cli.demo.week import CANCELLED, FAILURES, UNREPORTED, Hour
from satselect.client.client import Client
from satselect.client.errors import ConflictError
from satselect.client.transport import Patience, Transport, connect
from satselect.schemas.iterations import IterationAnswer

Amounts = Mapping[str, int]

_WORDS = ("clouds", "no contact", "pointing was off", "recorder was full")


class DemoService:
    """A running service, and the fleet of the demo."""

    def __init__(self, url: str, key: str | None) -> None:
        self._client = Client(url, key)
        self._transport = Transport(connect(url, key, 30.0), Patience())
        self._fleet = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()
        self._transport.close()

    def prepare(self, fleet: str, satellites: Mapping[str, Amounts], shared: Amounts) -> None:
        """Makes the fleet with its satellites and resources, as far as it isn't there."""
        self._fleet = fleet
        self._make("fleets", {"name": fleet.capitalize(), "fleet": fleet, "shows_break_even": True})
        for name, amounts in satellites.items():
            slug = name.lower()
            self._make(f"fleets/{fleet}/satellites", {"name": name, "satellite": slug})
            for resource, capacity in amounts.items():
                self._make(f"fleets/{fleet}/satellites/{slug}/resources", {"name": resource, "capacity": capacity})
        for resource, capacity in shared.items():
            self._make(f"fleets/{fleet}/resources", {"name": resource, "capacity": capacity})

    def prepare_days(self, days: Days) -> None:
        """Makes the fleet that plans, with its passes and what is out of service."""
        self._fleet = str(days.fleet["fleet"])
        self._make("fleets", days.fleet)
        for name in SATELLITES:
            slug = name.lower()
            self._make(f"fleets/{self._fleet}/satellites", {"name": name, "satellite": slug})
            for resource in RESOURCES:
                self._make(f"fleets/{self._fleet}/satellites/{slug}/resources", resource)
        self._make(f"fleets/{self._fleet}/passes", {"passes": days.passes})
        self._make(f"fleets/{self._fleet}/outages", days.outage)

    def plan(self, tasks: Sequence[Mapping[str, object]]) -> float:
        """Submits tasks, which are planned with those that came before. Gives the profit of the plan."""
        return self._client.submit(tasks, fleet=self._fleet, accept_expired=True).profit or 0.0

    def play(self, hour: Hour, tasks: Sequence[Mapping[str, object]]) -> float:
        """Submits the tasks of an hour and reports on what is scheduled. Gives the profit of the iteration."""
        # A week may pass faster than the network: what is too late by then is expired.
        iteration = self._client.submit(tasks, fleet=self._fleet, accept_expired=True)
        self._report(hour, iteration)
        return iteration.profit or 0.0

    def _report(self, hour: Hour, iteration: IterationAnswer) -> None:
        for task in iteration.tasks:
            luck = hour.chance.random()
            if luck < UNREPORTED:
                continue
            if luck < UNREPORTED + CANCELLED:
                self._client.cancel(task.id, "not needed any more")
            elif luck < UNREPORTED + CANCELLED + FAILURES:
                self._client.fail(task.id, hour.chance.choice(_WORDS), iteration=iteration.id)
            else:
                self._client.complete(task.id, iteration=iteration.id)

    def _make(self, path: str, document: Mapping[str, object]) -> None:
        with suppress(ConflictError):  # it is there already
            self._transport.call("POST", path, document=document, is_repeatable=False)
