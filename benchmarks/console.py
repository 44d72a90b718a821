"""The pages of the console with few and with many tasks buffered: how long the server takes for each.

python -m benchmarks.console --buffered 100 1000000 --databases sqlite postgresql --postgres postgres://...
"""

import argparse
from collections.abc import Iterator, Sequence
from statistics import median
from time import perf_counter

import httpx

from benchmarks.service_process import DATABASES, serving
from benchmarks.table import plain

REPEATS = 7
PAGES = {
    "timeline": "/fleets/default",
    "figures": "/fleets/default/figures",
    "buffer, first page": "/fleets/default/buffer",
    "buffer, a page far down": "/fleets/default/buffer?sort=profit&after=30.0~1~0",
    "buffer, newest": "/fleets/default/buffer?sort=newest",
    "buffer, oldest": "/fleets/default/buffer?sort=oldest",
    "buffer, next deadline": "/fleets/default/buffer?sort=deadline",
    "buffer, uses a resource": "/fleets/default/buffer?resource={resource}",
    "buffer, a name": "/fleets/default/buffer?name={name}",
    "buffer as CSV": "/fleets/default/buffer.csv",
    "task": "/tasks/{task}",
    "iteration": "/iterations/{iteration}",
    "submit": "/fleets/default/submit",
    "profit": "/fleets/default/profit?last=1000",
    "settings": "/fleets/default/settings",
    "keys": "/keys",
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.console", description=__doc__)
    parser.add_argument("--buffered", type=int, nargs="+", default=[100, 10_000], metavar="TASKS")
    parser.add_argument("--resources", type=int, default=12)
    parser.add_argument("--databases", nargs="+", choices=DATABASES, default=["sqlite"])
    parser.add_argument("--postgres", metavar="URL", help="a server on which databases may be made")
    options = parser.parse_args(arguments)
    columns = [(database, buffered) for database in options.databases for buffered in options.buffered]
    times: dict[str, list[float]] = {name: [] for name in PAGES}
    for database, buffered in columns:
        with DATABASES[database](options.postgres) as url, serving(url, buffered, options.resources) as address:
            for name, taken_s in measured(address):
                times[name].append(taken_s)
    titles = ["page", *(f"{database}, {buffered:,} buffered" for database, buffered in columns)]
    print(plain(titles, [[name, *(f"{1000 * taken_s:.0f} ms" for taken_s in row)] for name, row in times.items()]))


def measured(address: str) -> Iterator[tuple[str, float]]:
    """Page to the seconds until it was there, the median of several, after some iterations."""
    with httpx.Client(base_url=address, timeout=120, headers={"Accept": "text/html"}) as client:
        for _ in range(30):
            client.post("/api/v1/fleets/default/iterations").raise_for_status()
        (task,) = client.get("/api/v1/tasks?status=buffered&limit=1").json()["items"]
        (iteration,) = client.get("/api/v1/fleets/default/iterations?limit=1").json()["items"]
        facts = {
            "task": task["id"],
            "name": task["name"],
            "resource": next(iter(task["resources"])),
            "iteration": iteration["id"],
        }
        for name, path in PAGES.items():
            yield name, _median_s(client, path.format(**facts))


def _median_s(client: httpx.Client, path: str) -> float:
    taken = []
    for _ in range(REPEATS):
        start = perf_counter()
        client.get(path).raise_for_status()
        taken.append(perf_counter() - start)
    return median(taken)


if __name__ == "__main__":
    main()
