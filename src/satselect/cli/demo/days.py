"""Days of a small fleet that plans in time, hour by hour: what is wanted of it, and what breaks.

The same seed and the same start give the same days.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from satselect.cli.demo.sky import PLACES, SATELLITES, Json
from satselect.cli.demo.week import EVENTS

HOUR = timedelta(hours=1)
AHEAD = 48 * HOUR
"""How far ahead the fleet plans."""
FROZEN = HOUR
"""How much of that does not change any more: no less than what is played between two looks at the plan."""
BATCH_HOURS = 4
FIRST_WISHES = 30
"""Come with the first batch, so that the first plan is one for all of `AHEAD`."""
WISHES_A_BATCH = 8

FLEET: Json = {
    "name": "Demo that plans",
    "fleet": "demo-plan",
    "horizon_s": AHEAD.total_seconds(),
    "frozen_s": FROZEN.total_seconds(),
    "step_s": 30,
    "shows_break_even": True,
    "settle_s": None,
}
DISK = 10
RESOURCES: Sequence[Json] = (
    {"name": "camera", "turnaround_s": 10, "transition": {"detail": "roll", "rate": 0.5, "settle_s": 20}},
    {"name": "receiver", "turnaround_s": 60},
    {"name": "disk", "capacity": DISK, "kind": "reservoir"},
    {"name": "manoeuvres", "capacity": 12, "kind": "budget"},
)
DRAINS_PER_S: Mapping[str, float] = {"disk": 0.008}


@dataclass(frozen=True, slots=True)
class Hour:
    """What happens when an hour of them begins, and the chance that decides what becomes of what is executed in it.

    Attributes:
        starts: that time.
        wishes: tasks that are submitted.
        outages: that become known.
        chance: for what is executed.
    """

    starts: datetime
    wishes: Sequence[Json]
    outages: Sequence[Json]
    chance: Random

    @property
    def ends(self) -> datetime:
        """When the next one begins."""
        return self.starts + HOUR


def days(*, seed: int, count: int, start: datetime) -> Sequence[Hour]:
    """So many of them, from that time on."""
    random = Random(seed)  # noqa: S311 - no secret
    return [_hour(random, number, start + number * HOUR) for number in range(24 * count)]


def _hour(random: Random, number: int, starts: datetime) -> Hour:
    count = 0 if number % BATCH_HOURS else WISHES_A_BATCH if number else FIRST_WISHES
    wishes = [_wish(random, starts) for _ in range(count)]
    return Hour(starts, wishes, _outages(number, starts), Random(random.random()))  # noqa: S311 - no secret


def _outages(number: int, starts: datetime) -> Sequence[Json]:
    """One that is known from the beginning, and now and then one that nobody expected."""
    first, second = (one.slug for one in SATELLITES)
    if number == 0:
        return [_outage(starts + 5 * HOUR, 2.5, satellite=second, words="software update")]
    if number % 60 == 26:
        return [_outage(starts + 2 * HOUR, 4, satellite=first, resource="camera", words="too warm")]
    return []


def _outage(begins: datetime, hours: float, **what: str) -> Json:
    return {**what, "from": written(begins), "until": written(begins + hours * HOUR)}


def _wish(random: Random, now: datetime) -> Json:
    """A place to look at, some time within the next two days."""
    place = random.choice(list(PLACES))
    begins = now + FROZEN + random.choice((0, 0, 6, 12)) * HOUR
    ends = min(begins + random.choice((12, 24, 36)) * HOUR, now + AHEAD)
    wish = random.choices((_image, _event, _stereo, _traffic), weights=(6, 2, 1, 2))[0](random, place)
    if wish.pop("is_urgent", False):
        wish["deliver_by"] = written(ends)
    latitude, longitude = PLACES[place]
    geometry = {"type": "Point", "coordinates": [longitude, latitude]}
    return wish | {
        "target": {"geometry": geometry, "conditions": wish.pop("conditions")},
        "window": {"from": written(begins), "until": written(ends)},
        "max_attempts": 2,
        "reference": f"plan-{random.randrange(16**8):08x}",
    }


def _image(random: Random, place: str) -> Json:
    return {
        "name": f"image of {place}",
        "resources": {"camera": 1, "disk": random.randint(1, 3)},
        "profit": round(random.triangular(1, 14, 3), 1),
        "duration": random.choice((20, 30, 45)),
        "conditions": {"maximum_off_nadir": 45.0, "minimum_sun_elevation": 5.0},
    }


def _event(random: Random, place: str) -> Json:
    """Worth much, by night as well, and of use only if it is on the ground soon."""
    return {
        "name": random.choice(EVENTS).format(place=place),
        "resources": {"camera": 1, "disk": random.randint(2, 4)},
        "profit": round(random.triangular(12, 40, 18), 1),
        "duration": random.choice((30, 60)),
        "conditions": {"maximum_off_nadir": 50.0},
        "is_urgent": True,
    }


def _stereo(random: Random, place: str) -> Json:
    return {
        "name": f"stereo image of {place}",
        "resources": {"camera": 1, "disk": 4, "manoeuvres": 1},
        "profit": round(random.triangular(6, 20, 9), 1),
        "duration": 90,
        "conditions": {"maximum_off_nadir": 40.0, "minimum_sun_elevation": 5.0},
    }


def _traffic(random: Random, place: str) -> Json:
    """Listened to from horizon to horizon, beside whatever the camera does."""
    return {
        "name": f"ship traffic near {place}",
        "resources": {"receiver": 1, "disk": 1},
        "profit": round(random.triangular(2, 10, 4), 1),
        "duration": random.choice((180, 300)),
        "conditions": {"minimum_elevation": 10.0},
    }


def written(moment: datetime) -> str:
    """As it is sent."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
