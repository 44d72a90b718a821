"""The connection to SQLite."""

from typing import Any

from django.db.backends.sqlite3 import base

from satselect.store.sql.sqlite_file import check_files


class DatabaseWrapper(base.DatabaseWrapper):
    """Opens no file that is not the one that the service works on: that alone would change what is beside it."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:  # noqa: ANN401 - as Django has it
        """A connection.

        Raises:
            StorageGoneError: the files are gone, or others are in their place.
        """
        check_files()
        return super().get_new_connection(conn_params)
