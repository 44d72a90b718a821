"""Rows that the database itself refuses to change or delete."""

from django.db import DEFAULT_DB_ALIAS

from satselect.store.sql.guards.guards import Guard, put_up

AUDIT = "store_audit"


def guard_audit(using: str = DEFAULT_DB_ALIAS, **_signal: object) -> None:
    """The audit is append-only from now on."""
    put_up(_GUARD, using)


_WORDS = "audit rows are never changed or deleted"

# The trigger that is made last: one that is there says that all are.
_IS_GUARDED_SQLITE = "SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name = 'audit_not_deleted'"
_GUARD_SQLITE = tuple(
    f"CREATE TRIGGER IF NOT EXISTS audit_not_{event.lower()}d BEFORE {event} ON {AUDIT} "
    f"BEGIN SELECT RAISE(ABORT, '{_WORDS}'); END"
    for event in ("UPDATE", "DELETE")
)

_IS_GUARDED_POSTGRESQL = (
    f"SELECT 1 FROM pg_trigger WHERE tgname = 'audit_not_truncated' AND tgrelid = '{AUDIT}'::regclass"  # noqa: S608
)
_GUARD_POSTGRESQL = (
    f"""
    CREATE OR REPLACE FUNCTION store_refuse() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION '{_WORDS}'; END $$
    """,
    f"DROP TRIGGER IF EXISTS audit_not_changed ON {AUDIT}",
    f"CREATE TRIGGER audit_not_changed BEFORE UPDATE OR DELETE ON {AUDIT} FOR EACH ROW EXECUTE FUNCTION store_refuse()",
    # TRUNCATE fires no trigger of rows, so it needs one of its own.
    f"CREATE TRIGGER audit_not_truncated BEFORE TRUNCATE ON {AUDIT} FOR EACH STATEMENT EXECUTE FUNCTION store_refuse()",
)

_GUARD: Guard = {
    "sqlite": (_IS_GUARDED_SQLITE, _GUARD_SQLITE),
    "postgresql": (_IS_GUARDED_POSTGRESQL, _GUARD_POSTGRESQL),
}
