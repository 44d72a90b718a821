"""What happens to a small fleet in a week, hour by hour: what customers want, and what becomes of it.

The same seed gives the same week. More is wanted by day than by night, more than there is room for, and now and then
there is an event that everybody wants a picture of.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import cos, pi
from random import Random

FLEET = "demo"
SATELLITES: Mapping[str, Mapping[str, int]] = {
    "Alba": {"camera": 1, "star tracker": 1, "recorder": 4, "processor": 1},
    "Brisa": {"camera": 1, "radar": 1, "recorder": 6, "processor": 2},
    "Cierzo": {"radar": 1, "spectrometer": 1, "recorder": 4, "processor": 1},
}
SHARED: Mapping[str, int] = {"ground antenna": 2}

EVENT_STARTS = 0.04
EVENT_HOURS = 5
FAILURES = 0.07
UNREPORTED = 0.08
CANCELLED = 0.02
FAULTS = ("clouds", "no contact", "pointing was off", "recorder was full")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of task: its name, what it uses, what it is worth at least and at most, and how often it is wanted."""

    name: str
    resources: Mapping[str, int]
    least: float
    most: float
    weight: float
    has_deadline: float = 0.3


KINDS: Sequence[Kind] = (
    Kind("image of {place}", {"camera": 1, "recorder": 1}, 2, 9, 5),
    Kind("stereo image of {place}", {"camera": 1, "star tracker": 1, "recorder": 2}, 6, 16, 2),
    Kind("radar scan of {place}", {"radar": 1, "recorder": 2}, 4, 13, 3),
    Kind("spectrum of {place}", {"spectrometer": 1, "processor": 1, "recorder": 1}, 5, 14, 2),
    Kind("image of {place}, sent at once", {"camera": 1, "processor": 1, "ground antenna": 1}, 7, 20, 2, 0.9),
    Kind("radar scan of {place}, sent at once", {"radar": 1, "processor": 1, "ground antenna": 1}, 8, 22, 1.5, 0.9),
    Kind("downlink of archive {number}", {"ground antenna": 1, "recorder": 1}, 1, 6, 2, 0.1),
    Kind("ship traffic near {place}", {"camera": 1, "radar": 1, "processor": 1}, 9, 24, 1, 0.6),
    Kind("calibrate the star tracker", {"star tracker": 1}, 0.4, 2, 0.7, 0.0),
    Kind("clean the recorder", {"recorder": 2}, 0.2, 1.2, 0.7, 0.0),
    Kind("update the software to {number}", {"processor": 1}, 0.5, 3, 0.5, 0.2),
)
PLACES = (
    *("the Ebro delta", "Lake Turkana", "the Wadden Sea", "the Great Barrier Reef", "the Mekong delta", "Svalbard"),
    *("the Atacama", "the Strait of Hormuz", "the Congo basin", "Mount Etna", "the Aral Sea", "the Po valley"),
    *("Patagonia", "the Gulf of Guinea", "the Sundarbans", "Lake Baikal", "the Camargue", "the Bering Strait"),
)
EVENTS = ("forest fire at {place}", "flood at {place}", "eruption near {place}", "oil slick near {place}")


@dataclass(frozen=True, slots=True)
class Wish:
    """A task that somebody wants done, with the hours that are left for it; None for any number."""

    name: str
    resources: Mapping[str, int]
    profit: float
    reference: str
    satellites: Sequence[str] = ()
    hours_left: float | None = None
    attempts: int = 2


@dataclass(frozen=True, slots=True)
class Hour:
    """What is wanted in an hour, and the chance that decides what becomes of what is scheduled."""

    number: int
    wishes: Sequence[Wish]
    chance: Random


def week(*, seed: int, hours: int) -> Iterator[Hour]:
    """The hours, one after the other."""
    random = Random(seed)  # noqa: S311 - no secret
    event: tuple[str, str, int] | None = None
    for number in range(hours):
        if event is None and random.random() < EVENT_STARTS:
            place = random.choice(PLACES)
            event = random.choice(EVENTS).format(place=place), place, number + EVENT_HOURS
        wishes = [_usual(random, number) for _ in range(_count(random, number))]
        if event:
            wishes += [_urgent(random, event[0], number) for _ in range(random.randint(1, 4))]
            event = None if number >= event[2] else event
        yield Hour(number, wishes, Random(random.random()))  # noqa: S311 - no secret


def _count(random: Random, number: int) -> int:
    """More by day than by night."""
    daylight = (1 - cos(2 * pi * (number % 24) / 24)) / 2
    return random.randint(2, 4) + round(random.uniform(3, 7) * daylight)


def _usual(random: Random, number: int) -> Wish:
    (kind,) = random.choices(KINDS, weights=[kind.weight for kind in KINDS])
    named = kind.name.format(place=random.choice(PLACES), number=f"{random.randint(1, 9)}.{random.randint(0, 9)}")
    profit = round(random.triangular(kind.least, kind.most, kind.least), 1)
    left = round(random.uniform(3, 40), 1) if random.random() < kind.has_deadline else None
    return Wish(named, kind.resources, profit, _reference(random, number), hours_left=left)


def _urgent(random: Random, named: str, number: int) -> Wish:
    """Worth much, and soon over; by camera or by radar."""
    resources = random.choice([{"camera": 1, "ground antenna": 1}, {"radar": 1, "ground antenna": 1}])
    profit = round(random.uniform(14, 32), 1)
    return Wish(named, resources, profit, _reference(random, number), hours_left=random.randint(2, 8), attempts=3)


def _reference(random: Random, number: int) -> str:
    return f"demo-{number:03}-{random.randrange(16**6):06x}"
