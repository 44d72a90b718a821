"""What an iteration can select of a fleet's buffer, in memory: the heads of its signatures, and the engine's buffer."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from heapq import heappop, heappush
from operator import attrgetter
from types import MappingProxyType
from typing import Any
from uuid import UUID

from satselect import Buffer, Task
from satselect.application.availability.availability import Availability, Supplies
from satselect.application.availability.formulate import Formulation, formulate
from satselect.application.planning.buffer.ageing import aged
from satselect.application.planning.buffer.greedy import Ranking
from satselect.application.planning.forever import FOREVER
from satselect.schemas.fleets import Release
from satselect.store.queries.buffer.demands import Demand
from satselect.store.queries.buffer.heads import Head

NOTHING_MADE: Mapping[UUID, Task] = MappingProxyType({})


@dataclass(slots=True, eq=False, weakref_slot=True)
class FleetBuffer:
    """The heads of a fleet's buffer as they were at a version, after a batch, at a time.

    Attributes:
        availability: what there is of each resource that a task of the buffer used.
        ageing_per_hour: what an hour of waiting adds to a profit.
        until: from then on tasks are worth something else, or there is something else, than what was read.
        starts: the first later time at which a task may start that waits for it, FOREVER if none does; None if that
            is not known.
        release: when scheduled tasks give back what they use.
        signatures: what tasks ask for, by signature.
        is_settled: whether an iteration considered all batches up to that one.
        rooms: signature to how many of its tasks fit together; None if all do.
        memo: what others worked out of the same fleet at the same version, by its type.
        more: the signatures of which more tasks wait than fit together, as far as is known; of others these are all.
            The best of those that are over is kept, too: the engine selects none like it, but prices are to tell it.
        stale: the signatures of which a head left, where the next best task takes its place when it is read.
    """

    fleet_id: int
    version: int
    seq: int
    at: datetime
    availability: Availability
    ageing_per_hour: float = 0.0
    until: datetime = FOREVER
    starts: datetime | None = field(default=None, init=False)
    release: str = Release.ITERATION
    formulation: Formulation = field(init=False)
    buffer: Buffer = field(init=False)
    ranking: Ranking = field(default_factory=Ranking)
    signatures: dict[int, Demand] = field(default_factory=dict)
    is_settled: bool = False
    rooms: dict[int, int | None] = field(default_factory=dict)
    memo: dict[type, Any] = field(default_factory=dict)
    more: set[int] = field(default_factory=set)
    stale: set[int] = field(default_factory=set)
    _heads: dict[int, dict[UUID, Task]] = field(default_factory=dict)
    _rows: dict[Task, Head] = field(default_factory=dict)
    _made: Mapping[UUID, Task] = field(default_factory=dict)
    _closing: list[tuple[datetime, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.formulation = formulate(self.availability)
        self.buffer = self.formulation.buffer()

    def takes(self, more: Supplies) -> bool:
        """Whether the engine's buffer can take tasks that ask for these, too: it can't be told of capacities later."""
        # Without a satellite nothing is known: the first one may have come with a batch.
        return bool(self.availability.satellites) and self.formulation.assumes(more)

    def head(self, task: Task) -> Head:
        """The row behind a task of the buffer."""
        return self._rows[task]

    def take_in(self, best: Mapping[int, Sequence[Head]]) -> None:
        """These are the best of their signatures, the oldest first: all there are, or one more than fit together."""
        self.replace({id: self._heads_of(id, some) for id, some in best.items()})

    def _heads_of(self, signature_id: int, best: Sequence[Head]) -> Sequence[Head]:
        room = self.rooms[signature_id]
        if room is None or len(best) <= room:
            self.more.discard(signature_id)
            return best
        self.more.add(signature_id)
        return self._best(best, room)

    def _best(self, rivals: Sequence[Head], room: int) -> Sequence[Head]:
        """Those that fit together, and the best of the others, the oldest first: of more rivals than that."""
        ranked = sorted(rivals, key=self._rank)[: room and room + 1]
        # The engine, which sees only what they are worth, is to see which of them is over.
        if self.ageing_per_hour and ranked and not self._worth(ranked[-1]) < self._worth(ranked[-2]):
            ranked.pop()
        return sorted(ranked, key=_age)

    def _worth(self, head: Head) -> float:
        return aged(head.profit, head.created, self.at, self.ageing_per_hour)

    def replace(self, heads: Mapping[int, Sequence[Head]]) -> None:
        """These are the heads of these signatures now, the oldest first."""
        for signature_id, now in heads.items():
            self._let_go(signature_id, now)  # first of all: a task that was edited may have another signature
        for signature_id, now in heads.items():
            self._let_in(signature_id, now)

    def room(self, signature_id: int, demand: Demand) -> int | None:
        """How many tasks of a signature fit together; None if any number does. What there is stays: asked once."""
        if signature_id not in self.rooms:
            self.rooms[signature_id] = self.availability.copies(demand)
        return self.rooms[signature_id]

    def offer(
        self, heads: Iterable[Head], demands: Mapping[int, Demand], made: Mapping[UUID, Task] = NOTHING_MADE
    ) -> None:
        """These tasks came, younger than all others, and may be selected: the best of each signature are heads now.

        Args:
            heads: their rows.
            demands: what they ask for, by signature.
            made: some of them as the engine takes them, worth what they are if nobody ages.
        """
        if not self.ageing_per_hour:
            self._made = made
        came = defaultdict(list)
        for head in heads:
            came[head.signature_id].append(head)
        now = {}
        for id, some in came.items():
            self.signatures.setdefault(id, demands[id])
            room = self.room(id, demands[id])
            # Enough to look at: who rests in the database is worse than each of these, or the signature would be stale,
            # and read again before anybody joins.
            rivals: Sequence[Head] = [*map(self._rows.__getitem__, self._heads.get(id, {}).values()), *some]
            if room is not None and room < len(rivals):
                self.more.add(id)
                rivals = self._best(rivals, room)
            now[id] = rivals
        self.replace(now)
        self._made = NOTHING_MADE

    def rename(self, ids: Mapping[int, int]) -> None:
        """Signatures that had no id yet have one."""
        for provisional, id in ids.items():
            if provisional in self.rooms:
                self.rooms[id] = self.rooms.pop(provisional)
            if provisional not in self.signatures:
                continue
            self.signatures[id] = self.signatures.pop(provisional)
            self._heads[id] = self._heads.pop(provisional)
            for task in self._heads[id].values():
                self._rows[task] = replace(self._rows[task], signature_id=id)
        self.stale = {ids.get(id, id) for id in self.stale}
        self.more = {ids.get(id, id) for id in self.more}
        self._closing = [(moment, ids.get(id, id)) for moment, id in self._closing]

    def _rank(self, head: Head) -> tuple[float, float, int, int]:
        """As the database ranks tasks of one signature, the best first: rank keys are rounded where tasks age."""
        return -head.rank_key, -head.profit if self.ageing_per_hour else 0.0, head.batch_seq, head.position

    def remove(self, tasks: Iterable[Task]) -> None:
        """These tasks left the buffer."""
        for task in tasks:
            head = self._rows[task]
            id, present = head.signature_id, self._heads[head.signature_id]
            self._remove(present, {head.id})
            # A better one than any newcomer may rest in the database.
            if id in self.more:
                self.stale.add(id)
            elif not present:
                del self._heads[id], self.signatures[id]

    def closed(self, at: datetime) -> set[int]:
        """The signatures of which a head is overdue by then, each time told once."""
        overdue = set()
        # Entries of tasks that left are still there: they cost a look at their signature, and nothing else.
        while self._closing and self._closing[0][0] < at:
            overdue.add(heappop(self._closing)[1])
        return overdue & self.signatures.keys()

    def closes_before(self, at: datetime) -> bool:
        """Whether a head may be overdue by then."""
        return bool(self._closing) and self._closing[0][0] < at

    def _let_go(self, signature_id: int, heads: Sequence[Head]) -> None:
        """Takes out what is no head any more, or is not as it was."""
        present = self._heads.get(signature_id)
        if not present:
            return
        same = {head.id for head in heads if head.id in present and self._rows[present[head.id]] == head}
        self._remove(present, present.keys() - same)

    def _let_in(self, signature_id: int, heads: Sequence[Head]) -> None:
        present = self._heads.setdefault(signature_id, {})
        entering = [head.age for head in heads if head.id not in present]
        # Of equals the engine takes who was added first, which is to be the older (decision 0020).
        if present and entering and entering[0] < max(self._rows[task].age for task in present.values()):
            self._remove(present, set(present))  # a task is younger than those that are added before it
        for head in heads:
            if head.id not in present:
                present[head.id] = self._add(head)
        if not present:
            del self._heads[signature_id], self.signatures[signature_id]

    def _add(self, head: Head) -> Task:
        task = self._made.get(head.id)
        if task is None:
            task = self.formulation.task(str(head.id), self.signatures[head.signature_id], profit=self._worth(head))
        self.buffer.add(task)
        self.ranking.add(task, head.age)
        self._rows[task] = head
        if head.deadline:
            heappush(self._closing, (head.deadline, head.signature_id))
        return task

    def _remove(self, present: dict[UUID, Task], ids: Iterable[UUID]) -> None:
        for id in ids:
            task = present.pop(id)
            self.buffer.remove(task)
            self.ranking.remove(task, self._rows.pop(task).age)


_age = attrgetter("age")
