"""Select among tasks in a program of your own: no service, no database.

Two satellites share one downlink antenna. Which tasks run, where, and what would it take for a loser to win?
"""

from satselect import Task, select

tasks = [
    Task("harbour, sharp", {"camera": 1, "disk": 3, "antenna": 1}, profit=9.2),
    Task("forest, wide", {"camera": 1, "disk": 1}, profit=4.0),
    Task("volcano, infrared", {"camera": 1, "disk": 2}, profit=6.5, satellites=["sat-2"]),
    Task("old pictures down", {"antenna": 1}, profit=3.1),
]
satellites = {"sat-1": {"camera": 1, "disk": 4}, "sat-2": {"camera": 1, "disk": 2}}

selection = select(tasks, satellites=satellites, capacities={"antenna": 1}, time_limit=5)

for task in selection.tasks:
    print(f"{selection.assignments[task]}: {task.name}, worth {task.profit}")
print(f"together {selection.profit}; nothing earns more than {selection.bound} ({selection.status})")
for task in selection.buffered:
    needed = selection.explain(task).break_even
    print(f"{task.name} waits: it would be selected from a profit of {needed}")
