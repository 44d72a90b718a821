"""Who owns which partitions, as the database sees it."""

import time
from collections import Counter
from collections.abc import Callable

import psycopg

_OWNERS = """
    SELECT pid, count(*) FROM pg_locks
    WHERE locktype = 'advisory' AND objid > 0 AND granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    GROUP BY pid
"""


def owners(url: str) -> Counter[int]:
    """Session of a worker to the number of partitions that it owns."""
    with psycopg.connect(url, autocommit=True) as connection:
        return Counter(dict(connection.execute(_OWNERS).fetchall()))


def wait_until(is_so: Callable[[], bool], *, within_s: float = 60) -> None:
    """Returns once it is so."""
    give_up = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < give_up
        time.sleep(0.05)
