"""Tables as files: CSV for people with a spreadsheet, JSON for programs."""

import csv
import io
import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from unicodedata import category, normalize
from uuid import UUID

from django.http import HttpResponse

from satselect.console.pages import private

Cell = str | int | float | datetime | UUID | None
Table = Sequence[dict[str, Cell]]

_FORMULA = re.compile(r"[\s\ufeff]*[=+\-@]|[\t\r\n]")
_OTHER_SEPARATOR = re.compile(r"[;\t|][\s\ufeff\"']*[=+\-@]")
"""Where a spreadsheet takes these for the ends of cells, the next one would be a formula; not if all is in quotes."""


def as_csv(rows: Table, columns: Sequence[str], *, name: str) -> HttpResponse:
    """The rows as a CSV file of that name, with a first line of columns."""
    file = io.StringIO()
    writer, quoting = csv.writer(file), csv.writer(file, quoting=csv.QUOTE_ALL)
    writer.writerow(columns)
    for row in rows:
        cells = [_in_spreadsheet(_plain(row[column])) for column in columns]
        (quoting if any(map(_is_torn, cells)) else writer).writerow(cells)
    return _file(file.getvalue(), "text/csv; charset=utf-8", f"{name}.csv")


def as_json(document: object, *, name: str) -> HttpResponse:
    """The document as a JSON file of that name."""
    return _file(json.dumps(document, ensure_ascii=False, indent=1), "application/json", f"{name}.json")


def plain(rows: Table) -> list[dict[str, str | int | float | None]]:
    """The rows with nothing in them but what JSON has."""
    return [{name: _plain(cell) for name, cell in row.items()} for row in rows]


def _plain(cell: Cell) -> str | int | float | None:
    if isinstance(cell, datetime):
        return cell.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return str(cell) if isinstance(cell, UUID) else cell


def _in_spreadsheet(cell: str | int | float | None) -> str | int | float | None:
    """A text that a spreadsheet would run as a formula gets an apostrophe in front, which it doesn't show."""
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(_folded(cell)) else cell


def _is_torn(cell: str | int | float | None) -> bool:
    return isinstance(cell, str) and _OTHER_SEPARATOR.search(_folded(cell)) is not None


def _folded(cell: str) -> str:
    """As spreadsheets read it: full-width letters are letters, and what can't be seen isn't there."""
    return "".join(letter for letter in normalize("NFKC", cell) if category(letter) != "Cf").replace("\u2212", "-")


def _file(text: str, media_type: str, name: str) -> HttpResponse:
    response = HttpResponse(text, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return private(response)
