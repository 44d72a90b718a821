"""The connection to SQLite."""

from functools import lru_cache
from typing import Any

from django.db.backends.sqlite3 import base

from satselect.store.sql.sqlite_file import check_files


class Cursor(base.SQLiteCursorWrapper):
    """Django's, which has the statements that come again and again in SQLite's own words already."""

    def convert_query(self, query: str, *, param_names: list[str] | None = None) -> str:
        """The statement with SQLite's placeholders."""
        return _converted(query) if param_names is None else _named(query, tuple(param_names))


@lru_cache(maxsize=512)
def _converted(query: str) -> str:
    return base.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")


@lru_cache(maxsize=512)
def _named(query: str, names: tuple[str, ...]) -> str:
    return query % {name: f":{name}" for name in names}


class DatabaseWrapper(base.DatabaseWrapper):
    """Opens no file that is not the one that the service works on: that alone would change what is beside it."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:  # noqa: ANN401 - as Django has it
        """A connection.

        Raises:
            StorageGoneError: the files are gone, or others are in their place.
        """
        check_files()
        return super().get_new_connection(conn_params)

    def create_cursor(self, name: str | None = None) -> Cursor:
        """A cursor."""
        made: Cursor = self.connection.cursor(factory=Cursor)
        return made
