"""Batches on their way into an iteration: let into the buffer first, and stored with what was selected from it."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Event as Flag
from uuid import UUID

from satselect import Task
from satselect.application.dispatch.ready import KnownSignatures, Owner, Ready, demands_of, hashable, inventory_of
from satselect.application.dispatch.shared import Shared
from satselect.application.errors import QuotaError, RefusedError, StaleError
from satselect.application.events.tell import tell_batches
from satselect.application.planning.buffer.fleet_buffer import FleetBuffer
from satselect.application.planning.buffer.load import Situation, with_room_for
from satselect.application.planning.iterate import NobodyJoinsError
from satselect.application.tasks.quotas import check_room, reserve
from satselect.application.tasks.rows import Arrival, BatchRows, store_arrivals
from satselect.application.tasks.submit import Receipt, rank_keys_of
from satselect.schemas.reading.faults import InvalidError
from satselect.store.models import Batch, Iteration
from satselect.store.queries.buffer.demands import Demand
from satselect.store.queries.buffer.heads import Head
from satselect.store.queries.buffer.signatures import known_signatures, signature_ids
from satselect.store.queries.counters import Counted

SMALL = 100
"""Batches of so many tasks wait for nobody's larger ones: those are taken one by one, each by its own thread."""


@dataclass(slots=True, eq=False)
class Ticket:
    """A batch that waits to be considered and stored, and what became of it.

    Attributes:
        is_rival: whether another batch with its key may have been stored since it was looked for.
        tries: how often the database refused it.
        is_alone: whether nobody shares a transaction with it, because the database refused one that it shared.
        error: why it was refused, or what broke before it was stored.
        trouble: why it is stored without an iteration that anybody waits for.
        answers: what all who share the iteration may be answered.
        is_done: there is a receipt, or an error.
        ready: what was found out about it before its turn.
        passed: how many turns it let small ones have that was its own.
    """

    rows: BatchRows
    ready: Ready | None = None
    passed: int = 0
    is_rival: bool = False
    tries: int = 0
    is_alone: bool = False
    receipt: Receipt | None = None
    iteration: Iteration | None = None
    error: Exception | None = None
    trouble: Exception | None = None
    answers: Shared | None = None
    is_done: Flag = field(default_factory=Flag)

    @property
    def key(self) -> tuple[int, str] | None:
        """What no two batches have; None if it has none."""
        submission = self.rows.submission
        return None if submission.idempotency_key is None else (submission.account_id, submission.idempotency_key)

    @property
    def is_small(self) -> bool:
        """Whether it waits for nobody's larger one."""
        return len(self.rows.submission.tasks) <= SMALL

    def ready_for(self, kept: FleetBuffer) -> Ready | None:
        """What was found out about it, if that is so for this buffer."""
        return self.ready if self.ready and self.ready.kept is kept else None

    def fail(self, error: Exception) -> None:
        """It is refused."""
        self.error = error
        self.is_done.set()

    def end(
        self,
        receipt: Receipt,
        iteration: Iteration | None = None,
        answers: Shared | None = None,
        trouble: Exception | None = None,
    ) -> None:
        """It is stored."""
        self.receipt, self.iteration, self.answers, self.trouble = receipt, iteration, answers, trouble
        self.is_done.set()


@dataclass(frozen=True, slots=True)
class _Asked:
    """A batch that may join: what each of its tasks asks for, and what was found out before, if that holds."""

    ticket: Ticket
    demands: Sequence[Demand]
    ready: Ready | None


class Group:
    """The batches that share an iteration: those of the tickets that may."""

    def __init__(self, tickets: Sequence[Ticket]) -> None:
        self._tickets = tickets
        self._joined: list[tuple[Ticket, Arrival]] = []
        self.kept: FleetBuffer | None = None
        self._demands: dict[int, Demand] = {}
        self._stored: list[Batch] = []
        self.task_ids: Collection[UUID] = frozenset()

    @property
    def batches(self) -> int:
        """How many batches are stored by the iteration."""
        return len(self._joined)

    @property
    def is_large(self) -> bool:
        """Whether one of them is large."""
        return any(not ticket.is_small for ticket, _ in self._joined)

    def join(self, kept: FleetBuffer, now: Situation) -> FleetBuffer:
        """The buffer with their tasks, or one that was read anew for them; each that is refused is told why.

        Raises:
            NobodyJoinsError: all are refused, and the buffer is as it was.
        """
        asked = list(self._asked(kept, Owner(now.fleet_id, now.is_open)))
        if not asked:
            raise NobodyJoinsError
        signatures = self._signatures(kept, asked)
        found = with_room_for(kept, now, self._demands)
        for seq, (one, ids) in enumerate(zip(asked, signatures, strict=True), now.seq + 1):
            rows = one.ticket.rows
            rank_keys = rank_keys_of(rows.submission.tasks, rows.at, found.ageing_per_hour)
            uses = one.ready.uses if one.ready else None
            self._joined.append((one.ticket, Arrival(rows, seq, one.demands, ids, rank_keys, uses)))
        made: dict[UUID, Task] = {}
        for ready in [one.ready for one in asked if one.ready and found is kept]:
            found.rooms |= ready.rooms
            made |= ready.made
        found.offer((head for _, arrival in self._joined for head in _heads(arrival, found.at)), self._demands, made)
        found.seq, self.kept = now.seq + len(asked), found
        self.task_ids = {id for _, arrival in self._joined for id in arrival.rows.task_ids}
        return found

    def overdue(self, at: datetime) -> Sequence[UUID]:
        """The tasks that are late already, which their batches take into account."""
        return [
            id
            for _, arrival in self._joined
            for id, task in zip(arrival.rows.task_ids, arrival.rows.submission.tasks, strict=True)
            if task.deadline and task.deadline < at
        ]

    def store(self, fleet: Counted, iteration: Iteration, selected: Collection[UUID], *, later: int) -> None:
        """Stores all of them, before so many events of the iteration. Called in its transaction.

        Raises:
            StaleError: a user has used up the quota elsewhere meanwhile.
        """
        self._reserve()
        arrivals = self._named(fleet.id)
        self._stored = store_arrivals(
            fleet.id, arrivals, iteration_id=iteration.id, selected=selected, at=iteration.as_of
        )
        tell_batches(fleet, [batch.id for batch in self._stored], at=iteration.as_of, before=later)

    def end(self, iteration: Iteration) -> None:
        """It is committed: wakes the threads that wait for it."""
        answers = Shared()
        for (ticket, _), batch in zip(self._joined, self._stored, strict=True):
            ticket.end(Receipt(batch, is_replay=False), iteration, answers)

    def _asked(self, kept: FleetBuffer, fleet: Owner) -> Iterator[_Asked]:
        """What the tasks of each ask for, where there is nothing wrong with it."""
        entering: Counter[int] = Counter()
        for ticket in self._tickets:
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
        made = {key: -place for place, key in enumerate((key for key in unknown if key not in known), 1)}
        ids = {key: made.get(key) or known[key] for key in wanted}
        self._demands = {ids[key]: demand for key, demand in wanted.items()}
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
