"""Plans to export: usual ones, and those with what formats trip over."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from satselect.exports.timetable import Contact, PlannedTask, Timetable

TEN = datetime(2026, 12, 1, 10, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MILLISECOND = timedelta(milliseconds=1)
MICROSECOND = timedelta(microseconds=1)
DAY = timedelta(days=1)

NAMES = (
    "Berlin, sharp",
    'the "old" town; again',
    "two\nlines",
    "two\r\nlines",
    "tab\tand vertical\x0btab",
    "=1+1",
    "a\\nb\\,c",
    "Zürich 東京 🛰\u200d🛰",
    "\u2028separated\u2029\x85so",
    "<pass satellite='x'/> & ]]>",
    "25544",
    "007",
    "__proto__",
    "constructor",
    " blank ",
    "null",
    "x" * 200,
    "ä" * 200,
)


def task(name: str = "Berlin", **changes: object) -> PlannedTask:
    """A task of 40 seconds at ten."""
    usual = {"profit": 9.2, "satellite": "sat-1", "start": TEN, "end": TEN + 40 * SECOND}
    return PlannedTask(name=name, **(usual | changes))  # type: ignore[arg-type]


def plan(*tasks: PlannedTask, passes: tuple[Contact, ...] = (), **changes: object) -> Timetable:
    """A plan of a day."""
    usual = {"start": TEN, "end": TEN + DAY, "made_at": TEN - SECOND}
    return Timetable(tasks=tasks, passes=passes, **(usual | changes))  # type: ignore[arg-type]


def day() -> Timetable:
    """Two satellites, two stations, tasks that touch, one without a time and one without a satellite."""
    return plan(
        task("Berlin, sharp", resources={"camera": 1, "disk": 3}, is_frozen=True, reference="order 1098"),
        task("Paris", start=TEN + 40 * SECOND, end=TEN + 70.25 * SECOND, resources={"camera": 1}),
        task("Paris", satellite="sat-2", profit=7, id=UUID("8e9c42a1-2a51-4b1e-a1b8-35f0f0f1d5e4")),
        task("watch", start=None, end=None, resources={"proc": 1}),
        task("anywhere", satellite=None, start=TEN + DAY / 2, end=TEN + DAY / 2),
        passes=(
            Contact(satellite="sat-1", start=TEN + 300 * SECOND, end=TEN + 690 * SECOND, station="Kiruna"),
            Contact(satellite="sat-2", start=TEN + 800 * SECOND, end=TEN + 900 * SECOND),
        ),
    )


def odd_names() -> Timetable:
    """Every name as a task, as a satellite and as a station."""
    return plan(
        *(
            task(name, satellite=name, start=TEN + i * SECOND, end=TEN + (i + 1) * SECOND)
            for i, name in enumerate(NAMES)
        ),
        passes=tuple(
            Contact(satellite=name, start=TEN + i * SECOND, end=TEN + (i + 1) * SECOND, station=name)
            for i, name in enumerate(NAMES)
        ),
    )


def odd_times() -> Timetable:
    """Times between seconds and milliseconds, instants, both sides of a new year, and the first and last years."""
    new_year = datetime(2027, 1, 1, tzinfo=UTC)
    spans = {
        "between seconds": (TEN + 250 * MILLISECOND, TEN + 40.75 * SECOND),
        "between milliseconds": (TEN + MICROSECOND, TEN + 2 * MILLISECOND - MICROSECOND),
        "within a second": (TEN + 250 * MILLISECOND, TEN + 750 * MILLISECOND),
        "within a millisecond": (TEN + MICROSECOND, TEN + 2 * MICROSECOND),
        "instant": (TEN, TEN),
        "instant between": (TEN + 300 * MILLISECOND, TEN + 300 * MILLISECOND),
        "over the new year": (new_year - SECOND / 2, new_year + 2 * SECOND),
        "until the new year": (new_year - SECOND, new_year),
        "leap day": (datetime(2028, 2, 29, 23, 59, 59, tzinfo=UTC), datetime(2028, 3, 1, tzinfo=UTC)),
        "before 1970": (
            datetime(1969, 12, 31, 23, 59, 59, 500_000, tzinfo=UTC),
            datetime(1970, 1, 1, 0, 0, 2, tzinfo=UTC),
        ),
        "half an hour east": (
            datetime.fromisoformat("2026-12-01T15:30:00+05:30"),
            datetime.fromisoformat("2026-12-01T15:31:00+05:30"),
        ),
    }
    return plan(*(task(name, start=start, end=end) for name, (start, end) in spans.items()))


PLANS = {"day": day, "names": odd_names, "times": odd_times, "empty": plan}
