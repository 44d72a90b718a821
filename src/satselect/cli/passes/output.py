"""Passes and opportunities for people, programs and spreadsheets."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from satselect.cli.terminal.tables import table
from satselect.exports import tables
from satselect.exports.tables import Cell

if TYPE_CHECKING:
    from satselect.orbits import Opportunity, Pass, Sights

_TITLES = ("satellite", "place", "start (UTC)", "length", "highest", "at", "azimuths", "off-nadir", "Sun", "cut", "age")
_DEGREES = (
    "maximum_elevation",
    "least_off_nadir",
    "azimuth_at_start",
    "azimuth_at_highest",
    "azimuth_at_end",
    "sun_elevation",
)
_TIMES = ("start", "end", "begins", "ends", "highest_at", "nearest_at")
_NAMES = ("satellite", "number", "place")
_COLUMNS = (*_TIMES, "is_cut", *_DEGREES, "range_km", "side", "elements_epoch", "elements_age_days")


def page_of(found: "Sights[Pass] | Sights[Opportunity]") -> str:
    """A table, and what is seen always or never."""
    lines = [*table(_TITLES, [_row(one) for one in found])] if len(found) else []
    remarks = [
        f"{satellite} {'always' if seen == 'always' else 'never'} meets the conditions at {place}."
        for (satellite, place), seen in found.visibility().items()
        if seen != "sometimes"
    ]
    if lines and remarks:
        lines.append("")
    return "".join(f"{line}\n" for line in [*lines, *remarks])


def document_of(found: "Sights[Pass] | Sights[Opportunity]") -> dict[str, object]:
    """What `--json` prints."""
    seen = found.visibility()
    return {
        "start": _time(found.span.start),
        "end": _time(found.span.end),
        "passes": [_facts(one) for one in found],
        "always": [{"satellite": pair[0], "place": pair[1]} for pair in seen if seen[pair] == "always"],
        "never": [{"satellite": pair[0], "place": pair[1]} for pair in seen if seen[pair] == "never"],
    }


def csv_of(found: "Sights[Pass] | Sights[Opportunity]", *, of_targets: bool) -> str:
    """What `--csv` prints: the same columns, however much is found."""
    return tables.csv_of([_facts(one) for one in found], [*_NAMES, *(["part"] if of_targets else []), *_COLUMNS])


def place_of(one: "Pass | Opportunity") -> str:
    """The name of the station or target."""
    return str(getattr(one, "station", None) or getattr(one, "target", ""))


def _facts(one: "Pass | Opportunity") -> dict[str, Cell]:
    part: int | None = getattr(one, "part", None)
    return {
        "satellite": one.satellite,
        "number": one.elements.number,
        "place": place_of(one),
        **({} if part is None else {"part": part}),
        **{name: _time(getattr(one, name)) for name in _TIMES},
        "is_cut": one.is_cut,
        **{name: round(getattr(one, name), 4) for name in _DEGREES},
        "range_km": round(one.range_km, 3),
        "side": one.side,
        "elements_epoch": _time(one.elements.epoch),
        "elements_age_days": round(one.elements_age / timedelta(days=1), 4),
    }


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _row(one: "Pass | Opportunity") -> tuple[str, ...]:
    part = getattr(one, "part", 0)
    seconds = round(one.length.total_seconds())
    return (
        one.satellite,
        f"{place_of(one)} ({part + 1})" if part else place_of(one),
        f"{one.start:%Y-%m-%d %H:%M:%S}",
        f"{seconds // 60}:{seconds % 60:02}",
        f"{one.maximum_elevation:.1f}°",
        f"{one.highest_at:%H:%M:%S}",
        "-".join(f"{angle:.0f}" for angle in (one.azimuth_at_start, one.azimuth_at_highest, one.azimuth_at_end)),
        f"{one.least_off_nadir:.1f}°",
        f"{one.sun_elevation:.0f}°",
        "".join(_cuts(one)) or "-",
        f"{one.elements_age / timedelta(days=1):.1f} d",
    )


def _cuts(one: "Pass | Opportunity") -> Iterator[str]:
    """An arrow on each side on which it goes on beyond the search."""
    if one.begins != one.start:
        yield "<"
    if one.ends != one.end:
        yield ">"
