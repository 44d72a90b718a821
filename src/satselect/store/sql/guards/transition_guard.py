"""What the database itself refuses besides: two uses of a resource that are nearer than the transition between them.

Transitions obey the triangle inequality, so the use before and the one after are enough to look at. What was planned
before a transition came, or grew, may be nearer, and may be reported: only a use that is added, or held for longer, is
looked at.
"""

from django.db import DEFAULT_DB_ALIAS

from satselect.store.sql.guards.guards import Guard, put_up

_TOO_NEAR = "two uses of a resource are nearer than the transition between them"


def guard_transitions(using: str = DEFAULT_DB_ALIAS, **_signal: object) -> None:
    """Transitions are guarded from now on."""
    put_up(_GUARD, using)


_IS_TURNED = (
    "NEW.capacity = 1 AND NEW.is_held AND NEW.starts IS NOT NULL AND (NEW.angle IS NOT NULL OR NEW.mode IS NOT NULL)"
)
_IS_LONGER = "(NEW.is_held AND NOT OLD.is_held) OR NEW.starts < OLD.starts OR NEW.ends > OLD.ends"
# Neighbours by start are neighbours by end as well: uses of one unit don't overlap.
_BESIDE = """
    SELECT 1 FROM (
        SELECT * FROM (
            SELECT * FROM store_assignmentresource AS use
            WHERE use.supply_id = NEW.supply_id AND use.capacity = 1 AND use.is_held AND use.starts IS NOT NULL
                AND use.id <> NEW.id AND use.starts <= NEW.starts
            ORDER BY use.starts DESC, use.id DESC LIMIT 1
        ) AS before
        UNION ALL
        SELECT * FROM (
            SELECT * FROM store_assignmentresource AS use
            WHERE use.supply_id = NEW.supply_id AND use.capacity = 1 AND use.is_held AND use.starts IS NOT NULL
                AND use.id <> NEW.id AND use.starts >= NEW.starts
            ORDER BY use.starts, use.id LIMIT 1
        ) AS after
    ) AS other
    JOIN store_supply AS supply ON supply.id = NEW.supply_id
    JOIN store_resource AS resource ON resource.id = supply.resource_id AND resource.transition IS NOT NULL
    WHERE {other_first} AND {new_first}
"""

_MS_SQLITE = "CAST(round((julianday({later}) - julianday({earlier})) * 86400000) AS INTEGER)"
# SQLite tells whole milliseconds, so an interval that a report cut may seem one shorter; reals differ in a last digit.
_SLACK_SQLITE, _SLACK_POSTGRESQL = "1.001", "0.001"
_TURN_SQLITE = """
    1000 * COALESCE(
        COALESCE(json_extract(resource.transition, '$.settle_s'), 0)
            + abs({before}.angle - {after}.angle) / json_extract(resource.transition, '$.rate'),
        json_extract(resource.transition, '$.seconds."' || {before}.mode || '"."' || {after}.mode || '"'),
        0
    )
"""
_TURN_POSTGRESQL = """
    1000 * COALESCE(
        COALESCE((resource.transition ->> 'settle_s')::float8, 0)
            + abs({before}.angle - {after}.angle) / (resource.transition ->> 'rate')::float8,
        (resource.transition -> 'seconds' -> {before}.mode ->> {after}.mode)::float8,
        0
    )
"""
_MS_POSTGRESQL = "1000 * extract(epoch FROM {later} - {earlier})::float8"


def _beside(span: str, turn: str, slack: str) -> str:
    """A query that finds a row if a neighbour of the new row is too near, whichever of them is first."""
    nearer = {
        name: f"{span.format(later=f'{after}.starts', earlier=f'{before}.ends')} + {slack} < "
        f"{turn.format(before=before, after=after)}"
        for name, before, after in (("other_first", "other", "NEW"), ("new_first", "NEW", "other"))
    }
    return _BESIDE.format(**nearer)


_NEAR_SQLITE = _beside(_MS_SQLITE, _TURN_SQLITE, _SLACK_SQLITE)
_IS_GUARDED_SQLITE = "SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name = 'plan_turn_not_shorter'"
_GUARD_SQLITE = (
    f"CREATE TRIGGER IF NOT EXISTS plan_turn_not_short AFTER INSERT ON store_assignmentresource "
    f"WHEN {_IS_TURNED} AND EXISTS ({_NEAR_SQLITE}) BEGIN SELECT RAISE(ABORT, '{_TOO_NEAR}'); END",
    f"CREATE TRIGGER IF NOT EXISTS plan_turn_not_shorter AFTER UPDATE ON store_assignmentresource "
    f"WHEN {_IS_TURNED} AND ({_IS_LONGER}) AND EXISTS ({_NEAR_SQLITE}) "
    f"BEGIN SELECT RAISE(ABORT, '{_TOO_NEAR}'); END",
)

_IS_GUARDED_POSTGRESQL = "SELECT 1 FROM pg_trigger WHERE tgname = 'plan_turn_not_shorter' AND tgqual IS NOT NULL"
# Whether a use is longer is NULL where a time is: then it is looked at.
_GUARD_POSTGRESQL = (
    f"""
    CREATE OR REPLACE FUNCTION store_guard_turn() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            IF NOT COALESCE({_IS_LONGER}, TRUE) THEN
                RETURN NEW;
            END IF;
        END IF;
        IF {_IS_TURNED} AND EXISTS ({_beside(_MS_POSTGRESQL, _TURN_POSTGRESQL, _SLACK_POSTGRESQL)}) THEN
            RAISE EXCEPTION '{_TOO_NEAR}' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    "DROP TRIGGER IF EXISTS plan_turn_not_shorter ON store_assignmentresource",
    "CREATE TRIGGER plan_turn_not_shorter AFTER INSERT OR UPDATE ON store_assignmentresource "
    f"FOR EACH ROW WHEN ({_IS_TURNED}) EXECUTE FUNCTION store_guard_turn()",
)

_GUARD: Guard = {
    "sqlite": (_IS_GUARDED_SQLITE, _GUARD_SQLITE),
    "postgresql": (_IS_GUARDED_POSTGRESQL, _GUARD_POSTGRESQL),
}
