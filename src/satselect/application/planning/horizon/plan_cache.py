"""What this process keeps of the plans of fleets, so that planning again reads and solves only what changed.

Nothing depends on it for safety: what was planned from something old is refused when it is recorded.
"""

from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock

from satselect.application.planning.horizon.kept_plan import KeptPlan

MOST_TASKS = 200_000
"""So many tasks may the plans have in all that are kept, a few kilobytes each."""


class PlanCache:
    """The plans that are kept. A taken one belongs to one thread, until it is put back, if it is still good."""

    def __init__(self, most_tasks: int = MOST_TASKS) -> None:
        self._most_tasks = most_tasks
        self._kept: OrderedDict[int, KeptPlan] = OrderedDict()
        self._lock = Lock()

    def take(self, fleet_id: int) -> KeptPlan | None:
        """The plan of a fleet, if it is kept and nobody else has it."""
        with self._lock:
            return self._kept.pop(fleet_id, None)

    def put(self, kept: KeptPlan) -> None:
        """Keeps a plan; where there are too many tasks then, the plans go that were not used for longest."""
        with self._lock:
            self._kept[kept.scene.fleet_id] = kept
            # The last one stays, however large it is: without it each iteration of its fleet would read all.
            while len(self._kept) > 1 and sum(map(len, self._kept.values())) > self._most_tasks:
                self._kept.popitem(last=False)

    def drop(self, fleet_ids: Iterable[int]) -> None:
        """Forgets the plans of these fleets: somebody else iterates over them now."""
        with self._lock:
            for fleet_id in fleet_ids:
                self._kept.pop(fleet_id, None)

    def clear(self) -> None:
        """Forgets all."""
        with self._lock:
            self._kept.clear()
