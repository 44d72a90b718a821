"""One row that a path names, or a 404 that says what there is none of."""

from typing import TypeVar

from django.db.models import Manager, Model, QuerySet

from satselect.application.errors import MissingError

Row = TypeVar("Row", bound=Model)


def look_up(rows: "QuerySet[Row] | Manager[Row]", what: str, **named: object) -> Row:
    """The row among those that exist for the caller.

    Args:
        rows: where to look.
        what: such as "task".
        **named: the one field by which it is looked for, and its value.

    Raises:
        MissingError: there is none, or it belongs to somebody else: the words are the same.
    """
    row = rows.filter(**named).first()
    if row is None:
        raise MissingError(what, *named.values())
    return row
