"""Tables as files: CSV for people with a spreadsheet, JSON for programs."""

import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.http import HttpResponse

from satselect.console.pages import private
from satselect.exports.tables import csv_of
from satselect.exports.times import rfc_3339

Cell = str | int | float | datetime | UUID | None
Table = Sequence[dict[str, Cell]]


def as_csv(rows: Table, columns: Sequence[str], *, name: str) -> HttpResponse:
    """The rows as a CSV file of that name, with a first line of columns."""
    return _file(csv_of(plain(rows), columns), "text/csv; charset=utf-8", f"{name}.csv")


def as_json(document: object, *, name: str) -> HttpResponse:
    """The document as a JSON file of that name."""
    return _file(json.dumps(document, ensure_ascii=False, indent=1), "application/json", f"{name}.json")


def plain(rows: Table) -> list[dict[str, str | int | float | None]]:
    """The rows with nothing in them but what JSON has."""
    return [{name: _plain(cell) for name, cell in row.items()} for row in rows]


def _plain(cell: Cell) -> str | int | float | None:
    if isinstance(cell, datetime):
        return rfc_3339(cell)
    return str(cell) if isinstance(cell, UUID) else cell


def _file(text: str, media_type: str, name: str) -> HttpResponse:
    response = HttpResponse(text, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return private(response)
