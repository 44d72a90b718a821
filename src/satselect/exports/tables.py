"""CSV (RFC 4180) that is safe to open in a spreadsheet: no text becomes a formula."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from unicodedata import category, normalize

Cell = str | int | float | None

_FORMULA = re.compile(r"[\s\ufeff]*[=+\-@]|[\t\r\n]")
_OTHER_SEPARATOR = re.compile(r"[;\t|][\s\ufeff\"']*[=+\-@]")
"""Where a spreadsheet takes these for the ends of cells, the next one would be a formula; not if all is in quotes."""


def csv_of(rows: Iterable[Mapping[str, Cell]], columns: Sequence[str]) -> str:
    """The rows, after a first line of columns. None is an empty cell."""
    file = io.StringIO()
    writer, quoting = csv.writer(file), csv.writer(file, quoting=csv.QUOTE_ALL)
    writer.writerow(columns)
    for row in rows:
        cells = [_in_spreadsheet(row[column]) for column in columns]
        # Quotes only where they are needed: they make a table hard to read, and to compare.
        (quoting if any(map(_is_torn, cells)) else writer).writerow(cells)
    return file.getvalue()


def _in_spreadsheet(cell: Cell) -> Cell:
    """A text that a spreadsheet would run as a formula gets an apostrophe in front, which it doesn't show."""
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(_folded(cell)) else cell


def _is_torn(cell: Cell) -> bool:
    return isinstance(cell, str) and _OTHER_SEPARATOR.search(_folded(cell)) is not None


def _folded(cell: str) -> str:
    """As spreadsheets read it: full-width letters are letters, and what can't be seen isn't there."""
    return "".join(letter for letter in normalize("NFKC", cell) if category(letter) != "Cf").replace("\u2212", "-")
