"""Days of a small fleet that plans in time: its passes, what is out, and what is wanted, as it comes in.

The same seed and the same start give the same days. Orbits are circles: it is to look at, not to fly.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from satselect.cli.demo.week import EVENTS, PLACES

FLEET = "demo-plan"
SATELLITES = ("Alba", "Brisa", "Cierzo")
RESOURCES: Sequence[Mapping[str, object]] = (
    {"name": "camera", "turnaround_s": 30, "transition": {"detail": "roll", "rate": 0.2, "settle_s": 20}},
    {"name": "radio", "capacity": 1, "turnaround_s": 60},
    {"name": "disk", "capacity": 24, "kind": "reservoir"},
    {"name": "manoeuvres", "capacity": 6, "kind": "budget"},
)
STATIONS = ("Svalbard", "Kiruna", "Punta Arenas")
FROZEN_S = 3_600
STEP_S = 120
"""Between starts: so few that the first plans need no compiled code, on a machine where it is still made (0140)."""
ORBIT = timedelta(minutes=95)
PASSES_A_DAY = 4
WISHES_A_DAY = 90
BATCHES_A_DAY = 6

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Days:
    """What a service is told of them; `batches` come one after the other."""

    fleet: Mapping[str, object]
    passes: Sequence[Json]
    outage: Json
    batches: Sequence[Sequence[Json]]


def days(*, seed: int, count: int, start: datetime) -> Days:
    """So many of them, from that time on."""
    random = Random(seed)  # noqa: S311 - no secret
    wishes = [_wish(random, start, count) for _ in range(WISHES_A_DAY * count)]
    size = WISHES_A_DAY // BATCHES_A_DAY
    begins = start + timedelta(hours=5)
    return Days(
        fleet={
            "name": "Demo that plans",
            "fleet": FLEET,
            "horizon_s": 86_400 * count,
            "frozen_s": FROZEN_S,
            "step_s": STEP_S,
            "shows_break_even": True,
            "settle_s": None,
        },
        passes=list(_passes(random, start, count)),
        outage={
            "satellite": SATELLITES[1].lower(),
            "from": _written(begins),
            "until": _written(begins + timedelta(hours=1.5)),
            "words": "software update",
        },
        batches=[wishes[first : first + size] for first in range(0, len(wishes), size)],
    )


def _passes(random: Random, start: datetime, count: int) -> Iterator[Json]:
    """Some orbits of each satellite end over a station, and what is on its disk goes down there."""
    for satellite in SATELLITES:
        first = start + random.random() * ORBIT
        for number in range(PASSES_A_DAY * count):
            begins = first + (number * 24 / PASSES_A_DAY) * timedelta(hours=1) + random.randint(-1, 1) * ORBIT
            lasts = timedelta(minutes=random.uniform(7, 12))
            yield {
                "satellite": satellite.lower(),
                "station": random.choice(STATIONS),
                "from": _written(max(begins, start)),
                "until": _written(max(begins, start) + lasts),
                "drains": {"disk": 18},
            }


def _wish(random: Random, start: datetime, count: int) -> Json:
    """Seen on a few orbits, from one satellite or from several, for a little longer than it takes."""
    place = random.choice(PLACES)
    is_urgent = random.random() < 0.15
    name = random.choice(EVENTS).format(place=place) if is_urgent else f"image of {place}"
    lasts = random.choice((180, 300, 480, 720))
    uses: Json = {"camera": 1, "disk": random.randint(1, 4)}
    if random.random() < 0.2:
        name, uses = f"ship traffic near {place}", {"radio": 1, "disk": 1}
    elif random.random() < 0.1:
        uses["manoeuvres"] = 1
    seen = start + random.random() * timedelta(days=count) * 0.97
    profit = random.triangular(12, 40, 18) if is_urgent else random.triangular(1, 14, 3)
    return {
        "name": name,
        "resources": uses,
        "profit": round(profit, 1),
        "duration": lasts,
        "max_attempts": 2,
        "reference": f"plan-{random.randrange(16**8):08x}",
        "opportunities": list(_spots(random, seen, lasts)),
    }


def _spots(random: Random, seen: datetime, lasts: float) -> Iterator[Json]:
    for number, satellite in enumerate(random.sample(SATELLITES, random.randint(1, 3))):
        begins = seen + number * timedelta(minutes=random.uniform(25, 70))
        ends = begins + timedelta(seconds=lasts + random.uniform(10, 600))
        elevation = round(random.uniform(20, 88), 1)
        spot: Json = {"satellite": satellite.lower(), "from": _written(begins), "until": _written(ends)}
        roll = round((90 - elevation) / 2 * (-1) ** number, 1)
        yield spot | {"details": {"elevation": elevation, "roll": roll}}


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
