"""What this process keeps of the buffers of fleets, so that an iteration reads only what changed.

Nothing depends on it for safety: what was selected from something old is refused when it is recorded.
"""

from collections import OrderedDict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from heapq import heappop, heappush
from threading import Lock
from uuid import UUID

from satselect import Buffer, Task
from satselect.scheduling.iteration.ageing import aged
from satselect.scheduling.iteration.greedy import Ranking
from satselect.scheduling.iteration.stock import Stock
from satselect.schemas.fleets import Release
from satselect.store.demands import Demand
from satselect.store.heads import Head

MOST_FLEETS = 64
MOST_FOLLOWED = 1000
FOREVER = datetime.max.replace(tzinfo=UTC)


@dataclass(slots=True)
class KeptBuffer:
    """The heads of a fleet's buffer as they were at a version, after a batch, at a time.

    Attributes:
        stock: what there is of each resource that a task of the buffer used.
        ageing_per_hour: what an hour of waiting adds to a profit.
        until: from then on tasks are worth something else, or there is something else, than what was read.
        release: when scheduled tasks give back what they use.
        signatures: what tasks ask for, by signature.
        stale: the signatures of which a head left: the next best task takes its place when it is read.
    """

    fleet_id: int
    version: int
    seq: int
    at: datetime
    stock: Stock
    ageing_per_hour: float = 0.0
    until: datetime = FOREVER
    release: str = Release.ITERATION
    buffer: Buffer = field(init=False)
    ranking: Ranking = field(default_factory=Ranking)
    signatures: dict[int, Demand] = field(default_factory=dict)
    stale: set[int] = field(default_factory=set)
    _heads: dict[int, dict[UUID, Task]] = field(default_factory=dict)
    _rows: dict[Task, Head] = field(default_factory=dict)
    _closing: list[tuple[datetime, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.buffer = Buffer(self.stock.shared(), self.stock.owned())

    def head(self, task: Task) -> Head:
        """The row behind a task of the buffer."""
        return self._rows[task]

    def replace(self, heads: Mapping[int, Sequence[Head]]) -> None:
        """These are the heads of these signatures now, the oldest first."""
        for signature_id, now in heads.items():
            self._let_go(signature_id, now)  # first of all: a task that was edited may have another signature
        for signature_id, now in heads.items():
            self._let_in(signature_id, now)

    def remove(self, tasks: Iterable[Task]) -> None:
        """These tasks left the buffer."""
        for task in tasks:
            head = self._rows[task]
            self._remove(self._heads[head.signature_id], {head.id})
            self.stale.add(head.signature_id)

    def closed(self, at: datetime) -> set[int]:
        """The signatures of which a head is overdue by then, each time told once."""
        overdue = set()
        while self._closing and self._closing[0][0] < at:
            overdue.add(heappop(self._closing)[1])
        return overdue & self.signatures.keys()

    def _let_go(self, signature_id: int, heads: Sequence[Head]) -> None:
        """Takes out what is no head any more, or is not as it was."""
        present = self._heads.get(signature_id, {})
        same = {head.id for head in heads if head.id in present and self._rows[present[head.id]] == head}
        self._remove(present, present.keys() - same)

    def _let_in(self, signature_id: int, heads: Sequence[Head]) -> None:
        present = self._heads.setdefault(signature_id, {})
        entering = [head.age for head in heads if head.id not in present]
        if present and entering and entering[0] < max(self._rows[task].age for task in present.values()):
            self._remove(present, set(present))  # a task is younger than those that are added before it
        for head in heads:
            if head.id not in present:
                present[head.id] = self._add(head)
        if not present:
            del self._heads[signature_id], self.signatures[signature_id]

    def _add(self, head: Head) -> Task:
        profit = aged(head.profit, head.created, self.at, self.ageing_per_hour)
        task = self.stock.task(str(head.id), self.signatures[head.signature_id], profit=profit)
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


class Shelf:
    """The buffers that are kept. Who takes one has it alone, and puts it back if it is still good.

    What happens to a fleet meanwhile is noted, and made up for when its buffer is put back.
    """

    def __init__(self, most: int = MOST_FLEETS) -> None:
        self._most = most
        self._kept: OrderedDict[int, KeptBuffer] = OrderedDict()
        self._missed: dict[int, deque[tuple[int, set[int]]]] = {}
        self._lock = Lock()

    def take(self, fleet_id: int) -> KeptBuffer | None:
        """The buffer of a fleet, if it is kept and nobody else has it."""
        with self._lock:
            self._missed[fleet_id] = deque(maxlen=MOST_FOLLOWED)
            return self._kept.pop(fleet_id, None)

    def put(self, kept: KeptBuffer) -> None:
        """Keeps a buffer; where that is one too many, the one that was not used for longest goes."""
        with self._lock:
            self._kept[kept.fleet_id] = kept
            for version, signature_ids in self._missed.pop(kept.fleet_id, ()):
                _follow(kept, version, signature_ids)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def follow(self, fleet_id: int, version: int, signature_ids: Iterable[int]) -> None:
        """The fleet moved on to that version by changes of tasks of these signatures, and of no others."""
        with self._lock:
            if fleet_id in self._missed:
                self._missed[fleet_id].append((version, set(signature_ids)))
            elif kept := self._kept.get(fleet_id):
                _follow(kept, version, signature_ids)

    def drop(self, fleet_ids: Iterable[int]) -> None:
        """Forgets the buffers of these fleets: somebody else iterates over them now."""
        with self._lock:
            for fleet_id in fleet_ids:
                self._kept.pop(fleet_id, None)
                self._missed.pop(fleet_id, None)

    def clear(self) -> None:
        """Forgets all."""
        with self._lock:
            self._kept.clear()
            self._missed.clear()


def _follow(kept: KeptBuffer, version: int, signature_ids: Iterable[int]) -> None:
    if kept.version == version - 1:
        kept.version = version
        kept.stale.update(signature_ids)


SHELF = Shelf()
"""The one of this process."""
