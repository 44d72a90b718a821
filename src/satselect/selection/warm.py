"""Makes the compiled rooms ready before the first client waits for them."""

from satselect.selection.buffer import Buffer
from satselect.selection.problem import Task
from satselect.selection.select import select


def warm_up() -> None:
    """Loads or compiles all that selecting may need: seconds the first time on a machine, a fraction later."""
    tasks = [
        Task(f"task {i}", {f"r{i * prime % 23}": 1 + i % 2 for prime in (7, 11, 13)}, profit=1 + i * 37 % 101)
        for i in range(300)
    ]
    capacities = {"r0": 3, "r1": 2}
    select(tasks, capacities=capacities, time_limit=10)
    select(
        [
            Task(str(i), {f"r{i * prime % 139}": 1 for prime in (7, 11, 13)}, profit=1 + i * 37 % 101)
            for i in range(180)
        ],
        time_limit=10,
    )
    buffer = Buffer(capacities)
    for task in tasks:
        buffer.add(task)
    buffer.select(time_limit=10)
    select(tasks[:30], satellites={"a": {f"r{i}": 1 for i in range(23)}, "b": {f"r{i}": 1 for i in range(23)}})
