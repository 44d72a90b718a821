"""Small problems in plain Python: solved before an array would have been set up, or compiled code loaded.

Bucket elimination, a dynamic program (Dechter 1999). The used units of all resources are the fields of one integer,
each offset so that a unit too many sets its guard bit: to see whether a task fits is one addition and one test.
Resources go one by one: once all tasks that use a resource are decided its field is cleared, and equal states merge.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import chain
from math import gcd, prod
from operator import attrgetter
from typing import NamedTuple

from satselect.engine.problem.exact import millionths
from satselect.engine.problem.problem import FEW, Problem
from satselect.engine.problem.task import Task

_MOST_STATES = 2**10

Chosen = tuple[Task, "Chosen"] | None  # the last task, and those chosen before it
States = dict[int, tuple[int, Chosen]]  # used units -> the most profit with them, and how


class _Fields(NamedTuple):
    start: int  # nothing used
    guards: int
    units: dict[str, int]  # one unit of a resource
    masks: dict[str, int]  # the field of a resource


def is_small(problem: Problem) -> bool:
    """Whether the dynamic program is quick: few tasks, and few ways to use the resources."""
    if problem.satellites is not None or len(problem.tasks) > FEW:
        return False
    states = prod(capacity + 1 for capacity in problem.capacities.values())
    if min(states, 1 << len(problem.tasks)) <= _MOST_STATES:
        return True
    # In what unit a resource is counted must not matter: a gigabyte may be said in bytes.
    counted: dict[str, int] = {}
    for task in problem.tasks:
        for name, amount in task.resources.items():
            counted[name] = gcd(counted.get(name, 0), amount)
    return prod(problem.capacities[name] // unit + 1 for name, unit in counted.items()) <= _MOST_STATES


def solve_small(problem: Problem) -> dict[Task, None]:
    """An optimal selection to which nothing can be added; among tasks with equal resources and profit the oldest."""
    capacities = problem.capacities
    users = Counter(chain.from_iterable(map(attrgetter("resources"), problem.tasks)))
    # Those with the fewest users first: after few tasks a field is cleared, so that few states stand side by side.
    order = sorted(users, key=users.__getitem__)
    fields = _fields(problem, order)
    uses = _uses(problem, fields.units)
    profits = dict(zip(uses, _whole([task.profit for task in uses]), strict=True))
    # With one of each resource, a task is never needed where another uses some of the same, nothing else, and earns as
    # much.
    rest = _undominated(profits, uses) if max(capacities.values(), default=1) == 1 else list(profits)
    states: States = {fields.start: (0, None)}
    for name in order:
        mask = fields.masks[name]
        for task in (task for task in rest if uses[task] & mask):
            _offer(states, task, uses[task], profits[task], fields.guards)
        rest = [task for task in rest if not uses[task] & mask]
        states = _forget(states, mask, fields.start & mask)
    ((_, link),) = states.values()
    return _filled(link, uses, fields)


def _uses(problem: Problem, units: Mapping[str, int]) -> dict[Task, int]:
    """What each task uses that could fit on its own."""
    uses = {}
    for task in problem.tasks:
        use = 0
        for name, amount in task.resources.items():
            if amount > problem.capacities[name]:
                break
            use += units[name] * amount
        else:
            uses[task] = use
    return uses


def _whole(profits: Sequence[float]) -> list[int]:
    """The profits, read as their shortest decimals, in one whole unit of any fineness."""
    if (whole := millionths(profits)) is not None:
        return whole
    decimals = [Decimal(repr(profit)) for profit in profits]
    finest = min(int(decimal.as_tuple().exponent) for decimal in decimals)
    return [int(decimal.scaleb(-finest)) for decimal in decimals]


def _undominated(profits: dict[Task, int], uses: dict[Task, int]) -> list[Task]:
    """The tasks without those that use all that another one uses, and earn no more; for capacities of 1."""
    kept: dict[int, Task] = {}
    for task in sorted(profits, key=profits.__getitem__, reverse=True):
        use = uses[task]
        for other in kept:
            if other & use == other:
                break
        else:
            if use:
                kept[use] = task
    return list(kept.values())


def _fields(problem: Problem, order: Sequence[str]) -> _Fields:
    start = guards = shift = 0
    units, masks = {}, {}
    for name in order:
        width = problem.capacities[name].bit_length() + 1
        guard = 1 << (width - 1)
        # So that the units of the capacity lead up to the guard, and one more into it.
        start |= (guard - 1 - problem.capacities[name]) << shift
        guards |= guard << shift
        units[name] = 1 << shift
        masks[name] = ((1 << width) - 1) << shift
        shift += width
    return _Fields(start, guards, units, masks)


def _offer(states: States, task: Task, use: int, profit: int, guards: int) -> None:
    """Adds what each state becomes with the task, where it fits and earns more than what is known."""
    # The states as they were before this task, so that none takes it twice.
    for used, (earned, chosen) in list(states.items()):
        # No field spills into the next: it holds less than its guard, and a task that fits alone adds less than a
        # guard.
        more = used + use
        if more & guards:
            continue
        total = earned + profit
        if more not in states or total > states[more][0]:
            states[more] = (total, (task, chosen))


def _forget(states: States, mask: int, empty: int) -> States:
    """The states with one field cleared; where several become one, the one that earns most."""
    merged: States = {}
    for used, state in states.items():
        # Nobody left uses this resource, so how much is used of it can't matter any more: only the best of such states
        # can be part of an optimum (Bellman's principle).
        cleared = (used & ~mask) | empty
        if cleared not in merged or state[0] > merged[cleared][0]:
            merged[cleared] = state
    return merged


def _filled(link: Chosen, uses: dict[Task, int], fields: _Fields) -> dict[Task, None]:
    """The tasks of a state and whatever fits beside them, oldest first; in the order of the problem."""
    chosen = set()
    used = fields.start
    while link:
        task, link = link
        chosen.add(task)
        used += uses[task]
    for task, use in uses.items():
        if task not in chosen and not (used + use) & fields.guards:
            chosen.add(task)
            used += use
    return {task: None for task in uses if task in chosen}
