"""Read what a fleet was told to do: its latest iterations, and which task went to which satellite.

SATSELECT_URL says where the service answers, SATSELECT_KEY which key it wants (none in open mode).
"""

import os
from itertools import islice

import satselect

url, key = os.environ.get("SATSELECT_URL", "http://localhost:8000"), os.environ.get("SATSELECT_KEY")
fleet = os.environ.get("SATSELECT_FLEET", "default")

with satselect.Client(url, key or None) as client:
    for line in islice(client.iterations(fleet), 5):
        iteration = client.iteration(line.id)
        proof = "proven best" if iteration.gap == 0 else f"at most {iteration.bound} was possible"
        print(f"{iteration.created:%Y-%m-%d %H:%M:%S}  worth {iteration.profit}, {proof}")
        for task in iteration.tasks:
            used = ", ".join(task.resources)
            print(f"    {task.satellite}: {task.name} ({used}), now {task.status}")
