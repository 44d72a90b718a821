"""The formats of a plan, by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from satselect.exports import agenda, open_mct, pytroll, spreadsheet, yamcs
from satselect.exports.timetable import Timetable


@dataclass(frozen=True, slots=True)
class Format:
    """One of them.

    Attributes:
        media_type: as HTTP tells it.
        suffix: how names of its files end.
        write: gives the bytes of a plan.
    """

    media_type: str
    suffix: str
    write: Callable[[Timetable], bytes]


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "csv": Format("text/csv; charset=utf-8", "csv", spreadsheet.write),
        "ical": Format("text/calendar; charset=utf-8", "ics", agenda.write),
        "openmct": Format("application/json", "json", open_mct.write),
        "yamcs": Format("application/json", "json", yamcs.write),
        "pytroll": Format("application/xml", "xml", pytroll.write),
    }
)
