"""Three times the load that a service can hold: what it gets done then, and how soon all is normal again.

python -m benchmarks.flood --databases sqlite postgresql --postgres postgres://... [--impatient]
"""

import argparse
import http.client
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from statistics import median
from time import monotonic, sleep
from urllib.parse import urlsplit

from benchmarks.problems import satellite
from benchmarks.service_load import BATCH, document
from benchmarks.service_process import DATABASES, serving
from benchmarks.solvers.engine import tasks_of
from benchmarks.table import plain, seconds

HEAD = ("database", "held/s", "overloaded/s", "ratio", "refused", "without Retry-After", "other", "normal after")
LEGEND = """\
Batches of 5 tasks answered 201 per second by as many clients as the service lets in, and by three times as many.
Refused: 429 and 503. Normal: a POST takes at most twice what it took before."""
BUFFERED, RESOURCES = 100, 12
TIMES = 3
NORMAL_WITHIN_S = 10.0


@dataclass(frozen=True, slots=True)
class Burst:
    """How many answers of each status there were, how many refusals said no time, and how long all of it took."""

    statuses: Counter[int]
    silent: int
    duration_s: float

    @property
    def done_per_s(self) -> float:
        """Batches that were accepted and considered."""
        return self.statuses[http.client.CREATED] / self.duration_s


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.flood", description=__doc__)
    parser.add_argument("--databases", nargs="+", choices=list(DATABASES), default=["sqlite"])
    parser.add_argument("--postgres", metavar="URL", help="a server on which databases can be made")
    parser.add_argument("--clients", type=int, default=96, help="what the service lets in at once (%(default)s)")
    parser.add_argument("--seconds", type=float, default=20.0, help="for each burst (%(default)s)")
    parser.add_argument("--impatient", action="store_true", help="clients don't wait as Retry-After asks them to")
    options = parser.parse_args(arguments)
    rows = [_row(database, options) for database in options.databases]
    print(plain(HEAD, rows), LEGEND, sep="\n")
    return 0


def _row(database: str, options: argparse.Namespace) -> tuple[str, ...]:
    with DATABASES[database](options.postgres) as url, serving(url, BUFFERED, RESOURCES) as address:
        usual_s = median(_single(address) for _ in range(20))
        held, overloaded = (
            burst(address, clients, options.seconds, is_patient=not options.impatient)
            for clients in (options.clients, TIMES * options.clients)
        )
        normal_after_s = _until_normal(address, 2 * usual_s)
    refused = sum(overloaded.statuses[status] for status in (429, 503))
    other = overloaded.statuses.total() - refused - overloaded.statuses[http.client.CREATED]
    figures = f"{held.done_per_s:.3g}", f"{overloaded.done_per_s:.3g}", f"{overloaded.done_per_s / held.done_per_s:.2f}"
    return database, *figures, str(refused), str(overloaded.silent), str(other), seconds(normal_after_s)


def burst(address: str, clients: int, duration_s: float, *, is_patient: bool) -> Burst:
    """What so many clients are answered who post, each again and again, for so long."""
    start = monotonic()
    with ThreadPoolExecutor(clients) as pool:
        parts = list(pool.map(lambda _: list(_answers(address, start + duration_s, is_patient)), range(clients)))
    answers = [answer for part in parts for answer in part]
    silent = sum(status != http.client.CREATED and retry_after is None for status, retry_after in answers)
    return Burst(Counter(status for status, _ in answers), silent, monotonic() - start)


def _answers(address: str, until: float, is_patient: bool) -> Iterator[tuple[int, str | None]]:
    while monotonic() < until:
        status, retry_after = _post(address)
        yield status, retry_after
        if is_patient and retry_after:
            sleep(float(retry_after))


def _post(address: str) -> tuple[int, str | None]:
    with closing(http.client.HTTPConnection(urlsplit(address).netloc, timeout=120)) as connection:
        connection.request("POST", "/api/v1/fleets/default/tasks", _BODY, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.getheader("Retry-After")


def _single(address: str) -> float:
    start = monotonic()
    status, _ = _post(address)
    return monotonic() - start if status == http.client.CREATED else float("inf")


def _until_normal(address: str, normal_s: float) -> float:
    start = monotonic()
    while monotonic() - start < NORMAL_WITHIN_S:
        if _single(address) <= normal_s:
            break
    return monotonic() - start


_BODY = document(tasks_of(satellite(1, BATCH, RESOURCES)))

if __name__ == "__main__":
    sys.exit(main())
