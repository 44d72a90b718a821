"""Many tables made in one step of a migration."""

from collections.abc import Sequence

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class AtOnce(Operation):
    """Makes the tables in their order.

    Each `CreateModel` by itself would have Django make its picture of all tables that are related to the new one anew,
    which took two thirds of the time that thirty tables need (decision 0166). There is no way back: it would drop all
    that there is.
    """

    reversible = False

    def __init__(self, operations: Sequence[CreateModel]) -> None:
        self.operations = operations

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The tables are known from here on."""
        # The picture of before is dropped, not brought up to date: it is made again, once, when it is asked for.
        state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Makes them."""
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """For who lists what migrations do."""
        return "Creates " + ", ".join(operation.name for operation in self.operations)
