"""What a search found: a table inside, records outside."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, Literal, Self, TypeVar, overload

import numpy as np

from satselect.orbits.elements.elements import Elements
from satselect.orbits.events.conditions import Side
from satselect.orbits.places.places import Target
from satselect.orbits.shapes import Columns
from satselect.orbits.times import Span

Visibility = Literal["always", "sometimes", "never"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """That a satellite and a place see each other, under the conditions asked for.

    Attributes:
        elements: of the satellite.
        start: when it begins, within the search. Both times are rounded inward to milliseconds.
        end: when it ends.
        begins: when it really begins, also before the search; None if that is more than a revolution before.
        ends: when it really ends, likewise.
        maximum_elevation: of the satellite between start and end, degrees above the horizon of the place.
        highest_at: when that is.
        least_off_nadir: at the satellite, degrees between the Earth's centre and the place.
        nearest_at: when that is.
        range_km: from place to satellite when it is highest.
        azimuth_at_start: where the satellite stands, degrees from north to east.
        azimuth_at_highest: likewise.
        azimuth_at_end: likewise.
        sun_elevation: of the Sun above the horizon of the place when the satellite is highest, degrees.
        side: on which the place lies of the satellite's way.
        elements_age: how long before the start the elements are for; negative if they are for later.
    """

    elements: Elements
    start: datetime
    end: datetime
    begins: datetime | None
    ends: datetime | None
    maximum_elevation: float
    highest_at: datetime
    least_off_nadir: float
    nearest_at: datetime
    range_km: float
    azimuth_at_start: float
    azimuth_at_highest: float
    azimuth_at_end: float
    sun_elevation: float
    side: Side
    elements_age: timedelta

    @property
    def satellite(self) -> str:
        """Its name."""
        return self.elements.name

    @property
    def is_cut(self) -> bool:
        """Whether it begins before the search, or ends after it."""
        return self.begins != self.start or self.ends != self.end

    @property
    def length(self) -> timedelta:
        """From start to end."""
        return self.end - self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass(Sight):
    """A satellite over a station.

    Attributes:
        station: the name of the station.
    """

    station: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opportunity(Sight):
    """A target, or a part of one, that a satellite can take.

    Attributes:
        target: the name of the target.
        part: which of its parts, counted from 0.
    """

    target: str
    part: int


Record = TypeVar("Record", bound=Sight)


class Sights(Sequence[Record], Generic[Record]):
    """All that a search found, by start: a sequence of records, which are made when they are looked at.

    Attributes:
        columns: the facts as arrays, one entry for each record; times are seconds from the start of the search.
        span: what was searched.
    """

    def __init__(
        self,
        columns: Columns,
        elements: Sequence[Elements],
        targets: Sequence[Target],
        span: Span,
        make: Callable[..., Record],
    ) -> None:
        self.columns, self.span = columns, span
        self._elements, self._targets, self._make = elements, targets, make

    def __len__(self) -> int:
        return len(self.columns["start"]) if self.columns else 0

    def __iter__(self) -> Iterator[Record]:
        return (self._record(place) for place in range(len(self)))

    @overload
    def __getitem__(self, place: int) -> Record: ...

    @overload
    def __getitem__(self, place: slice) -> Self: ...

    def __getitem__(self, place: int | slice) -> Record | Self:
        if isinstance(place, slice):
            some = {name: column[place] for name, column in self.columns.items()}
            return type(self)(some, self._elements, self._targets, self.span, self._make)
        # As of a list: below 0 from the end, and beyond it an IndexError.
        return self._record(range(len(self))[place])

    def visibility(self) -> dict[tuple[str, str], Visibility]:
        """Of each pair of satellite and place, by name, whether the conditions hold always, sometimes or never.

        A search inside of one long pass, as long as its beginning or end is less than a revolution away, is
        "sometimes"; what a geostationary satellite sees is "always".
        """
        shape = len(self._elements), len(self._targets)
        count, whole = np.zeros(shape, int), np.zeros(shape, int)
        if len(self):
            pair = self.columns["satellite"], self.columns["target"]
            np.add.at(count, pair, 1)
            np.add.at(whole, pair, np.isnan(self.columns["begins"]) & np.isnan(self.columns["ends"]))
        return {
            (one.name, target.name): _visibility(int(count[i, j]), int(whole[i, j]))
            for i, one in enumerate(self._elements)
            for j, target in enumerate(self._targets)
        }

    def _record(self, place: int) -> Record:
        row = {name: column[place].item() for name, column in self.columns.items()}
        elements, target = self._elements[row.pop("satellite")], self._targets[row.pop("target")]
        start, end = self.span.first_within(row.pop("start")), self.span.last_within(row.pop("end"))
        begins, ends = row.pop("begins"), row.pop("ends")
        return self._make(
            target,
            row.pop("part"),
            elements=elements,
            start=start,
            end=end,
            begins=None if np.isnan(begins) else self.span.first_within(begins),
            ends=None if np.isnan(ends) else self.span.last_within(ends),
            # Start and end were rounded inward, and what is highest at one of them must not lie outside.
            highest_at=min(max(self.span.nearest(row.pop("highest_at")), start), end),
            nearest_at=min(max(self.span.nearest(row.pop("nearest_at")), start), end),
            side="left" if row.pop("is_left") else "right",
            elements_age=start - elements.epoch,
            **row,
        )


def _visibility(count: int, whole: int) -> Visibility:
    if not count:
        return "never"
    return "always" if count == whole else "sometimes"
