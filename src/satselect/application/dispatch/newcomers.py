"""Batches on their way into an iteration: let into the buffer first, and stored with what was selected from it."""

from collections import Counter
from collections.abc import Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from time import monotonic
from uuid import UUID

from satselect import Task
from satselect.application.availability.availability import resources_in
from satselect.application.dispatch.ready import KnownSignatures, Owner, Ready, demands_of, hashable, inventory_of
from satselect.application.dispatch.shared import Shared
from satselect.application.dispatch.tickets import Late, Ticket
from satselect.application.errors import QuotaError, RefusedError, StaleError
from satselect.application.planning.buffer.fleet_buffer import FleetBuffer
from satselect.application.planning.buffer.load import Situation, moved_to, with_room_for
from satselect.application.planning.iterate import NobodyJoinsError
from satselect.application.tasks.quotas import check_room, reserve
from satselect.application.tasks.rows import Arrival, store_arrivals
from satselect.application.tasks.submit import Receipt, rank_keys_of
from satselect.schemas.reading.faults import InvalidError
from satselect.store.models import Batch, Iteration
from satselect.store.queries.buffer.demands import Demand
from satselect.store.queries.buffer.heads import Head
from satselect.store.queries.buffer.signatures import known_signatures, signature_ids
from satselect.store.queries.counters import Counted


@dataclass(frozen=True, slots=True)
class _Asked:
    """A batch that may join: what each of its tasks asks for, and what was found out before, if that holds."""

    ticket: Ticket
    demands: Sequence[Demand]
    ready: Ready | None


