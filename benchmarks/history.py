"""How a commit stands in one short run: a line for each commit, in a file that grows.

python -m benchmarks.history                    this commit's line
python -m benchmarks.history --append           and adds it to benchmarks/history.csv

Engine: processor time of `satselect.select` on the first problem of some classes, in yardsticks: a fixed loop of plain
Python, timed between the rounds, so that machines can be compared. A POST: counted, not timed.
"""

import argparse
import csv
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import process_time
from typing import TextIO

from benchmarks.classes import generated
from benchmarks.machine import machine

FILE = Path(__file__).parent / "history.csv"
CLASSES = ("tiny-30x10", "free-1e3x20", "correlated-1e3x60", "correlated-1e4x20-from-2", "shared-100x20")
ROUNDS = 15
TASKS = [{"name": f"task {n}", "resources": [f"r{n}", "disk"], "profit": 1.5 + n} for n in range(5)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures, prints, and appends if it is told to; 1 if this commit isn't what the tree holds."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.history", description=__doc__)
    parser.add_argument("--append", action="store_true", help="add the line to benchmarks/history.csv")
    options = parser.parse_args(arguments)
    found = line()
    if options.append and str(found["commit"]).endswith("-dirty"):
        print("commit first: a line is about a commit", file=sys.stderr)
        return 1
    _write(sys.stdout, found, with_head=True)
    if options.append:
        is_new = not FILE.exists()
        with FILE.open("a") as file:
            _write(file, found, with_head=is_new)
    return 0


def line() -> dict[str, object]:
    """What is told of this commit, by column."""
    when = datetime.now(UTC).date().isoformat()
    return {"date": when, "commit": machine()["commit"], **_engine(), **_post()}


def _engine() -> dict[str, str]:
    from benchmarks.solvers.engine import prepare
    from satselect.engine.warm import get_ready

    get_ready()  # else the first second's worth of selections would be without what is compiled
    runs = {name: prepare(generated()[name].make(0), 30.0) for name in CLASSES}
    return {name: f"{_yardsticks(run):.3f}" for name, run in runs.items()}


def _yardsticks(run: Callable[[], object]) -> float:
    """The least time of a run over the least time of the loop beside it."""
    run()  # what is compiled for it is compiled
    pairs = [(_seconds(run), _seconds(_loop)) for _ in range(ROUNDS)]
    return min(pair[0] for pair in pairs) / min(pair[1] for pair in pairs)


def _loop() -> int:
    value = 1
    for n in range(100_000):
        value = (value * 48_271 + n) % 2_147_483_647
    return value


def _seconds(run: Callable[[], object]) -> float:
    start = process_time()
    run()
    return process_time() - start


def _post() -> dict[str, int]:
    """Statements of a POST of five tasks to a fresh SQLite database, the second of its kind, and rows they added."""
    from satselect.cli.service.setup import migrate, set_up

    with tempfile.TemporaryDirectory() as folder:
        if set_up(f"sqlite:///{folder}/history.sqlite3", host="127.0.0.1") or migrate():
            raise RuntimeError("no database")
        from django.db import connection
        from django.test import Client
        from django.test.utils import CaptureQueriesContext

        client = Client(REMOTE_ADDR="127.0.0.1", SERVER_NAME="127.0.0.1")
        client.post("/api/tasks/", TASKS, content_type="application/json")
        before = _rows()
        with CaptureQueriesContext(connection) as asked:
            answer = client.post("/api/tasks/", TASKS, content_type="application/json")
        if answer.status_code != 201:
            raise RuntimeError(answer.content)
        return {"statements of a POST": len(asked), "rows of a POST": _rows() - before}


def _rows() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names(cursor) if name.startswith("store_")]
        return sum(cursor.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables)  # noqa: S608


def _write(file: TextIO, found: dict[str, object], *, with_head: bool) -> None:
    rows = csv.DictWriter(file, list(found), lineterminator="\n")
    if with_head:
        rows.writeheader()
    rows.writerow(found)


if __name__ == "__main__":
    sys.exit(main())
