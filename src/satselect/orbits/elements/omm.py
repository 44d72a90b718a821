"""Orbit mean-elements messages (CCSDS 502.0): JSON and CSV as catalogues hand them out, XML and key-value notation."""

import csv
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from io import StringIO
from xml.etree import ElementTree

from satselect.orbits.elements.elements import Elements, catalogue_number
from satselect.orbits.errors import ElementsError

_REQUIRED = {
    "MEAN_MOTION": "mean_motion",
    "ECCENTRICITY": "eccentricity",
    "INCLINATION": "inclination",
    "RA_OF_ASC_NODE": "raan",
    "ARG_OF_PERICENTER": "argument_of_perigee",
    "MEAN_ANOMALY": "mean_anomaly",
}
_OPTIONAL = {"BSTAR": "bstar", "MEAN_MOTION_DOT": "mean_motion_dot", "MEAN_MOTION_DDOT": "mean_motion_ddot"}
_KEYWORD_OF = {field: keyword for keyword, field in (_REQUIRED | _OPTIONAL).items()} | {"number": "NORAD_CAT_ID"}
# What stands here is taken for granted below: in another frame or scale of time places would be wrong without a word.
_FIXED = {
    "CENTER_NAME": {"EARTH"},
    "REF_FRAME": {"TEME"},
    "TIME_SYSTEM": {"UTC"},
    "MEAN_ELEMENT_THEORY": {"SGP4", "SGP/SGP4", "SGP"},
    "EPHEMERIS_TYPE": {"0", "2", "SGP4"},
}
_LINE = re.compile(r"\s*([A-Z][A-Z0-9_]*)\s*=\s*(.*?)\s*(\[[^\]]*\])?\s*")

_DAY_OF_YEAR = re.compile(r"^(\d{4}-\d{3})T")

Record = Mapping[str, object]
"""Keywords of the message to what stands there, as text or as numbers."""


def in_json(text: str, read_at: datetime | None = None) -> list[Elements]:
    """The elements of one message, or of a list of them.

    Raises:
        ElementsError: it is no JSON of that shape, or a field is wrong.
    """
    try:
        given = json.loads(text, parse_constant=str)  # NaN is refused later, with its field
    except (ValueError, RecursionError) as error:
        raise ElementsError(field="elements", value=text[:40], why=f"is not JSON: {error}") from None
    records = given if isinstance(given, list) else [given]
    for number, record in enumerate(records, 1):
        if not isinstance(record, dict):
            raise ElementsError(field="elements", value=record, why="is not a message", where=f"record {number}")
    return _all(iter(records), read_at)


def in_csv(text: str, read_at: datetime | None = None) -> list[Elements]:
    """The elements of a table with a line of keywords above it.

    Raises:
        ElementsError: a line has more or fewer cells, or a field is wrong.
    """
    return _all(_csv_records(text), read_at)


def in_xml(text: str, read_at: datetime | None = None) -> list[Elements]:
    """The elements of a message, or of many combined in one document.

    Raises:
        ElementsError: it is no such XML, or a field is wrong.
    """
    if "<!DOCTYPE" in text or "<!ENTITY" in text:  # which could swell to any size
        raise ElementsError(field="elements", value="<!DOCTYPE", why="has no place in a message")
    try:
        root = ElementTree.fromstring(text)  # noqa: S314
    except (ElementTree.ParseError, ValueError) as error:
        raise ElementsError(field="elements", value=text[:40], why=f"is not XML: {error}") from None
    segments = [node for node in root.iter() if _tag(node) == "segment"] or [root]
    return _all(
        ({_tag(leaf): (leaf.text or "").strip() for leaf in segment.iter() if not len(leaf)} for segment in segments),
        read_at,
    )


def in_key_values(text: str, read_at: datetime | None = None) -> list[Elements]:
    """The elements of one message of lines like KEY = VALUE, or of several after each other.

    Raises:
        ElementsError: a line is no such line, or a field is wrong.
    """
    return _all(_key_value_records(text), read_at)


