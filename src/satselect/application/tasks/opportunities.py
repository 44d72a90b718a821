"""The opportunities of submitted tasks: checked against what the fleet has, and stored."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from satselect.application.opportunities.targets import store_targets
from satselect.application.tasks.timed import is_timed, last_starts
from satselect.schemas.planning.plans import NewTimedTask
from satselect.schemas.planning.targets import OrderedTarget
from satselect.schemas.reading.faults import Fault, InvalidError, pointer_of
from satselect.schemas.tasks import NewTask
from satselect.schemas.transitions import ANGLES, Transition
from satselect.store.models import Assignment, Fleet, Opportunity, Satellite, Task
from satselect.store.queries.buffer.demands import Demand
from satselect.store.queries.counters import Counted
from satselect.store.queries.orbits.targets import positions_after
from satselect.store.queries.supplies import transitions_of
from satselect.store.sql.bulk_insert import insert

_COLUMNS = ("task_id", "fleet_id", "satellite_id", "position", "starts", "ends", "profit", "details")


@dataclass(frozen=True, slots=True)
class Opportunities:
    """Those of the tasks of a batch.

    Attributes:
        fleet_id: whose they are.
        tasks: of the batch, timed or not.
        satellites: slug to id.
        places: where each task is in the document.
        transitions: by the name of the resource, where these depend on both uses.
    """

    fleet_id: int
    tasks: Sequence[NewTask]
    satellites: Mapping[str, int]
    places: Sequence[tuple[int, ...]]
    transitions: Mapping[str, Transition] = field(default_factory=dict)

    @classmethod
    def of(cls, tasks: Sequence[NewTask], fleet: Counted, places: Sequence[tuple[int, ...]] | None = None) -> Self:
        """What there is of them, if nothing is wrong. Call it in a transaction.

        Args:
            tasks: of a batch, or one alone.
            fleet: whose they are.
            places: where each task is in the document; by default it is a list of them.

        Raises:
            InvalidError: the fleet does not plan in time, has no such satellite, or a task fits into none of them.
        """
        places = [(place,) for place in range(len(tasks))] if places is None else places
        if not any(map(is_timed, tasks)):
            return cls(fleet.id, tasks, {}, places)
        satellites = dict(Satellite.objects.filter(fleet=fleet.id).values_list("slug", "id"))
        found = cls(fleet.id, tasks, satellites, places, transitions_of(fleet.id))
        if faults := list(found._faults(plans_ahead=fleet.plans_ahead)):
            raise InvalidError(faults)
        return found

    # By these the untimed code looks for what the fleet could never run, and finds it for timed tasks as well.
    @property
    def stand_ins(self) -> list[NewTask]:
        """The tasks as if they named the satellites of their opportunities."""
        return [_stand_in(task) if isinstance(task, NewTimedTask) and is_timed(task) else task for task in self.tasks]

    def marked(self, demands: Sequence[Demand]) -> list[Demand]:
        """What the tasks ask for, by what was found out of their stand-ins."""
        pairs = zip(self.tasks, demands, strict=True)
        return [replace(demand, satellites=None, is_timed=True) if is_timed(task) else demand for task, demand in pairs]

    def store(self, task_ids: Sequence[UUID]) -> None:
        """Stores them, and the targets of which they are worked out later. Call it in the transaction of the tasks."""
        store_targets(self.fleet_id, task_ids, self.tasks)
        self._insert(list(self._rows(task_ids)))

    def replace(self, task: Task, *, at: datetime) -> None:
        """Stores them in place of those that their one task has had. Call it in the transaction that changes it."""
        before = Opportunity.objects.filter(task=task)
        # The database holds assignments inside of their opportunities, also those that are over: such ones stay,
        # withdrawn (decision 0146).
        run = Assignment.objects.filter(task=task, opportunity__isnull=False).values("opportunity")
        before.exclude(id__in=run).delete()
        before.update(withdrawn=at)
        self._insert(list(self._rows([task.id], first=positions_after([task.id]).get(task.id, 0))))

    def _insert(self, rows: Sequence[tuple]) -> None:  # type: ignore[type-arg]
        if not rows:
            return
        insert(Opportunity, _COLUMNS, rows)
        # Only ever longer: how far back queries look may be too far, never too near.
        longest_s = max((row[5] - row[4]).total_seconds() for row in rows)
        Fleet.objects.filter(id=self.fleet_id, longest_s__lt=longest_s).update(longest_s=longest_s)

    def _rows(self, task_ids: Sequence[UUID], *, first: int = 0) -> Iterator[tuple]:  # type: ignore[type-arg]
        for id, task in zip(task_ids, self.tasks, strict=True):
            spots = task.opportunities or () if isinstance(task, NewTimedTask) else ()
            for position, spot in enumerate(spots, start=first):
                worth = None if spot.profit is None else float(spot.profit)
                satellite_id = self.satellites[spot.satellite]
                yield id, self.fleet_id, satellite_id, position, spot.starts, spot.ends, worth, spot.details

    def _faults(self, *, plans_ahead: bool) -> Iterator[Fault]:
        for place, task in zip(self.places, self.tasks, strict=True):
            if not isinstance(task, NewTimedTask) or not is_timed(task):
                continue
            what = "opportunities" if task.target is None else "target"
            if not plans_ahead:
                why = f"{what if task.target is None else 'targets'} are for fleets that plan in time"
                yield Fault(f"{why}, and this one has no horizon", pointer_of(*place, what))
            elif task.target is None:
                yield from self._faults_of(place, task)
            else:
                yield from self._untold(task, place)
                if fault := unfit(task, place):
                    yield fault

    def _unknown_positions(
        self, task: NewTimedTask, details: Mapping[str, Any], place: tuple[int | str, ...]
    ) -> Iterator[Fault]:
        """What an opportunity has to say, so that transitions to and from it are known."""
        for name, turn in self.transitions.items():
            if name in task.resources and not turn.position(details).is_known:
                yield Fault(f"{turn.asked}, for the transitions of {name!r}", pointer_of(*place, turn.detail))

    def _untold(self, task: NewTimedTask, place: tuple[int, ...]) -> Iterator[Fault]:
        """The same of a target: a search tells angles only, and an order the rest."""
        said = task.target.details if isinstance(task.target, OrderedTarget) else {}
        for name, turn in self.transitions.items():
            is_told = turn.seconds is None and turn.detail in ANGLES
            if name in task.resources and not is_told and not turn.position(said).is_known:
                why = f"transitions of {name!r} go by {turn.detail!r}, which no search tells: send opportunities"
                yield Fault(why, pointer_of(*place, "target"))

    def _faults_of(self, place: tuple[int, ...], task: NewTimedTask) -> Iterator[Fault]:
        seen = set()
        for index, spot in enumerate(task.opportunities or ()):
            if spot.satellite not in self.satellites:
                pointer = pointer_of(*place, "opportunities", index, "satellite")
                yield Fault(f"the fleet has no satellite {spot.satellite!r}", pointer)
            key = (spot.satellite, *spot.times)
            if key in seen:
                yield Fault("is there twice", pointer_of(*place, "opportunities", index))
            seen.add(key)
            yield from self._unknown_positions(task, spot.details, (*place, "opportunities", index, "details"))
        if fault := unfit(task, place):
            yield fault


def unfit(task: NewTimedTask, place: tuple[int, ...]) -> Fault | None:
    """That a task, which is there in the document, fits into none of its opportunities; None if it does."""
    if not is_timed(task) or any(True for _ in last_starts(task)):
        return None
    if task.target is not None:
        return Fault("the task does not fit into it", pointer_of(*place, "window")) if task.window else None
    why = "the task fits into none of them" if task.opportunities else "there are none: it could never run"
    return Fault(why, pointer_of(*place, "opportunities"))


def _stand_in(task: NewTimedTask) -> NewTask:
    """Not checked again: a task may have more opportunities than others may name satellites."""
    if task.opportunities is None:
        return task
    satellites = list(dict.fromkeys(spot.satellite for spot in task.opportunities or ()))
    return task.model_copy(update={"satellites": satellites})
