"""Submit tasks to a service, see what was scheduled at once, and follow the rest until all have been.

SATSELECT_URL says where the service answers, SATSELECT_KEY which key it wants (none in open mode).
"""

import os

import satselect
from satselect.schemas.events import IterationEvent
from satselect.schemas.tasks import Status

url, key = os.environ.get("SATSELECT_URL", "http://localhost:8000"), os.environ.get("SATSELECT_KEY")
tasks = [
    satselect.Task("harbour", ["camera", "disk"], profit=9.2),
    satselect.Task("forest", ["camera"], profit=4.0),
    satselect.Task("old pictures down", ["disk"], profit=3.1),
]

with satselect.Client(url, key) as client, client.events(after=0) as events:
    first = client.submit(tasks)
    print("at once:", *[task.name for task in first.tasks])
    waiting = {task.id: task.name for task in client.tasks(status=Status.BUFFERED)}
    for id, name in sorted(waiting.items(), key=lambda item: item[1]):
        print(f"{name} waits: it would be selected from a profit of {client.explain(id).break_even_profit}")
    client.iterate()  # the losers compete again; a busy fleet iterates by itself with every submission
    for event in events:
        if isinstance(event, IterationEvent):
            for task in event.tasks:
                if waiting.pop(task.id, None):
                    print("later:", task.name)
        if not waiting:
            break
