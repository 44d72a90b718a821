"""What lies over the lanes of a plan: passes, transitions, and hatches where something is out of service."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from satselect.application.explanation.reasons.speech import units
from satselect.console.drawing.axis import Axis
from satselect.console.formatting import instant, interval
from satselect.console.reading.plan.bands import Bands
from satselect.store.models import Outage, Pass

LEAST_WORDED = 2.0  # percent of the width: below it a word has no room
TURN_HEIGHT = 5


@dataclass(frozen=True, slots=True)
class PassMark:
    """A pass: from where to where, the station's name if there is room, and all about it."""

    pass_id: int
    x: float
    width: float
    words: str
    title: str


@dataclass(frozen=True, slots=True)
class Hatch:
    """A piece of lanes that is out of service."""

    x: float
    width: float
    y: int
    height: int
    title: str


@dataclass(frozen=True, slots=True)
class TurnMark:
    """The time that a resource takes from one use to the next, in its lane."""

    x: float
    width: float
    y: int
    title: str


def turn_marks(bands: Bands, axis: Axis, spots: Mapping[int, tuple[int, int]]) -> Sequence[TurnMark]:
    """Those of the lanes of these supplies, at the foot of each."""
    found = []
    for one in bands.turns:
        if one.supply_id in spots:
            y, height = spots[one.supply_id]
            x, width = axis.stretch(one.starts, one.ends)
            words = f"{one.resource} turns, or changes its mode, {interval(one.starts, one.ends)} UTC"
            found.append(TurnMark(x, width, y + height - TURN_HEIGHT, words))
    return found


def pass_marks(bands: Bands, satellite_id: int | None, axis: Axis) -> Sequence[PassMark]:
    """The passes of a satellite."""
    return [_pass(one, axis) for one in bands.passes if one.satellite_id == satellite_id]


def hatches(
    bands: Bands, axis: Axis, satellite_id: int | None, lanes: tuple[int, int], spots: Mapping[int, tuple[int, int]]
) -> Sequence[Hatch]:
    """What is out: all lanes of the satellite, from one height to another, or single ones, by supply."""
    found = []
    for outage in bands.outages:
        if outage.satellite_id is not None and outage.satellite_id == satellite_id:
            y, height = lanes[0], lanes[1] - lanes[0]
        elif outage.supply_id is not None and outage.supply_id in spots:
            y, height = spots[outage.supply_id]
        else:
            continue
        x, width = axis.stretch(outage.starts, outage.ends or axis.window.ends)
        found.append(Hatch(x, width, y, height, told_outage(outage)))
    return found


def told_outage(outage: Outage) -> str:
    """From when to when, and why."""
    when = interval(outage.starts, outage.ends) if outage.ends else f"from {instant(outage.starts)} on"
    return f"out of service {when} UTC{': ' if outage.words else ''}{outage.words}"


def _pass(one: Pass, axis: Axis) -> PassMark:
    x, width = axis.stretch(one.starts, one.ends)
    drains = f", drains {units(one.drains)}" if one.drains else ""
    title = f"{one.station or 'pass'}: {interval(one.starts, one.ends)} UTC{drains}"
    return PassMark(one.id, x, width, (one.station or "pass")[:40] if width >= LEAST_WORDED else "", title)
