"""HiGHS, set up the one way satselect trusts it: minimise, rows only as `<=`, one thread, no tolerated gap."""

import atexit
from collections.abc import Mapping
from threading import Lock, Thread
from time import monotonic

import highspy
import numpy as np
from highspy._core import _Highs, cb

from satselect.engine.limits import Limits
from satselect.engine.problem.rows import Floats, Ints, Rows

_POLL_S = 0.02  # between two looks whether it is asked to stop, while HiGHS runs
_PATIENCE_S = 0.03
"""How long one whose time is over may go on: at its root it may not look at its clock for seconds."""

_left: list[Thread] = []
_lock = Lock()

# HiGHS has a pool of threads for each one that calls it, refuses to solve where two callers in it disagree about their
# number, and lets idle ones look for work for milliseconds. So every run has a thread of its own, and needs no other.
_OPTIONS: dict[str, bool | float | str] = {
    "output_flag": False,
    "parallel": "off",
    "threads": 1,
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 0.0,
}


class Model:
    """Columns of a packing in a HiGHS model that grows: each costs minus its profit and is used at most once.

    HiGHS' tolerances are absolute. So profits are floats of moderate size, and each resource is counted in units of
    its size, (resources,), a power of two.
    """

    def __init__(self, capacities: Ints, sizes: Floats) -> None:
        # The bare solver: the modelling layer over it writes a banner to standard output when built (1.16.0).
        self.highs = _Highs()
        self.set(_OPTIONS)
        rows, none = len(capacities), np.array([], np.int32)
        self._sizes = sizes
        upper = capacities / sizes
        self.highs.addRows(rows, np.full(rows, -np.inf), upper, 0, none, none, none.astype(np.float64))

    def set(self, options: Mapping[str, str | float | bool]) -> None:
        """Sets options of HiGHS, by name."""
        for name, value in options.items():
            self.highs.setOptionValue(name, value)

    def add(self, rows: Rows, profits: Floats) -> None:
        """Adds these columns behind those already there."""
        n = len(rows)
        starts, resources = rows.starts[:-1].astype(np.int32), rows.resources.astype(np.int32)
        amounts = rows.amounts / self._sizes[rows.resources]
        self.highs.addCols(n, -profits, np.zeros(n), np.ones(n), len(amounts), starts, resources, amounts)

    def add_resources(self, starts: Ints, columns: Ints, amounts: Ints, capacities: Ints) -> None:
        """Adds resources behind those already there: columns use amounts of each from its start to the next.

        They are counted as they come. What has been solved stays a start for what comes.
        """
        count, sizes = len(capacities), starts[:-1].astype(np.int32)
        limits = np.full(count, -np.inf), capacities.astype(np.float64)
        self.highs.addRows(count, *limits, len(columns), sizes, columns.astype(np.int32), amounts.astype(np.float64))
        self._sizes = np.concatenate((self._sizes, np.ones(count)))

    def prices(self) -> Floats:
        """The duals of the resources, each of one unit as it was given."""
        return -np.array(self.highs.getSolution().row_dual) / self._sizes

    def run(self, limits: Limits) -> highspy.HighsModelStatus:
        """Solves what is there, as far as the limits go, and says how that ended.

        HiGHS looks at its clock in every loop, and asks whether to stop between two nodes only. So it runs in a thread
        of its own, and once it is to stop its time is up. If it goes on all the same it is left alone, soon to end: the
        status is `kNotset`, and the solver another, empty one.
        """

        def ask(_kind: object, _words: str, _out: object, answer: cb.HighsCallbackInput, _data: object) -> None:
            answer.user_interrupt = limits.is_over()

        if (seconds := limits.seconds_left()) is not None:
            # For a linear model its clock counts all runs; those with whole numbers, where it doesn't, run once.
            self.highs.setOptionValue("time_limit", self.highs.getRunTime() + seconds)
        self.highs.setCallback(ask, None)
        self.highs.startCallback(cb.HighsCallbackType.kCallbackMipInterrupt)
        running = Thread(target=self.highs.run, daemon=True)
        running.start()
        if not self._has_ended(running, limits):
            self.highs = _Highs()
            return highspy.HighsModelStatus.kNotset
        return self.highs.getModelStatus()

    def _has_ended(self, running: Thread, limits: Limits) -> bool:
        """Waits for it; not, if it may be left alone."""
        asked: float | None = None
        running.join(_POLL_S)
        while running.is_alive():
            if limits.is_over():
                self.highs.setOptionValue("time_limit", 0.0)
                asked = asked or monotonic()
                if monotonic() - asked > _PATIENCE_S and _may_be_left(running):
                    return False
            running.join(_POLL_S)
        return True


def _may_be_left(running: Thread) -> bool:
    """One at a time, so that calls that are abandoned again and again do not fill the machine."""
    with _lock:
        if any(thread.is_alive() for thread in _left):
            return False
        _left[:] = [running]
    atexit.register(running.join)  # it must not outlive the interpreter
    return True
