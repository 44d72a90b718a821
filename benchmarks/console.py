"""The pages of the console with few and with many tasks buffered: how long the server takes for each.

python -m benchmarks.console --buffered 100 1000000 --databases sqlite postgresql --postgres postgres://...

By the clock, which also tells of what else the machine does, and by the processor time of the service and of
PostgreSQL's processes for its database. The million waits in one fleet; pages of satellites and of plans are those of
another fleet on the same database. What is planned or selected again (`SOLVED`) has a time limit of its own.
"""

import argparse
import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

import httpx

from benchmarks.console_world import make_orbits
from benchmarks.processes import backends, processor_s
from benchmarks.service_process import DATABASES, fill, service
from benchmarks.table import markdown

PAGES = {
    "timeline": "/fleets/default",
    "timeline, earlier": "/fleets/default?before={version}",
    "timeline, sent again": "/fleets/default/timeline",
    "figures": "/fleets/default/figures",
    "buffer, first page": "/fleets/default/buffer",
    "buffer, a page far down": "/fleets/default/buffer?sort=profit&after=30.0~1~0",
    "buffer, newest": "/fleets/default/buffer?sort=newest",
    "buffer, oldest": "/fleets/default/buffer?sort=oldest",
    "buffer, next deadline": "/fleets/default/buffer?sort=deadline",
    "buffer, uses a resource": "/fleets/default/buffer?resource={resource}",
    "buffer, a name": "/fleets/default/buffer?name={name}",
    "buffer as CSV": "/fleets/default/buffer.csv",
    "buffer as JSON": "/fleets/default/buffer.json",
    "tasks": "/fleets/default/tasks",
    "tasks, waiting, oldest first": "/fleets/default/tasks?status=buffered&order=oldest",
    "tasks, how the name begins": "/fleets/default/tasks?q={prefix}",
    "tasks, a reference that nobody has": "/fleets/default/tasks?q=nobody-has-this",
    "tasks, done": "/fleets/default/tasks?status=completed&status=failed",
    "tasks of all fleets": "/tasks",
    "task": "/tasks/{task}",
    "iteration": "/iterations/{iteration}",
    "two iterations": "/iterations/{iteration}/compare/{earlier}",
    "submit": "/fleets/default/submit",
    "submit, another like it": "/fleets/default/submit?clone={task}",
    "profit": "/fleets/default/profit?last=1000",
    "profit as CSV": "/fleets/default/profit.csv",
    "timeline as CSV": "/fleets/default/timeline.csv",
    "timeline for Open MCT": "/fleets/default/plan.json",
    "resources over time": "/fleets/default/resources-over-time",
    "operations": "/fleets/default/operations",
    "settings": "/fleets/default/settings",
    "plan": "/fleets/orbit/plan",
    "plan, a day": "/fleets/orbit/plan?span=86400",
    "map": "/fleets/orbit/map",
    "map, a day": "/fleets/orbit/map?span=86400",
    "pass": "/fleets/orbit/passes/{contact}",
    "timeline of a fleet that plans": "/fleets/orbit",
    "buffer of a fleet that plans": "/fleets/orbit/buffer",
    "task that is planned": "/tasks/{planned}",
    "task that waits in time": "/tasks/{waiting}",
    "iteration of a fleet that plans": "/iterations/{plan}",
    "submit to a fleet that plans": "/fleets/orbit/submit",
    "products": "/fleets/orbit/products",
    "product": "/fleets/orbit/products/sharp",
    "settings of a fleet that plans": "/fleets/orbit/settings",
    "fleets": "/?all",
    "keys": "/keys",
    "webhooks": "/webhooks",
}
SOLVED = {
    "one more unit": "/fleets/default/one-more",
    "buffer, from which profit": "/fleets/default/buffer?worth=1",
    "break-even profit": "/tasks/{task}/break-even",
    "why it waits in time": "/tasks/{waiting}/why",
}
LIMIT_S = 0.3

Options = argparse.Namespace


@dataclass(frozen=True, slots=True)
class Seen:
    """What one page took. Seconds."""

    p95: float
    processor: float

    def __str__(self) -> str:
        return f"{1000 * self.p95:.0f} / {1000 * self.processor:.0f} ms"


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.console", description=__doc__)
    parser.add_argument("--buffered", type=int, nargs="+", default=[100, 10_000], metavar="TASKS")
    parser.add_argument("--resources", type=int, default=12)
    parser.add_argument("--looking", type=int, default=1000, metavar="TASKS", help="of the fleet that plans")
    parser.add_argument("--repeats", type=int, default=20, help="of each page (%(default)s)")
    parser.add_argument("--databases", nargs="+", choices=DATABASES, default=["sqlite"])
    parser.add_argument("--postgres", metavar="URL", help="a server on which databases may be made")
    options = parser.parse_args(arguments)
    columns = [(database, buffered) for database in options.databases for buffered in options.buffered]
    seen: dict[str, list[Seen]] = {name: [] for name in PAGES | SOLVED}
    for database, buffered in columns:
        with DATABASES[database](options.postgres) as url:
            fill(url, buffered, options.resources)
            for name, one in measured(url, options):
                print(f"{database}, {buffered:,}: {name}: {one}", file=sys.stderr, flush=True)
                seen[name].append(one)
    titles = ["page", *(f"{database}, {buffered:,} buffered" for database, buffered in columns)]
    print(markdown(titles, [[name, *map(str, row)] for name, row in seen.items()]))
    print("95 of 100 by the clock / the median of the processor.", *_slow(seen), sep="\n")


def _slow(seen: dict[str, list[Seen]]) -> Iterator[str]:
    for name in PAGES:
        for one in seen[name]:
            if max(one.p95, one.processor) > LIMIT_S:
                yield f"over {1000 * LIMIT_S:.0f} ms: {name}, {one}"


def measured(url: str, options: Options) -> Iterator[tuple[str, Seen]]:
    """Each page, after some iterations."""
    with (
        service(url) as (address, process),
        httpx.Client(base_url=address, timeout=240, headers={"Accept": "text/html"}) as client,
    ):
        facts = _facts(client, make_orbits(client, options.looking))
        database = urlsplit(url).path.strip("/") if url.startswith("postgres") else ""

        def used_s() -> float:
            return sum(processor_s(pid) or 0.0 for pid in (process.pid, *backends(database)))

        for name, path in (PAGES | SOLVED).items():
            asked = path.format(**facts)
            client.get(asked).raise_for_status()  # the first fills caches, as it does once for everyone
            taken, used = [], []
            for _ in range(options.repeats):
                before, start = used_s(), perf_counter()
                client.get(asked).raise_for_status()
                taken.append(perf_counter() - start)
                used.append(used_s() - before)
            yield name, Seen(sorted(taken)[math.ceil(0.95 * len(taken)) - 1], median(used))


def _facts(client: httpx.Client, others: dict[str, Any]) -> dict[str, Any]:
    for _ in range(30):
        client.post("/api/v1/fleets/default/iterations").raise_for_status()
    (task,) = client.get("/api/v1/tasks?fleet=default&status=buffered&limit=1").json()["items"]
    last, *_, earlier = client.get("/api/v1/fleets/default/iterations?limit=5").json()["items"]
    return others | {
        "task": task["id"],
        "name": task["name"],
        "prefix": task["name"][:2],
        "resource": next(iter(task["resources"])),
        "iteration": last["id"],
        "earlier": earlier["id"],
        "version": 20,
    }


if __name__ == "__main__":
    main()
