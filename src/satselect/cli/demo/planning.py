"""The fleet that plans in time at a running service, and who has to do with it: operator, customer, station."""

import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID

from satselect.cli.demo.days import AHEAD, DRAINS_PER_S, FLEET, FROZEN, RESOURCES, written
from satselect.cli.demo.service import Connection
from satselect.cli.demo.sky import SATELLITES, STATIONS, Json
from satselect.client.errors import ConflictError, NotFoundError
from satselect.client.reading import get
from satselect.schemas.fleets import FleetAnswer
from satselect.schemas.planning.passes import PlanAnswer, PlannedTask
from satselect.schemas.tasks import Status

SLUG = str(FLEET["fleet"])
_PATH = f"fleets/{SLUG}"


class PlanningService(Connection):
    """A running service, and the fleet of it that plans."""

    def begins_at(self) -> datetime:
        """Now, or when it was played before, the time up to which it was."""
        now = datetime.now(UTC)
        try:
            fleet = get(self.transport, FleetAnswer, _PATH)
        except NotFoundError:
            return now
        # It was frozen up to where it was played.
        return now + max(timedelta(seconds=fleet.frozen_s or 0) - FROZEN, timedelta())

    def prepare(self, epoch: datetime) -> None:
        """Makes the fleet as far as it isn't there, with elements of that time and the stations."""
        self.make("fleets", FLEET)
        for one in SATELLITES:
            self.make(f"{_PATH}/satellites", {"name": one.name, "satellite": one.slug})
            for resource in RESOURCES:
                self.make(f"{_PATH}/satellites/{one.slug}/resources", resource)
            source = json.dumps(one.elements(epoch))
            self.transport.call("PUT", f"{_PATH}/satellites/{one.slug}/elements", document={"source": source})
        for slug, station in STATIONS.items():
            self.client.stations(SLUG).put(slug, {**station, "drains_per_s": DRAINS_PER_S})

    def roll_to(self, moment: datetime) -> None:
        """Has the fleet plan as it does at that time: it is frozen up to then and a little more."""
        played = max(moment - datetime.now(UTC), timedelta())
        changes = {"frozen_s": (played + FROZEN).total_seconds(), "horizon_s": (played + AHEAD).total_seconds()}
        self.transport.call("PATCH", _PATH, document=changes)

    def take_out(self, outage: Json) -> None:
        """Something is out of service for some time."""
        self.transport.call("POST", f"{_PATH}/outages", document=outage, is_repeatable=False)

    def plan(self, tasks: Sequence[Json]) -> float:
        """Submits tasks, which are planned with those that came before. Gives the profit of the plan."""
        return self.client.submit(tasks, fleet=SLUG).profit or 0.0

    def give_up(self, moment: datetime) -> None:
        """Cancels what waits and can't be over in time if it begins at that time or later."""
        for task in self.client.tasks(status=Status.BUFFERED, fleet=SLUG):
            if task.window and task.window.ends - timedelta(seconds=task.duration or 0) < moment:
                with suppress(ConflictError):
                    self.client.cancel(task.id, "too late")

    def executed(self, since: datetime, until: datetime) -> Sequence[PlannedTask]:
        """What is planned between these times, is over by then, and was not reported; in the order in which it ends."""
        within = {"from": written(since), "until": written(until)}
        plan = get(self.transport, PlanAnswer, f"{_PATH}/plan", within)
        found = [(one.ends, one) for one in plan.items if one.status == Status.SCHEDULED and one.ends]
        return [one for ends, one in sorted(found, key=lambda each: each[0]) if ends <= until]

    def report(self, task: UUID, fault: str | None) -> bool:
        """Completed, or failed for some reason: then it may be planned again, once. False if somebody was faster."""
        try:
            self.client.fail(task, fault) if fault else self.client.complete(task)
        except ConflictError:
            return False
        return True
