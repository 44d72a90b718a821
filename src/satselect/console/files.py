"""Files of tasks: JSON as the API takes it, or a table."""

import csv
import io
import json
from collections.abc import Mapping

from satselect.console.forms import FIELDS, document_of
from satselect.schemas.fields.limits import Limits
from satselect.schemas.planning.plans import read_any_tasks
from satselect.schemas.reading.faults import Fault, InvalidError
from satselect.schemas.tasks import NewTask

COLUMNS = tuple(name for name in FIELDS if name != "payload")
NEEDED = ("name", "profit")


def read_file(name: str, content: bytes, limits: Limits) -> list[NewTask]:
    """The tasks in a file: a table if its name ends in csv, JSON otherwise.

    A table has a first line of columns, as the fields of the form are called: resources and satellites separated by
    semicolons or commas, times in RFC 3339, and nothing where something is missing.

    Raises:
        InputError: it is something else, with every fault.
    """
    is_table = name.lower().endswith(".csv")
    return list(read_any_tasks(_as_json(content) if is_table else content, limits))


def _as_json(content: bytes) -> bytes:
    try:
        text = content.decode("utf-8-sig")  # spreadsheets write a byte-order mark
    except UnicodeDecodeError as error:
        raise InvalidError([Fault("the table is not written in UTF-8")]) from error
    try:
        reader = csv.DictReader(io.StringIO(text), strict=True)
        columns = [name.strip() for name in reader.fieldnames or ()]
        if unknown := [name for name in columns if name not in COLUMNS]:
            raise InvalidError(
                [Fault(f"no column is called {name!r}; there are {', '.join(COLUMNS)}") for name in unknown]
            )
        if missing := [name for name in NEEDED if name not in columns]:
            raise InvalidError([Fault(f"the column {name!r} is missing") for name in missing])
        reader.fieldnames = columns
        return json.dumps([_document(row) for row in reader]).encode()
    except csv.Error as error:
        raise InvalidError([Fault(f"the table can't be read: {error}")]) from error


def _document(row: Mapping[str | None, object]) -> dict[str, object]:
    if None in row:
        raise InvalidError([Fault(f"a line has more cells than there are columns: {str(row)[:120]}")])
    fields = {str(name): str(cell or "") for name, cell in row.items()}
    for name in ("resources", "satellites"):
        fields[name] = fields.get(name, "").replace(";", ",")
    return document_of(fields)
