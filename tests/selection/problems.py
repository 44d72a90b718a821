"""Random problems: as Hypothesis strategies for laws, and seeded for referees."""

from random import Random

from hypothesis import strategies as st

from satselect import Task

Problem = tuple[list[Task], dict[str, int]]

_NAMES = [f"r{i}" for i in range(6)]
_profits = st.one_of(
    st.integers(0, 1000).map(lambda hundredths: hundredths / 100),
    st.sampled_from([0.0, 1.0, 0.1, 0.2, 0.3, 5e-324, 1e12]),
    st.floats(0, 1e12),
)
_amounts = st.dictionaries(st.sampled_from(_NAMES), st.integers(1, 3), max_size=4)


def tasks(max_size: int = 9) -> st.SearchStrategy[list[Task]]:
    """Up to `max_size` tasks over six resources, amounts 1 to 3, profits of every size."""
    task = st.builds(lambda amounts, profit: Task("task", amounts, profit=profit), _amounts, _profits)
    return st.lists(task, max_size=max_size)


def capacities() -> st.SearchStrategy[dict[str, int]]:
    """Capacities 0 to 4 for some of the six resources."""
    return st.dictionaries(st.sampled_from(_NAMES), st.integers(0, 4))


def random_problem(seed: int, *, tasks: int, resources: int, most: int = 4) -> Problem:
    """A seeded problem with profits of two decimals, amounts 1 to 3 and capacities 1 to 4."""
    rng = Random(seed)
    names = [f"r{i}" for i in range(resources)]
    return [
        Task(
            f"task {i}",
            {name: rng.choice([1, 1, 2, 3]) for name in rng.sample(names, rng.randint(0, min(most, resources)))},
            profit=rng.choice([0, 1, rng.randint(0, 1000) / 100]),
        )
        for i in range(tasks)
    ], {name: rng.randint(1, 4) for name in names if rng.random() < 0.5}
