"""From a database URL to Django's settings for it."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

_PATIENCE = {
    "connect_timeout": "5",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
}
"""After so long (libpq's options, in seconds, the last in milliseconds) a network that is cut is an error."""

_STANDSTILL = "-c idle_in_transaction_session_timeout=10s"
"""After so long the server ends the session of a process that was frozen within a transaction: others wait for the rows
that it holds. Transactions take milliseconds, and nothing else is done in one."""

_AT_ONCE = "-c jit=off"
"""No machine code is made of statements: what it was made of took 0.2 s, and making it up to 0.04 s of these."""

_PLANNED_ONCE = "-c plan_cache_mode=force_generic_plan"
"""What is prepared is planned for any values (`store.sql.statements`): PostgreSQL would plan most of it each time, as
it takes lists for ten values long, which those of small batches are not."""

SQLITE_BUSY_S = 20
"""How long a writer waits for another; transactions take milliseconds."""


def connection_settings(url: str, *, pool_size: int) -> dict[str, Any]:
    """What Django needs to connect to `sqlite:///path` or `postgres://user:password@host:port/name?option=value`.

    Raises:
        ValueError: the URL names no database that the service can use.
    """
    match urlsplit(url).scheme:
        case "sqlite":
            return _sqlite(url)
        case "postgres" | "postgresql":
            return _postgresql(url, pool_size)
        case other:
            raise ValueError(f"must start with sqlite:// or postgres://, not {other!r}")


def _sqlite(url: str) -> dict[str, Any]:
    path = unquote(url.removeprefix("sqlite:///"))
    if not url.startswith("sqlite:///") or path in {"", ":memory:"}:
        # In memory, every thread would see a database of its own.
        raise ValueError("must name a file, as in sqlite:///satselect.sqlite3 or sqlite:////var/lib/satselect.sqlite3")
    return {
        "ENGINE": "satselect.store.sqlite3",
        "NAME": str(Path(path).absolute()),
        # Opening a file that is full of tables and indexes takes as long as some ten statements.
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            # A transaction that starts by reading and writes later fails at once, however long the timeout.
            "transaction_mode": "IMMEDIATE",
            "timeout": SQLITE_BUSY_S,
            "init_command": "PRAGMA journal_mode=WAL",
        },
    }


def _postgresql(url: str, pool_size: int) -> dict[str, Any]:
    try:
        from psycopg import ProgrammingError, conninfo
    except ImportError:
        raise ValueError("PostgreSQL needs psycopg: pip install 'satselect[server]'") from None
    try:
        options: dict[str, Any] = dict(conninfo.conninfo_to_dict(url))
    except ProgrammingError as error:
        raise ValueError(str(error).strip()) from None
    if not {"dbname", "service"} & options.keys():
        # libpq would take the one that is called as the user, and tables in the wrong one are hard to get out again.
        raise ValueError("must name a database, as in postgres://user:password@host:port/name")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": options.pop("dbname", ""),
        "USER": options.pop("user", ""),
        "PASSWORD": options.pop("password", ""),
        "HOST": options.pop("host", ""),
        "PORT": options.pop("port", ""),
        # A connection that the server closed, as when it was started anew, is found out before it is used.
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **_PATIENCE,
            **options,
            "options": f"{_STANDSTILL} {_AT_ONCE} {_PLANNED_ONCE} {options.get('options', '')}".strip(),
            "prepare_threshold": 2,  # of the statements that say so (`store.sql.statements`), not of the ORM's
            "pool": {"min_size": 1, "max_size": pool_size, "timeout": 5},
        },
    }