class Group:
    """The batches that share an iteration: those of the tickets that may, and small ones that come late.

    Attributes:
        tickets: all of them, also of those that may not.
    """

    def __init__(self, tickets: Sequence[Ticket], late: Late | None = None) -> None:
        self.tickets, self._late = list(tickets), late
        self._entering: Counter[int] = Counter()
        self._new: dict[Hashable, int] = {}
        self._joined: list[tuple[Ticket, Arrival]] = []
        self.kept: FleetBuffer | None = None
        self._demands: dict[int, Demand] = {}
        self._stored: list[Batch] = []
        self.task_ids: Collection[UUID] = frozenset()

    @property
    def batch_ids(self) -> list[UUID]:
        """The batches that are stored by the iteration."""
        return [arrival.rows.id for _, arrival in self._joined]

    @property
    def has_small(self) -> bool:
        """Whether one of them is small: it is to have its answer soon, whatever else there is to do."""
        return any(ticket.is_small for ticket, _ in self._joined)

    @property
    def waited_s(self) -> float:
        """Seconds for which others' iterations kept the first of them waiting; 0 if none did."""
        return max((monotonic() - ticket.since for ticket in self.tickets if ticket.has_waited), default=0.0)

    def join(self, kept: FleetBuffer, now: Situation) -> FleetBuffer:
        """The buffer with their tasks, or one that was read anew for them; each that is refused is told why.

        Raises:
            NobodyJoinsError: all are refused, and the buffer is as it was.
        """
        found = self._let_in(self.tickets, kept, now)
        has_large = any(not ticket.is_small for ticket, _ in self._joined)
        if self._late and found.availability.satellites and has_large:
            self._let_in_late(self._late, found, now)
        return found

    def _let_in(self, tickets: Sequence[Ticket], kept: FleetBuffer, now: Situation) -> FleetBuffer:
        asked = list(self._asked(tickets, kept, Owner(now.fleet_id, now.is_open)))
        if not asked:
            raise NobodyJoinsError
        signatures = self._signatures(kept, asked)
        found = with_room_for(kept, now, self._demands)
        self._join(asked, signatures, found, now.seq + 1)
        return found

    def _let_in_late(self, late: Late, kept: FleetBuffer, now: Situation) -> None:
        """Small ones that came meanwhile, if the buffer is the same now: they would wait for all of this, else."""
        tickets = late.take(self.tickets)
        if not tickets:
            return
        at = late.now()
        # An iteration is of one time for all: to take in who came late moves that on, so nothing else may begin or end
        # in between.
        may = not self._begins_within(kept.at, at) and moved_to(kept, at)
        asked = list(self._asked(tickets, kept, Owner(now.fleet_id, now.is_open))) if may else []
        known = kept.availability.supplies.keys()
        if not asked or not resources_in(demand for one in asked for demand in one.demands) <= known:
            late.put_back([ticket for ticket in tickets if not ticket.is_done.is_set()])
            return
        self.tickets += tickets
        self._join(asked, self._signatures(kept, asked), kept, kept.seq + 1)

    def _begins_within(self, since: datetime, at: datetime) -> bool:
        """Whether one of their tasks may start at that time and could not before."""
        tasks = (task for _, arrival in self._joined for task in arrival.rows.submission.tasks)
        return any(task.not_before and since < task.not_before <= at for task in tasks)

    def _join(self, asked: Sequence[_Asked], signatures: Sequence[Sequence[int]], found: FleetBuffer, seq: int) -> None:
        """They are let into the buffer, with numbers from this one on."""
        arrivals = []
        for number, (one, ids) in enumerate(zip(asked, signatures, strict=True), seq):
            rows = one.ticket.rows
            rank_keys = rank_keys_of(rows.submission.tasks, rows.at, found.ageing_per_hour)
            orders = one.ready.orders if one.ready else None
            arrivals.append(Arrival(rows, number, one.demands, ids, rank_keys, orders))
        made: dict[UUID, Task] = {}
        # What was made ready for another buffer says nothing of this one (decision 0141).
        for ready in [one.ready for one in asked if one.ready and one.ready.kept is found]:
            found.rooms |= ready.rooms
            made |= ready.made
        found.offer((head for arrival in arrivals for head in _heads(arrival, found.at)), self._demands, made)
        self._joined += zip((one.ticket for one in asked), arrivals, strict=True)
        found.seq, self.kept = seq + len(asked) - 1, found
        self.task_ids = {id for _, arrival in self._joined for id in arrival.rows.task_ids}

    def overdue(self, at: datetime) -> Sequence[UUID]:
        """The tasks that are late already, which their batches take into account."""
        return [
            id
            for _, arrival in self._joined
            for id, task in zip(arrival.rows.task_ids, arrival.rows.submission.tasks, strict=True)
            if task.deadline and task.deadline < at
        ]

    def starts(self, after: datetime) -> list[datetime]:
        """The times after that one at which their tasks may start."""
        tasks = (task for _, arrival in self._joined for task in arrival.rows.submission.tasks)
        return [task.not_before for task in tasks if task.not_before and task.not_before > after]

    def store(self, fleet: Counted, iteration: Iteration, selected: Collection[UUID]) -> None:
        """Stores all of them, but for their events. Called in its transaction.

        Raises:
            StaleError: a user has used up the quota elsewhere meanwhile.
        """
        self._reserve()
        arrivals = self._named(fleet.id)
        self._stored = store_arrivals(
            fleet.id, arrivals, iteration_id=iteration.id, selected=selected, at=iteration.as_of
        )

    def end(self, iteration: Iteration, answers: Shared) -> None:
        """It is committed: wakes the threads that wait for it."""
        for (ticket, _), batch in zip(self._joined, self._stored, strict=True):
            ticket.end(Receipt(batch, is_replay=False), iteration, answers)

    def _asked(self, tickets: Sequence[Ticket], kept: FleetBuffer, fleet: Owner) -> Iterator[_Asked]:
        """What the tasks of each ask for, where there is nothing wrong with it."""
        entering = self._entering
        for ticket in tickets:
            submission = ticket.rows.submission
            count, ready = len(submission.tasks), ticket.ready_for(kept)
            try:
                if submission.quota is not None and count:
                    beside = entering[submission.user_id]
                    check_room(submission.user_id, count, beside=beside, limit=submission.quota)
                demands = ready.demands if ready else demands_of(submission, inventory_of(kept), fleet)
            except (InvalidError, RefusedError) as error:
                ticket.fail(error)
                continue
            entering[submission.user_id] += count
            yield _Asked(ticket, demands, ready)

    def _signatures(self, kept: FleetBuffer, asked: Sequence[_Asked]) -> list[Sequence[int]]:
        """The ids of each one's; below 0 for those that are stored with the tasks."""
        known = kept.memo.setdefault(KnownSignatures, KnownSignatures())
        wanted = {hashable(demand): demand for one in asked if not one.ready for demand in one.demands}
        unknown = [key for key in wanted if key not in known]
        if unknown:
            found = known_signatures(kept.fleet_id, [wanted[key] for key in unknown])
            known.update((key, id) for key, id in zip(unknown, found, strict=True) if id is not None)
        for key in unknown:
            if key not in known and key not in self._new:
                self._new[key] = -1 - len(self._new)
        ids = {key: self._new.get(key) or known[key] for key in wanted}
        self._demands |= {ids[key]: demand for key, demand in wanted.items()}
        for ready in filter(None, (one.ready for one in asked)):
            self._demands.update(zip(ready.signatures, ready.demands, strict=True))
        return [one.ready.signatures if one.ready else [ids[hashable(each)] for each in one.demands] for one in asked]

    def _named(self, fleet_id: int) -> list[Arrival]:
        """Them, with the ids of signatures that are made now."""
        new = {id: demand for id, demand in self._demands.items() if id < 0}
        if not new or self.kept is None:
            return [arrival for _, arrival in self._joined]
        made = dict(zip(new, signature_ids(fleet_id, list(new.values()), are_new=True), strict=True))
        self.kept.rename(made)
        return [replace(one, signatures=[made.get(id, id) for id in one.signatures]) for _, one in self._joined]

    def _reserve(self) -> None:
        count: Counter[int] = Counter()
        limits = {}
        for ticket, _ in self._joined:
            submission = ticket.rows.submission
            if submission.quota is not None and submission.tasks:
                count[submission.user_id] += len(submission.tasks)
                limits[submission.user_id] = submission.quota
        # In one order everywhere: else two fleets with the same submitters could wait for each other.
        for user_id in sorted(limits):
            try:
                reserve(user_id, count[user_id], limit=limits[user_id])
            except QuotaError as error:
                raise StaleError(str(error)) from error  # looked at again, one by one


def _heads(arrival: Arrival, at: datetime) -> Iterator[Head]:
    """The rows of the tasks that may be selected by then."""
    created = arrival.rows.at
    together = zip(
        arrival.rows.task_ids, arrival.rows.submission.tasks, arrival.signatures, arrival.rank_keys, strict=True
    )
    for position, (id, task, signature, rank_key) in enumerate(together):
        if (task.not_before is None or task.not_before <= at) and (task.deadline is None or task.deadline >= at):
            profit = float(task.profit)
            yield Head(id, signature, profit, rank_key, arrival.seq, position, task.deadline, created)
