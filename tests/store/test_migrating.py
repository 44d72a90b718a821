"""Tables that are up to date are not migrated again; and whatever is missing is made."""

from pathlib import Path

import pytest
from django.contrib.auth.models import Permission
from django.db.migrations.recorder import MigrationRecorder
from pytest_django import DjangoDbBlocker

from satselect.cli.service.setup import DONE, migrate
from satselect.store.models import Fleet
from satselect.store.sql.migrating import is_migrated
from tests.databases import unmigrated


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_new_database_gets_its_tables_and_is_migrated_then(
    kind: str, tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock(), unmigrated(kind, tmp_path):
        assert not is_migrated()
        assert migrate() == DONE
        assert is_migrated()
        assert Fleet.objects.exists()


@pytest.mark.usefixtures("database")
def test_it_is_not_where_one_migration_is_missing() -> None:
    recorded = MigrationRecorder.Migration.objects.order_by("-id").filter(app="sessions")
    name, applied = recorded.values_list("name", "applied")[0]
    recorded.delete()
    assert not is_migrated()
    MigrationRecorder.Migration.objects.create(app="sessions", name=name, applied=applied)
    assert is_migrated()


@pytest.mark.usefixtures("database")
def test_what_follows_migrating_is_made_up_for() -> None:
    """By who starts after one that died in between."""
    missing = Permission.objects.filter(content_type__app_label="store")
    found = set(missing.values_list("codename", flat=True))
    missing.delete()
    assert migrate() == DONE
    assert {*Permission.objects.filter(content_type__app_label="store").values_list("codename", flat=True)} == found
