"""Random small plans as arrays, and their optimum by brute force: nothing here is shared with what is tested."""

import random
from itertools import combinations

import numpy as np

from satselect.engine.problem.units import to_units
from satselect.engine.timeline.form import SharedRows, TimelineProblem


def random_problem(seed: int, *, is_one_way: bool = False) -> TimelineProblem:
    """A few tasks on timelines with and without setups, some on none, instants among them, and shared rows.

    One way: to turn back costs nothing, as where a mode needs its warm-up and none to leave it.
    """
    rng = random.Random(seed)
    tasks, lines = rng.randint(1, 7), rng.randint(1, 3)
    angles = [rng.randint(0, 6) for _ in range(tasks)]
    settle = rng.randint(0, 2)
    turn = np.array(
        [[settle + abs(a - b) if i != j else 0 for j, b in enumerate(angles)] for i, a in enumerate(angles)]
    )
    if is_one_way:
        turn = np.array([[max(a - b, 0) for b in angles] for a in angles], np.int64)
    setups = [turn if rng.random() < 0.4 else None for _ in range(lines)]
    line, start, end, value, task = [], [], [], [], []
    for t in range(tasks):
        for _ in range(rng.randint(1, 3)):
            line.append(rng.randint(-1, lines - 1) if rng.random() < 0.3 else rng.randrange(lines))
            start.append(rng.randint(-2, 14))
            end.append(start[-1] + rng.choice([0, 1, 2, 3, 5, 8]))
            value.append(rng.choice([rng.randint(0, 9), rng.randint(1, 30) / 4]))
            task.append(t)
    n = len(line)
    rows = []
    for _ in range(rng.choice([0, 0, 1, 3])):
        who = sorted(rng.sample(range(n), rng.randint(1, n)))
        amounts = [rng.choice([1, 2, 3, 10**9]) if rng.random() < 0.2 else rng.randint(1, 4) for _ in who]
        rows.append((np.array(who), np.array(amounts), rng.randint(0, max(sum(amounts) // 2, 3))))
    units = to_units(np.array(value, np.float64))
    columns = (np.array(column, np.int64) for column in (line, start, end, task))
    line_, start_, end_, task_ = columns
    return TimelineProblem(line_, start_, end_, units.profits, task_, task_, setups, SharedRows.of(rows), units)


def fits(problem: TimelineProblem, chosen: list[int]) -> bool:
    """Whether these candidates can be taken together: pair by pair, and row by row."""
    if any(_clash(problem, a, b) for a, b in combinations(chosen, 2)):
        return False
    for row in range(len(problem.rows)):
        places = range(problem.rows.starts[row], problem.rows.starts[row + 1])
        used = sum(int(problem.rows.amounts[t]) for t in places if problem.rows.candidates[t] in chosen)
        if used > problem.rows.capacities[row]:
            return False
    return True


def optimum(problem: TimelineProblem) -> int:
    """The units that the best plan earns."""
    everything, rows = range(len(problem)), problem.rows
    options = [np.flatnonzero(problem.task == t).tolist() for t in range(int(problem.task.max(initial=-1)) + 1)]
    # Whether two clash is asked once of each pair: of plans there are thousands.
    apart = [{b for b in everything if _clash(problem, a, b)} for a in everything]
    uses: list[list[tuple[int, int]]] = [[] for _ in everything]
    for row in range(len(rows)):
        for place in range(rows.starts[row], rows.starts[row + 1]):
            uses[rows.candidates[place]].append((row, int(rows.amounts[place])))
    room, values = rows.capacities.tolist(), problem.value.tolist()

    def best(number: int, chosen: frozenset[int]) -> int:
        if number == len(options):
            return 0
        found = best(number + 1, chosen)
        for k in options[number]:
            if apart[k].isdisjoint(chosen) and all(room[row] >= amount for row, amount in uses[k]):
                for row, amount in uses[k]:
                    room[row] -= amount
                found = max(found, values[k] + best(number + 1, chosen | {k}))
                for row, amount in uses[k]:
                    room[row] += amount
        return int(found)

    return best(0, frozenset())


def _clash(problem: TimelineProblem, a: int, b: int) -> bool:
    if problem.task[a] == problem.task[b]:
        return True
    if problem.line[a] != problem.line[b] or problem.line[a] < 0:
        return False
    return not (_may_follow(problem, a, b) or _may_follow(problem, b, a))


def _may_follow(problem: TimelineProblem, a: int, b: int) -> bool:
    table = problem.setups[int(problem.line[a])]
    needed = 0 if table is None else int(table[problem.kind[a], problem.kind[b]])
    return int(problem.end[a]) + needed <= int(problem.start[b])
