"""What the database itself refuses of a plan: two uses that overlap, a time outside an opportunity, a changed time.

Intervals are half-open. One of no length overlaps what it lies strictly inside of: PostgreSQL's ranges know no such
thing, so a trigger looks for it there, and for everything on SQLite, which has no exclusion constraints.
"""

from django.db import DEFAULT_DB_ALIAS

from satselect.store.sql.guards.guards import Guard, put_up

_OUTSIDE = "an assignment lies outside of its opportunity"
_MOVED = "an assignment never moves: it ends, and another one is made"
_OVERLAP = "two uses of a resource overlap"


def guard_plans(using: str = DEFAULT_DB_ALIAS, **_signal: object) -> None:
    """Plans are guarded from now on."""
    put_up(_GUARD, using)


_IN_OPPORTUNITY = """
    SELECT 1 FROM store_opportunity
    WHERE id = NEW.opportunity_id AND task_id = NEW.task_id AND satellite_id = NEW.satellite_id
        AND starts <= NEW.starts AND ends >= NEW.ends
"""
# Where the capacity is more than 1, sums over time would have to be looked at: the engine's certificate does that.
_OVERLAPPING = """
    SELECT 1 FROM store_assignmentresource AS other
    WHERE other.supply_id = NEW.supply_id AND other.capacity = 1 AND other.is_held AND other.id <> NEW.id
        AND other.starts < NEW.ends AND NEW.starts < other.ends
"""
_IS_SOLE = "NEW.capacity = 1 AND NEW.is_held AND NEW.starts IS NOT NULL"
_TIMES = ("task_id", "iteration_id", "satellite_id", "opportunity_id", "starts", "ends")
_HAS_MOVED = " OR ".join(f"NEW.{name} IS {{not_equal}} OLD.{name}" for name in _TIMES)

# The one that is made last: if it is there, all are.
_IS_GUARDED_SQLITE = "SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name = 'plan_use_not_restored'"
_INDEX = (
    "CREATE INDEX IF NOT EXISTS plan_uses ON store_assignmentresource (supply_id, starts) "
    "WHERE is_held AND starts IS NOT NULL"
)
_GUARD_SQLITE = (
    _INDEX,
    f"CREATE TRIGGER IF NOT EXISTS plan_not_outside BEFORE INSERT ON store_assignment "
    f"WHEN NEW.starts IS NOT NULL AND NOT EXISTS ({_IN_OPPORTUNITY}) BEGIN SELECT RAISE(ABORT, '{_OUTSIDE}'); END",
    f"CREATE TRIGGER IF NOT EXISTS plan_not_moved BEFORE UPDATE ON store_assignment "
    f"WHEN {_HAS_MOVED.format(not_equal='NOT')} BEGIN SELECT RAISE(ABORT, '{_MOVED}'); END",
    *(
        # AFTER: SQLite knows no id of a row that is being inserted before it is there.
        f"CREATE TRIGGER IF NOT EXISTS plan_use_not_{name} AFTER {event} ON store_assignmentresource "
        f"WHEN {_IS_SOLE} AND EXISTS ({_OVERLAPPING}) BEGIN SELECT RAISE(ABORT, '{_OVERLAP}'); END"
        for name, event in (("doubled", "INSERT"), ("restored", "UPDATE"))
    ),
)

# Those of earlier releases had no condition, and are made anew (decision 0161).
_IS_GUARDED_POSTGRESQL = "SELECT 1 FROM pg_trigger WHERE tgname = 'plan_use_not_doubled' AND tgqual IS NOT NULL"
_GUARD_POSTGRESQL = (
    _INDEX,
    # GiST alone has no `=` for numbers.
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    "ALTER TABLE store_assignmentresource DROP CONSTRAINT IF EXISTS assignment_resource_no_overlap",
    "ALTER TABLE store_assignmentresource ADD CONSTRAINT assignment_resource_no_overlap "
    "EXCLUDE USING gist (supply_id WITH =, tstzrange(starts, ends) WITH &&) "
    "WHERE (capacity = 1 AND is_held AND starts IS NOT NULL)",
    f"""
    CREATE OR REPLACE FUNCTION store_guard_assignment() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            IF {_HAS_MOVED.format(not_equal="DISTINCT FROM")} THEN
                RAISE EXCEPTION '{_MOVED}' USING ERRCODE = 'integrity_constraint_violation';
            END IF;
        ELSIF NEW.starts IS NOT NULL AND NOT EXISTS ({_IN_OPPORTUNITY}) THEN
            RAISE EXCEPTION '{_OUTSIDE}' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    # Left for it are instants: all other overlaps are refused by the exclusion constraint.
    f"""
    CREATE OR REPLACE FUNCTION store_guard_use() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF {_IS_SOLE} AND EXISTS (
            {_OVERLAPPING} AND (NEW.starts = NEW.ends OR other.starts = other.ends)
        ) THEN
            RAISE EXCEPTION '{_OVERLAP}' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    # Said as conditions of the triggers, what is not in time costs nothing: a function takes as long as a row.
    *(
        f"DROP TRIGGER IF EXISTS {name} ON {table}"
        for name, table in (
            ("plan_not_outside", "store_assignment"),
            ("plan_not_moved", "store_assignment"),
            ("plan_use_not_doubled", "store_assignmentresource"),
        )
    ),
    "CREATE TRIGGER plan_not_outside BEFORE INSERT ON store_assignment "
    "FOR EACH ROW WHEN (NEW.starts IS NOT NULL) EXECUTE FUNCTION store_guard_assignment()",
    "CREATE TRIGGER plan_not_moved BEFORE UPDATE ON store_assignment "
    f"FOR EACH ROW WHEN ({_HAS_MOVED.format(not_equal='DISTINCT FROM')}) EXECUTE FUNCTION store_guard_assignment()",
    "CREATE TRIGGER plan_use_not_doubled AFTER INSERT OR UPDATE ON store_assignmentresource "
    f"FOR EACH ROW WHEN ({_IS_SOLE}) EXECUTE FUNCTION store_guard_use()",
)

_GUARD: Guard = {
    "sqlite": (_IS_GUARDED_SQLITE, _GUARD_SQLITE),
    "postgresql": (_IS_GUARDED_POSTGRESQL, _GUARD_POSTGRESQL),
}
