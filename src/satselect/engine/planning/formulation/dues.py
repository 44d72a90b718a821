"""By when what a spot brings has to be on the ground, and by when it has to have ended for that."""

from collections.abc import Sequence

import numpy as np

from satselect.engine.planning.formulation.reservoirs import LONG
from satselect.engine.planning.formulation.spots import Spots
from satselect.engine.planning.model import Pass, TimedTask
from satselect.engine.planning.problem import PlanProblem
from satselect.engine.problem.rows import Ints


def dues_of(problem: PlanProblem, spots: Spots) -> Ints:
    """When what each spot brings has to be on the ground, `LONG` for any time: (spots,). Facts are not asked."""
    of_task = [
        problem.horizon.last_within(task.deliver_by) if isinstance(task, TimedTask) and task.deliver_by else LONG
        for task in spots.tasks
    ]
    # A fact that comes too late is true all the same.
    of_task[len(spots.tasks) - spots.facts :] = [LONG] * spots.facts
    return np.array(of_task, np.int64)[spots.task]


def latest_ends(problem: PlanProblem, spots: Spots, due: Ints) -> Ints:
    """When each spot has to have ended, so that a pass over a station follows in time: (spots,), `LONG` for any time.

    -LONG where none does. due: as above.
    """
    latest = np.full(len(spots), LONG)
    asked, contacts = due < LONG, dict[str, list[Pass]]()
    for one in problem.passes:
        if one.station is not None:
            contacts.setdefault(one.satellite, []).append(one)
    for number in sorted(set(spots.place[asked].tolist())):
        here = np.flatnonzero(asked & (spots.place == number))
        ends, starts = _contacts(problem, contacts.get(spots.satellites[number] or "", ()))
        latest[here] = starts[np.searchsorted(ends, due[here], side="right")]
    return latest


def _contacts(problem: PlanProblem, contacts: Sequence[Pass]) -> tuple[Ints, Ints]:
    """When these passes, of a satellite over stations, end, (passes,), and the last start of so many first of them.

    The latter are (passes + 1,), of none `-LONG`.
    """
    at = problem.horizon.first_within
    found = sorted((at(one.end), at(one.start)) for one in contacts)
    starts = np.maximum.accumulate(np.array([-LONG, *(start for _, start in found)], np.int64))
    return np.array([end for end, _ in found], np.int64), starts
