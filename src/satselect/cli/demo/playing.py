"""Plays days of the fleet that plans: what is planned is executed as the demo's own clock goes on."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from satselect.cli.demo.days import FROZEN, Hour
from satselect.cli.demo.planning import PlanningService
from satselect.cli.demo.week import FAILURES, FAULTS

_UNREPORTED = timedelta(days=30)
"""How far is looked back, when it begins, for what was planned and never reported."""


class Clock:
    """The demo's own: it is some time now, and goes on so many times faster than others."""

    def __init__(self, now: datetime, speed: float) -> None:
        self._start = now
        self._speed = speed
        self._since = time.monotonic()

    def wait_until(self, moment: datetime) -> None:
        """Not at all if it is later than that."""
        left_s = (moment - self._start).total_seconds() / self._speed - (time.monotonic() - self._since)
        time.sleep(max(left_s, 0.0))


@dataclass(slots=True)
class Played:
    """What became of it so far.

    Attributes:
        profit: of all that is planned and was executed, as the last iteration told it.
        completed: tasks.
        failed: attempts.
    """

    profit: float = 0.0
    completed: int = 0
    failed: int = 0


def play(service: PlanningService, hours: Sequence[Hour], clock: Clock, tell: Callable[[Hour, Played], None]) -> Played:
    """Plays them one after the other, and tells after each how it stands."""
    played = Played()
    since = hours[0].starts - _UNREPORTED
    for hour in hours:
        clock.wait_until(hour.starts)
        _plan(service, hour, played)
        _execute(service, since, hour, clock, played)
        tell(hour, played)
        since = hour.starts
    clock.wait_until(hours[-1].ends)
    service.roll_to(hours[-1].ends)
    return played


def _plan(service: PlanningService, hour: Hour, played: Played) -> None:
    service.roll_to(hour.starts)
    for outage in hour.outages:
        service.take_out(outage)
    if hour.wishes or hour.outages:
        service.give_up(hour.starts + FROZEN)
        played.profit = service.plan(hour.wishes)


def _execute(service: PlanningService, since: datetime, hour: Hour, clock: Clock, played: Played) -> None:
    """Reports each task when it is over. What the hour holds is frozen, so it is read once."""
    for one in service.executed(since, hour.ends):
        assert one.ends  # noqa: S101 - what has no end is not over
        clock.wait_until(one.ends)
        fault = hour.chance.choice(FAULTS) if hour.chance.random() < FAILURES else None
        if service.report(one.task, fault):
            played.completed += fault is None
            played.failed += fault is not None
