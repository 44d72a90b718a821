"""`satselect demo`: a week of a small fleet, submitted and reported to a running service, to look at."""

import argparse
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from satselect.cli.asking import ask
from satselect.cli.demo_week import FLEET, SATELLITES, SHARED, Hour, Wish, week

if TYPE_CHECKING:
    from satselect.cli.demo_service import DemoService

_HOUR_S = 3600


def run(given: argparse.Namespace) -> int:
    """Plays the week. Gives the exit code."""
    return ask(given, lambda url, key: _play_at(given, url, key))


def _play_at(given: argparse.Namespace, url: str, key: str | None) -> None:
    from satselect.cli.demo_service import DemoService
    from satselect.client.given import shown

    with DemoService(url, key) as service:
        service.prepare(FLEET, SATELLITES, SHARED)
        print(f"Watch it at {shown(url).rstrip('/')}/fleets/{FLEET}", file=sys.stderr)
        earned = _play(service, given)
    print(f"{given.days} day{'s' if given.days > 1 else ''} of the fleet {FLEET!r} earned {earned:,.1f}.")


def _play(service: "DemoService", given: argparse.Namespace) -> float:
    earned = 0.0
    start = time.monotonic()
    for hour in week(seed=given.seed, hours=given.days * 24):
        earned += service.play(hour, _documents(hour, given.speed))
        _show(hour, given.days, earned)
        left_s = start + (hour.number + 1) * _HOUR_S / given.speed - time.monotonic()
        time.sleep(max(left_s, 0.0))
    if sys.stderr.isatty():
        print(file=sys.stderr)
    return earned


def _documents(hour: Hour, speed: float) -> list[dict[str, object]]:
    """The tasks of an hour as JSON; their deadlines pass as fast as the week does."""
    now = datetime.now(UTC)
    return [_document(wish, now, speed) for wish in hour.wishes]


def _document(wish: Wish, now: datetime, speed: float) -> dict[str, object]:
    document: dict[str, object] = {
        "name": wish.name,
        "resources": wish.resources,
        "profit": wish.profit,
        "max_attempts": wish.attempts,
        "reference": wish.reference,
    }
    if wish.satellites:
        document["satellites"] = list(wish.satellites)
    if wish.hours_left is not None:
        deadline = now + timedelta(seconds=wish.hours_left * _HOUR_S / speed)
        document["deadline"] = deadline.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return document


def _show(hour: Hour, days: int, earned: float) -> None:
    if sys.stderr.isatty():
        day, clock = divmod(hour.number, 24)
        line = f"\rday {day + 1} of {days}, {clock:02}:00: {earned:,.1f} earned"
        print(line, end="", file=sys.stderr, flush=True)
