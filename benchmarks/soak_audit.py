"""Counts in the database whether all that was accepted is there once, and nothing is used beyond its capacity."""

from collections.abc import Callable
from time import monotonic, sleep

import psycopg

_PATIENCE_S = 60.0

_LAWS = {
    "batches that no iteration considered": "SELECT count(*) FROM store_batch WHERE state <> 'done'",
    "fleets whose buffer is counted wrongly": """
        SELECT count(*) FROM store_fleet f WHERE buffered <>
            (SELECT count(*) FROM store_task t WHERE t.fleet_id = f.id AND status = 'buffered')""",
    "scheduled or completed tasks without one assignment": """
        SELECT count(*) FROM store_task t WHERE status IN ('scheduled', 'completed') AND 1 <>
            (SELECT count(*) FROM store_assignment a WHERE a.task_id = t.id AND a.is_live)""",
    "other tasks with an assignment": """
        SELECT count(*) FROM store_task t WHERE status NOT IN ('scheduled', 'completed') AND EXISTS
            (SELECT 1 FROM store_assignment a WHERE a.task_id = t.id AND a.is_live)""",
    "resources used beyond their capacity": "SELECT count(*) FROM store_resourceuse WHERE held + used > capacity",
}
"""What there may be none of, and how it is counted."""


def audit(database: str, *, accepted: int, pruned: int) -> list[str]:
    """What is wrong, in words. Pending batches get a minute to be done."""
    with psycopg.connect(database, autocommit=True) as connection:

        def number(query: str) -> int:
            row = connection.execute(query.encode()).fetchone()
            assert row is not None, "it counts"
            return int(row[0])

        _wait_until(lambda: not number("SELECT count(*) FROM store_batch WHERE state = 'pending'"))
        broken = {words: number(query) for words, query in _LAWS.items()}
        kept = number("SELECT count(*) FROM store_task")
    faults = [f"{count} {words}" for words, count in broken.items() if count]
    if kept + pruned != accepted:
        faults.append(f"{accepted} tasks were accepted, but {kept} are there and {pruned} were pruned")
    return faults


def _wait_until(is_so: Callable[[], bool]) -> None:
    give_up = monotonic() + _PATIENCE_S
    while not is_so() and monotonic() < give_up:
        sleep(0.2)