def _csv_records(text: str) -> Iterator[Record]:
    try:
        # Spreadsheets begin a file with the mark of its byte order, which would be part of the first keyword.
        rows = csv.reader(StringIO(text.lstrip("\ufeff")), strict=True)
        keywords = [keyword.strip() for keyword in next(rows)]
        for cells in rows:
            if cells:
                if len(cells) != len(keywords):
                    why = f"has {len(cells)} cells, and the first line {len(keywords)}"
                    raise ElementsError(field="line", value=",".join(cells), why=why, where=f"line {rows.line_num}")
                yield dict(zip(keywords, cells, strict=True))
    except csv.Error as error:
        raise ElementsError(field="line", value=text[:40], why=f"is not CSV: {error}") from None


def _key_value_records(text: str) -> Iterator[Record]:
    record: dict[str, object] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.split()[0] in {"COMMENT", "META_START", "META_STOP"}:
            continue
        found = _LINE.fullmatch(line)
        if not found:
            raise ElementsError(field="line", value=line, why="is not KEY = VALUE", where=f"line {number}")
        if found[1] == "CCSDS_OMM_VERS" and record:
            yield record
            record = {}
        # What users define may be there as often as they like.
        if found[1] in record and not found[1].startswith("USER_DEFINED"):
            raise ElementsError(field=found[1], value=found[2], why="is there twice", where=f"line {number}")
        record[found[1]] = found[2]
    yield record


def _tag(node: ElementTree.Element) -> str:
    return node.tag.rpartition("}")[2]


def _all(records: Iterator[Record], read_at: datetime | None) -> list[Elements]:
    return [_elements(record, f"record {number}", read_at) for number, record in enumerate(records, 1)]


def _elements(record: Record, where: str, read_at: datetime | None) -> Elements:
    name = str(record.get("OBJECT_NAME") or "").strip()
    where = f"{where} ({name})" if name else where
    _check_kind(record, where)
    try:
        return Elements(
            number=catalogue_number(_plain(record.get("NORAD_CAT_ID"))),
            name=name,
            designator=str(record.get("OBJECT_ID") or "").strip(),
            epoch=_epoch(record.get("EPOCH")),
            read_at=read_at,
            **{field: _number(record, keyword) for keyword, field in _REQUIRED.items()},
            **{field: _number(record, keyword) for keyword, field in _OPTIONAL.items() if _plain(record.get(keyword))},
        )
    except ElementsError as error:
        keyword = _KEYWORD_OF.get(error.field, error.field)
        raise ElementsError(field=keyword, value=error.value, why=error.why, where=where) from None


def _check_kind(record: Record, where: str) -> None:
    for keyword, known in _FIXED.items():
        given = str(record.get(keyword, "")).strip().upper()
        if given and given not in known:
            raise ElementsError(field=keyword, value=record[keyword], why=f"is not {sorted(known)[0]}", where=where)


def _plain(value: object) -> object:
    return (value.strip() or None) if isinstance(value, str) else value


def _number(record: Record, keyword: str) -> float:
    value = _plain(record.get(keyword))
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        why = "is missing" if value is None else "is not a number"
        raise ElementsError(field=keyword, value=value, why=why)
    try:
        if isinstance(value, str) and "_" in value:  # which Python would take for digits
            raise ValueError
        return float(value)
    except (ValueError, OverflowError):
        raise ElementsError(field=keyword, value=value, why="is not a number") from None


def _epoch(value: object) -> datetime:
    """UTC, which is what the time system of a message says, with or without a Z."""
    text = _plain(value)
    if not isinstance(text, str):
        raise ElementsError(field="EPOCH", value=value, why="is missing" if text is None else "is not a time")
    try:
        # CCSDS allows the day of the year as well as month and day.
        moment = _DAY_OF_YEAR.sub(lambda found: _date(found[1]) + "T", text)
        if "T" not in moment:
            raise ValueError
        epoch = datetime.fromisoformat(moment)
        return epoch.astimezone(UTC) if epoch.tzinfo else epoch.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise ElementsError(field="EPOCH", value=value, why="is not a time") from None


def _date(day_of_year: str) -> str:
    return datetime.strptime(day_of_year, "%Y-%j").replace(tzinfo=UTC).date().isoformat()
