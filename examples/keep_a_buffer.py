"""Keep tasks that come and go, and select from them again and again.

The losers of one round compete in the next; selecting takes hardly longer when a million wait than when ten do.
"""

from satselect import Buffer, Task

buffer = Buffer({"camera": 2})
arrivals = [
    [
        Task("harbour", ["camera"], profit=9.0),
        Task("forest", ["camera"], profit=4.0),
        Task("dunes", ["camera"], profit=2.0),
    ],
    [Task("volcano", ["camera"], profit=6.5), Task("glacier", ["camera"], profit=5.0)],
    [Task("delta", ["camera"], profit=7.0)],
]

for round_number, tasks in enumerate(arrivals, 1):
    for task in tasks:
        buffer.add(task)
    selection = buffer.select(time_limit=1)
    for task in selection.tasks:
        buffer.remove(task)  # it runs now; all resources are free again in the next round
    names = ", ".join(task.name for task in selection.tasks)
    print(f"round {round_number}: {names}; worth {selection.profit}, {len(buffer)} wait")
