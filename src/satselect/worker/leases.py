"""Which partitions this worker owns: session advisory locks of PostgreSQL.

The owner of a partition has its buffers warm; nothing depends on it for safety. A worker that dies loses its session
and so its locks at once. One that is frozen loses them when its session was idle for as long as the lease: the server
ends the session. That needs a connection of its own to the server itself, not to a pooler of transactions.
"""

from collections.abc import Sequence

import psycopg

LEASE_S = 3.0  # so long after a worker stopped without a word another one has its partitions

_CLASS = 7315
"""The first of the two numbers of each lock; the second is 0 for being a worker, and 1 more than the partition."""


class Leases:
    """A session that holds the locks of one worker.

    Raises:
        psycopg.OperationalError: by every call, if the session is over: then nothing is owned any more.
    """

    def __init__(self, url: str, *, lease_s: float = LEASE_S) -> None:
        self._session = psycopg.connect(url, autocommit=True, connect_timeout=5, application_name="satselect worker")
        # A worker that is frozen can't say that it has stopped: the server has to see it by itself.
        self._session.execute("SELECT set_config('idle_session_timeout', %s, false)", [f"{int(lease_s * 1000)}ms"])
        # Shared, and held as long as the session lasts: who counts those that have it counts the workers.
        self._session.execute("SELECT pg_advisory_lock_shared(%s, 0)", [_CLASS])

    def members(self) -> int:
        """How many workers there are. Asking also renews the lease."""
        row = self._session.execute(_MEMBERS, [_CLASS]).fetchone()
        assert row is not None, "it counts"  # noqa: S101
        return int(row[0])

    def take(self, partitions: Sequence[int], *, most: int) -> list[int]:
        """Those of the partitions that are owned from now on: at most so many, and none that another worker owns."""
        facts = {"partitions": list(partitions), "class": _CLASS, "most": most}
        return [row[0] for row in self._session.execute(_TAKE, facts)]

    def give_back(self, partition: int) -> None:
        """Another worker may own the partition."""
        self._session.execute("SELECT pg_advisory_unlock(%s, %s)", [_CLASS, partition + 1])

    def close(self) -> None:
        """Gives everything back."""
        self._session.close()


_MEMBERS = """
    SELECT count(*) FROM pg_locks
    WHERE locktype = 'advisory' AND classid = %s AND objid = 0 AND granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""

# Tried row by row until there are so many: an order would have all of them tried, and locked, first.
_TAKE = """
    SELECT partition FROM unnest(%(partitions)s::int[]) AS partition
    WHERE pg_try_advisory_lock(%(class)s, partition + 1) LIMIT %(most)s
"""
