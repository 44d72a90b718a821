from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.exceptions import IrreversibleError
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from pytest_django import DjangoDbBlocker

from satselect.application.maintenance.prune import prunable
from satselect.application.tasks.change import Report, complete
from satselect.store.defaults import create_defaults
from satselect.store.models import Account, Assignment, Audit, Fleet, Satellite, Task, User
from satselect.store.queries.uses import uses_of
from tests.application.buffers import NOW, buffer, names, run, task
from tests.databases import unmigrated
from tests.longer import more
from tests.store.pictures import Pictures

FIRST = "0001_squashed_0019_signature_of_task_unchecked"
REPLACED = [
    name for _, name in MigrationLoader(None, replace_migrations=False).disk_migrations["store", FIRST].replaces
]
_GRAPH = MigrationLoader(None).graph
SINCE = [name for app, name in _GRAPH.forwards_plan(_GRAPH.leaf_nodes("store")[0]) if app == "store"]
MIGRATIONS = REPLACED + SINCE
LAST_OF_THE_FIRST_SQUASH = "0015_batch_checked"
Row = dict[str, Any]


@pytest.fixture(autouse=True, scope="module")
def _pictures_are_made_once() -> Iterator[None]:
    pictures = Pictures()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Migration, "apply", lambda *arguments: pictures.apply(*arguments))
        yield


class Earlier:
    """The tables as they were after a migration, and rows put into them."""

    def __init__(self, migration: str) -> None:
        executor = MigrationExecutor(connection)
        if migration in REPLACED:
            executor.loader = MigrationLoader(connection, replace_migrations=False)
        executor.migrate([("store", migration)])
        if migration == LAST_OF_THE_FIRST_SQUASH:  # databases of then say so of it, too
            executor.recorder.record_applied("store", "0001_squashed_0015_batch_checked")
        self.state = executor.loader.project_state([("store", migration)]).apps

    def has(self, model: str) -> bool:
        """Whether there was such a table."""
        return model.lower() in self.state.all_models["store"]

    def add(self, model: str, **fields: object) -> Any:  # noqa: ANN401 - a model of that time
        """A row, with those of the fields that there were."""
        table: Any = self.state.get_model("store", model)
        known = {field.name for field in table._meta.concrete_fields}
        return table.objects.create(**{name: value for name, value in fields.items() if name in known})

    def rows(self) -> dict[str, list[Row]]:
        """Everything in the tables."""
        return {
            model.__name__: list(model._default_manager.order_by("pk").values()) for model in self.state.get_models()
        }


def fill(at: Earlier) -> None:
    """A fleet with a task that waits, one that is scheduled, one that is over, and all that belongs to them."""
    account = at.add("Account", slug="local", name="Local")
    user = at.add("User", username="local", account=account, role="operator", password="!")
    fleet = at.add("Fleet", slug="default", name="Mine", is_open=True, version=1, seq=1, event_number=2, buffered=1)
    satellite = at.add("Satellite", fleet=fleet, slug="default", name="Mine")
    resource = at.add("Resource", fleet=fleet, name="camera")
    supply = at.add("Supply", resource=resource, satellite=satellite, capacity=1)
    amounts = {str(resource.id): 1}
    signature = at.add("Signature", fleet=fleet, digest="digest", amounts=amounts)
    shared = {"account": account, "fleet": fleet}
    iteration = at.add("Iteration", id=UUID(int=1), fleet=fleet, version=1, considered_seq=1, as_of=NOW, **OUTCOME)
    batch = at.add("Batch", id=UUID(int=2), **shared, seq=1, digest="d", state="done", iteration=iteration, created=NOW)
    for position, (name, status) in enumerate((("runs", "scheduled"), ("waits", "buffered"), ("ran", "completed"))):
        made = at.add(
            "Task",
            **shared,
            id=UUID(int=3 + position),
            submitted_by=user,
            batch=batch,
            batch_seq=1,
            position=position,
            signature=signature,
            name=name,
            payload={"a": [1]},
            profit=9.5 - position,
            standing=9.5 - position,  # as `rank_key` was called
            rank_key=9.5 - position,
            is_whole_profit=False,
            status=status,
            created=NOW,
            updated=NOW,
        )
        if at.has("TaskResource"):
            at.add("TaskResource", task=made, resource=resource, amount=1, position=0)
        at.add("History", task=made, at=NOW, before="", after="buffered", reason="submitted", by=user)
        if status != "buffered":
            assignment = at.add("Assignment", iteration=iteration, task=made, satellite=satellite, ended=ENDED[status])
        if status == "scheduled":
            at.add(
                "AssignmentResource", assignment=assignment, iteration=iteration, supply=supply, capacity=1, amount=1
            )
    at.add("ResourceUse", iteration=iteration, supply=supply, capacity=1, held=0, used=1)
    at.add("Event", fleet=fleet, number=1, at=NOW, kind="batch", batch=batch)
    at.add("Event", fleet=fleet, number=2, at=NOW, kind="iteration", iteration=iteration)
    at.add("Audit", at=NOW, account=account, user=user, action="a.b", object_type="a", object_id="c")


