"""Migrations whose pictures of the tables, before and after each operation, are made once and not for each database.

Django makes them anew for all tables that are related to the one that changes: seven eighths of a way from the first
tables to today's. What the operations do to a database they do to each.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import Migration
from django.db.migrations.state import ProjectState


@dataclass
class Pictures:
    """Those of the migrations that ran."""

    _made: dict[Any, list[ProjectState]] = field(default_factory=dict)

    def apply(self, migration: Migration, state: ProjectState, editor: BaseDatabaseSchemaEditor) -> ProjectState:
        """As `Migration.apply`, without its ways for what no database that is tested needs."""
        assert editor.atomic_migration
        # Tables of other apps may be there or not yet.
        which = migration.app_label, migration.name, frozenset(state.models)
        if which not in self._made:
            self._made[which] = list(_pictures(migration, state))
        for operation, (before, after) in zip(migration.operations, pairwise(self._made[which]), strict=True):
            operation.database_forwards(migration.app_label, editor, before, after)
        return self._made[which][-1].clone()


def _pictures(migration: Migration, state: ProjectState) -> Iterator[ProjectState]:
    """Before the first operation, and after each."""
    yield state.clone()
    for operation in migration.operations:
        operation.state_forwards(migration.app_label, state)
        yield state.clone()
