"""Random problems: as Hypothesis strategies for laws, and seeded for referees."""

from dataclasses import dataclass, field
from random import Random

from hypothesis import strategies as st

from satselect import Selection, Task, select

_NAMES = [f"r{i}" for i in range(6)]
_PROFITS = [0.0, 1.0, 0.1, 0.2, 0.3, 5e-324, 1e12]


@dataclass(frozen=True)
class Given:
    """Tasks and what there is for them."""

    tasks: list[Task]
    capacities: dict[str, int]
    satellites: dict[str, dict[str, int]] | None = field(default=None)

    def select(self) -> Selection:
        """What the engine selects."""
        return select(self.tasks, capacities=self.capacities, satellites=self.satellites)


@st.composite
def problems(draw: st.DrawFn, most_tasks: int = 8) -> Given:
    """Some tasks over six resources, amounts 1 to 3, capacities 0 to 4, profits of every size, 0 to 3 satellites."""
    count = draw(st.integers(0, 3))
    if not count:
        capacities = draw(st.dictionaries(st.sampled_from(_NAMES), st.integers(0, 4)))
        return Given(draw(st.lists(_task(None), max_size=most_tasks)), capacities)
    shared = draw(st.dictionaries(st.sampled_from(_NAMES[:2]), st.integers(1, 3)))
    owned = st.dictionaries(st.sampled_from(_NAMES[2:]), st.integers(1, 2))
    satellites = {f"sat {i}": draw(owned) for i in range(count)}
    return Given(draw(st.lists(_task(list(satellites)), max_size=most_tasks - 2)), shared, satellites)


def _task(satellites: list[str] | None) -> st.SearchStrategy[Task]:
    profits = st.one_of(
        st.integers(0, 1000).map(lambda hundredths: hundredths / 100), st.sampled_from(_PROFITS), st.floats(0, 1e12)
    )
    amounts = st.dictionaries(st.sampled_from(_NAMES), st.integers(1, 3), max_size=4)
    named = st.none() if satellites is None else st.none() | st.lists(st.sampled_from(satellites), unique=True)
    return st.builds(
        lambda resources, profit, names: Task("task", resources, profit=profit, satellites=names),
        amounts,
        profits,
        named,
    )


def random_problem(seed: int, *, tasks: int, resources: int, most: int = 4, satellites: int = 0) -> Given:
    """A seeded problem with amounts 1 to 3, capacities 1 to 4, and profits of one of three kinds."""
    rng = Random(seed)
    names = [f"r{i}" for i in range(resources)]
    capacities = {name: rng.randint(1, 4) for name in names if rng.random() < 0.5}
    fleet = None
    if satellites:
        alike = {name: rng.randint(1, 2) for name in names[2:]}
        fleet = {
            f"sat {i}": alike if seed % 2 else {name: rng.randint(1, 2) for name in names[2:] if rng.random() < 0.8}
            for i in range(satellites)
        }
        capacities = {name: capacities.get(name, 1) for name in names[:2]}
    some = [
        Task(
            f"task {i}",
            {name: rng.choice([1, 1, 2, 3]) for name in rng.sample(names, rng.randint(0, min(most, resources)))},
            profit=_profit(rng, seed),
            satellites=rng.sample(list(fleet), rng.randint(1, len(fleet))) if fleet and rng.random() < 0.4 else None,
        )
        for i in range(tasks)
    ]
    return Given(some, capacities, fleet)


def random_conflicts(seed: int, *, choices: int) -> Given:
    """Choices of a few photographs: one of each, pairs and threes of neighbours that don't go together, levels of
    profit; sometimes amounts above 1, and a resource that all of them use.
    """
    rng = Random(seed)
    of = [i // rng.choice([2, 3]) for i in range(choices)]
    uses: list[dict[str, int]] = [{f"one {of[i]}": 1} for i in range(choices)]
    capacities: dict[str, int] = {}
    for number in range(4 * choices):
        size = rng.choice([2, 2, 3])
        first = rng.randrange(choices - size)
        members = rng.sample(range(first, min(first + 5, choices)), size)
        times = rng.choice([1, 1, 1, 3])
        for i in members:
            uses[i][f"not {number}"] = times
        capacities[f"not {number}"] = (size - 1) * times + rng.randrange(times)
    if seed % 2:
        for use in uses:
            use["memory"] = rng.randint(1, 4)
        capacities["memory"] = choices
    profits = [rng.choice([1, 2, 100, 200, 10_000]) + (0.5 if seed % 3 == 0 else 0) for _ in range(choices)]
    return Given([Task(f"t{i}", uses[i], profit=profits[i]) for i in range(choices)], capacities)


def _profit(rng: Random, seed: int) -> float:
    match seed % 3:
        case 0:
            return rng.choice([0, 1, rng.randint(0, 1000) / 100])
        case 1:
            return rng.random() * 10.0 ** rng.randint(-3, 5)
        case _:
            return rng.choice([*_PROFITS, 1e-9, 1 / 3])
