"""Planning again what was planned before but for a little: where prices and the plan of last time are taken up.

Any prices prove a bound, so those of last time do, for whatever is there now. Only what they prove may be less.
"""

from dataclasses import dataclass

import numpy as np

from satselect.engine.paths.duality import Prices, Scratch, evaluate
from satselect.engine.paths.lines import Lines
from satselect.engine.paths.sweep import forced
from satselect.engine.problem.rows import Bools, Ints


@dataclass(frozen=True, slots=True)
class Start:
    """What is known of a problem before it is planned.

    Shapes: chosen (chosen,): candidates that may be planned together; prices in units, of tasks (tasks,) and shared
    rows (rows,); is_priced (tasks,): of which tasks something is known. `is_proof_asked`: whether nothing but the best
    is of use, so that what is left is finished as soon as it is little.
    """

    chosen: Ints
    prices: Prices
    is_priced: Bools
    is_proof_asked: bool = False


def completed(lines: Lines, prices: Prices, is_priced: Bools) -> Prices:
    """The prices, with one of each task that has none: at which its second best candidate earns no more than is lost.

    So its best one counts as much as it earns more than that one, and no other counts at all.
    """
    places = np.flatnonzero(~is_priced[lines.task])
    places = places[(np.diff(lines.places_of) > 1)[lines.task[places]]]
    tasks = prices.tasks.copy()
    if not len(places):
        return Prices(tasks, prices.rows)
    most = np.zeros(len(tasks), np.int64)
    np.maximum.at(most, lines.task[places], lines.value[places])
    tasks[lines.task[places]] = most[lines.task[places]]  # nobody gains by it
    scratch, loss = Scratch.of(len(lines.who)), np.empty(len(lines.who), np.int64)
    evaluate(lines, tasks, prices.rows, scratch)
    forced(lines, scratch.reduced, scratch.own, scratch.best, scratch.arg, np.empty_like(loss), loss)
    gain = np.maximum(most[lines.task[places]] - loss[places], 0)
    order = np.lexsort((-gain, lines.task[places]))
    task, gain = lines.task[places][order], gain[order]
    second = np.flatnonzero(np.diff(task, prepend=-1) > 0) + 1
    tasks[task[second]] = gain[second]
    return Prices(tasks, prices.rows)
