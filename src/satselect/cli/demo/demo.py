"""`satselect demo`: a week of a small fleet, submitted and reported to a running service, to look at."""

import argparse
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from satselect.cli.asking import ask
from satselect.cli.demo.week import FLEET, SATELLITES, SHARED, Hour, Wish, week

if TYPE_CHECKING:
    from satselect.cli.demo.playing import Played
    from satselect.cli.demo.service import WeekService

_HOUR_S = 3600


def run(given: argparse.Namespace) -> int:
    """Plays the week. Gives the exit code."""
    play = _plan_at if given.plan else _play_at
    return ask(given, lambda url, key: play(given, url, key))


def _play_at(given: argparse.Namespace, url: str, key: str | None) -> None:
    from satselect.cli.demo.service import WeekService
    from satselect.client.given import shown

    with WeekService(url, key) as service:
        service.prepare(FLEET, SATELLITES, SHARED)
        print(f"Watch it at {shown(url).rstrip('/')}/fleets/{FLEET}", file=sys.stderr)
        earned = _play(service, given)
    print(f"{_counted(given.days, 'day')} of the fleet {FLEET!r} earned {earned:,.1f}.")


def _plan_at(given: argparse.Namespace, url: str, key: str | None) -> None:
    from satselect.cli.demo.days import days
    from satselect.cli.demo.planning import SLUG, PlanningService
    from satselect.cli.demo.playing import Clock, play
    from satselect.client.given import shown

    with PlanningService(url, key) as service:
        start = service.begins_at()
        service.prepare(start)
        print(f"Watch it at {shown(url).rstrip('/')}/fleets/{SLUG}/plan?span=259200", file=sys.stderr)
        hours = days(seed=given.seed, count=given.days, start=start)
        played = play(service, hours, Clock(start, given.speed), lambda hour, so_far: _tell_of(hour.starts, so_far))
    _tell("\n")
    print(f"{_counted(given.days, 'day')} of the fleet {SLUG!r}: {_said(played)}.")


def _tell_of(starts: datetime, played: "Played") -> None:
    _tell(f"{starts:%d %b %H:%M} UTC: {_said(played)}")


def _said(played: "Played") -> str:
    executed, failed = _counted(played.completed, "task"), _counted(played.failed, "attempt")
    return f"{executed} executed, {failed} failed, {played.profit:,.1f} planned"


def _counted(count: int, of: str) -> str:
    return f"{count} {of}{'' if count == 1 else 's'}"


def _play(service: "WeekService", given: argparse.Namespace) -> float:
    earned = 0.0
    start = time.monotonic()
    for hour in week(seed=given.seed, hours=given.days * 24):
        earned += service.play(hour, _documents(hour, given.speed))
        _show(hour, given.days, earned)
        left_s = start + (hour.number + 1) * _HOUR_S / given.speed - time.monotonic()
        time.sleep(max(left_s, 0.0))
    _tell("\n")
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


def _show(hour: Hour, count: int, earned: float) -> None:
    day, clock = divmod(hour.number, 24)
    _tell(f"day {day + 1} of {count}, {clock:02}:00: {earned:,.1f} earned")


def _tell(line: str) -> None:
    """Over what was told before, to who looks at it."""
    if sys.stderr.isatty():
        print(f"\r{line}" if line.strip() else line, end="", file=sys.stderr, flush=True)