ENDED = {"scheduled": None, "completed": NOW}
OUTCOME = {
    "status": "optimal",
    "proof": "search",
    "objective": 9.5,
    "profit": 9.5,
    "bound": 9.5,
    "gap": 0.0,
    "greedy_profit": 9.5,
    "duration_s": 0.01,
    "settings": {},
    "capacities": {"camera": 1},
    "prices": {"camera": 8.5},
    "scheduled": 1,
    "buffered": 1,
}


@pytest.mark.parametrize(
    ("kind", "migration"),
    [
        ("postgresql", MIGRATIONS[0]),
        ("sqlite", MIGRATIONS[0]),
        ("sqlite", LAST_OF_THE_FIRST_SQUASH),
        *more((kind, migration) for kind in ("sqlite", "postgresql") for migration in MIGRATIONS[1:]),
    ],
)
def test_rows_of_an_earlier_version_survive_and_go_on(
    kind: str, migration: str, tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock(), unmigrated(kind, tmp_path):
        earlier = Earlier(migration)
        fill(earlier)
        before = earlier.rows()
        call_command("migrate", verbosity=0)
        assert before == {model: kept(model, rows) for model, rows in before.items()}
        check_that_it_goes_on()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_step_by_step_and_at_once_the_same_tables_are_made(
    kind: str, tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    made = []
    for last in (FIRST, REPLACED[-1]):
        folder = tmp_path / last
        folder.mkdir()
        with django_db_blocker.unblock(), unmigrated(kind, folder):
            Earlier(last)
            made.append(tables())
    assert made[0] == made[1]
    assert len(made[0]) > 300


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_there_is_no_way_back_that_would_drop_all(
    kind: str, tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock(), unmigrated(kind, tmp_path):
        call_command("migrate", verbosity=0)
        there = tables()
        with pytest.raises(IrreversibleError):
            call_command("migrate", "store", "zero", verbosity=0)
        assert tables() == there


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_earlier_deadlines_than_the_last_start_were_sent(
    kind: str, tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock(), unmigrated(kind, tmp_path):
        earlier = Earlier("0004_elements")
        fill(earlier)
        tasks = earlier.state.get_model("store", "Task").objects
        satellite = earlier.state.get_model("store", "Satellite").objects.get()
        last = NOW + timedelta(minutes=9)
        for name, deadline, duration_ms in (("runs", NOW, 60_000), ("waits", last, 60_000), ("ran", NOW, None)):
            tasks.filter(name=name).update(is_timed=True, deadline=deadline, duration_ms=duration_ms)
            spot = {"starts": NOW, "ends": NOW + timedelta(minutes=10), "satellite": satellite, "position": 0}
            task = tasks.get(name=name)
            earlier.add("Opportunity", task=task, fleet=task.fleet, **spot)
        call_command("migrate", verbosity=0)
        sent = dict(Task.objects.values_list("name", "deadline_sent"))
        assert sent == {"runs": NOW, "waits": None, "ran": None}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("at_once", [2, *more([1, 5_000])])
def test_the_order_in_which_resources_were_sent_is_kept(
    kind: str, at_once: int, tmp_path: Path, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module("satselect.store.migrations.0018_uses_by_signature"), "TASKS_AT_ONCE", at_once)
    with django_db_blocker.unblock(), unmigrated(kind, tmp_path):
        earlier = Earlier("0017_ordered_targets")
        fill(earlier)
        sent = {"runs": {"disk": 1, "camera": 2}, "waits": {"camera": 2, "disk": 1}, "ran": {}}
        use_otherwise(earlier, sent)
        call_command("migrate", verbosity=0)
        ids = dict(Task.objects.values_list("name", "id"))
        uses = uses_of(list(ids.values()))
        assert {name: list(uses[ids[name]].items()) for name in sent} == {
            name: list(amounts.items()) for name, amounts in sent.items()
        }
        assert "store_taskresource" not in connection.introspection.table_names()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_resources_that_no_signature_tells_are_not_forgotten(
    kind: str, tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock(), unmigrated(kind, tmp_path):
        earlier = Earlier("0017_ordered_targets")
        fill(earlier)
        earlier.state.get_model("store", "TaskResource").objects.filter(task__name="ran").update(amount=2)
        with pytest.raises(RuntimeError, match="other resources than its signature"):
            call_command("migrate", verbosity=0)
        assert "store_taskresource" in connection.introspection.table_names()


def use_otherwise(earlier: Earlier, sent: dict[str, dict[str, int]]) -> None:
    """The tasks use these amounts, in this order, by rows of their own and by their signatures."""
    fleet = earlier.state.get_model("store", "Fleet").objects.get()
    earlier.add("Resource", fleet=fleet, name="disk")
    ids = dict(earlier.state.get_model("store", "Resource").objects.values_list("name", "id"))
    earlier.state.get_model("store", "TaskResource").objects.all().delete()
    for name, amounts in sent.items():
        told = {str(ids[resource]): amount for resource, amount in amounts.items()}
        signature = earlier.add("Signature", fleet=fleet, digest=name, amounts=told)
        tasks = earlier.state.get_model("store", "Task").objects.filter(name=name)
        tasks.update(signature=signature)
        for position, (resource, amount) in enumerate(amounts.items()):
            row = {"task": tasks.get(), "resource_id": ids[resource], "amount": amount, "position": position}
            earlier.state.get_model("store", "TaskResource").objects.create(**row)


TABLES = {
    "sqlite": "SELECT sql FROM sqlite_master WHERE tbl_name LIKE 'store_%' AND sql IS NOT NULL",
    "postgresql": """
        SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default, is_identity,
            character_maximum_length) FROM information_schema.columns WHERE table_name LIKE 'store_%'
        UNION ALL SELECT conrelid::regclass || conname || pg_get_constraintdef(oid) FROM pg_constraint
            WHERE conrelid::regclass::text LIKE 'store_%'
        UNION ALL SELECT indexdef FROM pg_indexes WHERE tablename LIKE 'store_%'
    """,
}


def tables() -> list[str]:
    """What tables, indexes and constraints are made of; the order of columns is left open."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES[connection.vendor])
        said = [str(sql) for (sql,) in cursor.fetchall()]
    return sorted(
        part.strip(" ()") for sql in said for part in sql.replace(', "', '\n"').replace(", CONS", "\nCONS").splitlines()
    )


def kept(model: str, rows: list[Row]) -> list[Row]:
    """These rows as they are now, with the columns that they had then."""
    names_then = list(rows[0]) if rows else ["pk"]
    try:
        table: Any = apps.get_model("store", model)
    except LookupError:
        return rows  # of another app, or gone
    there = {field.attname for field in table._meta.concrete_fields} | {"pk"}
    now = {row["pk"]: row for row in table.objects.values("pk", *(name for name in names_then if name in there))}
    key = table._meta.pk.attname
    return [row | {name: value for name, value in now[row[key]].items() if name != "pk"} for row in rows]


def check_that_it_goes_on() -> None:
    """What was there is scheduled, reported and pruned by today's code, and today's constraints hold."""
    assert all(each.rank_key == each.profit for each in Task.objects.all())
    assert dict(Assignment.objects.values_list("task__status", "ended")) == ENDED
    buffer(task("new", "camera", profit=1))
    assert names(run()) == ["waits"]
    assert names(run()) == ["new"]
    for each in Task.objects.all():
        complete(each, Report(User.objects.get(), NOW))
    assert prunable(NOW + timedelta(days=1)).tasks == 4
    assert [row.action for row in Audit.objects.order_by("id")][:1] == ["a.b"]
    connection.check_constraints()
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.usefixtures("database")
def test_the_migrations_make_what_the_models_say() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.usefixtures("database")
def test_a_new_database_has_the_default_fleet_and_the_local_operator() -> None:
    create_defaults()  # again
    assert [fleet.slug for fleet in Fleet.objects.filter(is_open=True)] == ["default"]
    assert [satellite.slug for satellite in Satellite.objects.all()] == ["default"]
    assert [account.slug for account in Account.objects.all()] == ["local"]
    (user,) = User.objects.all()
    assert not user.has_usable_password()
