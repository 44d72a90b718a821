"""The best plan by trying everything: every task at every whole second, or not at all."""

from satselect import Assignment
from tests.planning.simulator import faults
from tests.planning.worlds import Small


def best(problem: Small) -> float:
    """What the best plan is worth, facts and bonuses counted."""
    world = problem.world()
    gone = {one.task for one in problem.fixed}
    choices = [list(problem.alternatives(task)) for task in problem.tasks if task not in gone]
    choices = sorted((some for some in choices if some), key=lambda some: -max(worth for _, worth in some))
    rest = [0.0]
    for some in reversed(choices):
        rest.append(rest[-1] + max(worth for _, worth in some))
    rest.reverse()
    facts = [problem.run(one) for one in problem.fixed]
    found = 0.0

    def go(depth: int, runs: list, earned: float) -> None:  # type: ignore[type-arg]
        nonlocal found
        found = max(found, earned)
        if depth == len(choices) or earned + rest[depth] <= found + 1e-9:
            return
        for one, worth in choices[depth]:
            more = [*runs, problem.run(one)]
            if worth > 0 and not any(faults(world, more)):
                go(depth + 1, more, earned + worth)
        go(depth + 1, runs, earned)

    go(0, facts, 0.0)
    return found + sum(_worth(one) for one in problem.fixed)


def _worth(one: Assignment) -> float:
    spot = one.opportunity
    return one.task.profit if spot is None or spot.profit is None else spot.profit
