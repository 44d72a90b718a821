"""Reasons in words, with the tasks that they name: console, API and command line say the same."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from satselect.application.access.rights import sees_all
from satselect.application.explanation.reasons.in_time import Held
from satselect.application.explanation.reasons.scene import Holder, Need, Place, Scene
from satselect.application.explanation.reasons.speech import cropped, listed, moment, number
from satselect.application.explanation.reasons.why import Why
from satselect.schemas.explanations import Reason
from satselect.store.models import Task, User

OTHERS = "a task of another customer"
SHOWN_HOLDERS = 3
SHOWN_SATELLITES = 2

_SIMPLE = {
    Reason.OVERDUE: "its deadline is over",
    Reason.DEAD: "its batch was given up, until an operator requeues it",
    Reason.NEW: "no iteration has considered it yet",
    Reason.FREE: "what it needs was left over, and the next iteration decides",
    Reason.FAILED: "it was selected then, failed, and competes again in the next iteration",
    Reason.NOT_KEPT: "what the last iteration knew was not kept, and the next one decides",
}

_NO_MORE = {
    Reason.FREE: "what it needs was left over then, and the fleet as it is now can't run it",
    Reason.FAILED: "it was selected then and failed, and the fleet as it is now can't run it",
}
"""Instead of the same, where there is nothing that the next iteration could decide."""

_NOT_KEPT_OF_ONE = "what that iteration knew was not kept"
_IN_TIME = "the plan had no place for it: others held what it needs while it could run, or it could run later only"


class Piece(NamedTuple):
    """A part of a sentence; the name of a task if there is an id."""

    text: str
    task_id: UUID | None = None


def pieces(why: Why, task: Task, by: User | None) -> list[Piece]:
    """Why the task waits, as the user may know it; a sentence without its beginning and its full stop."""
    if not why.is_possible and why.reason in _NO_MORE:
        return [Piece(_NO_MORE[why.reason])]
    if why.reason is Reason.NOT_KEPT and why.iteration_id:
        return [Piece(_NOT_KEPT_OF_ONE)]
    if why.reason in _SIMPLE:
        return [Piece(_SIMPLE[why.reason])]
    if why.reason is Reason.LATER:
        return [Piece(f"it may not start before {moment(task.not_before)}")]
    if why.reason is Reason.NEVER:
        return [Piece(f"it can't run: {_lacks(why)}")]
    if why.scene is None:  # of a fleet that plans in time
        return [Piece(_IN_TIME)]
    return list(_joined(_held(why, why.scene, by)))


def text(some: Sequence[Piece]) -> str:
    """The sentence alone."""
    return "".join(piece.text for piece in some)


def told_holders(holders: Sequence[Holder], by: User | None) -> list[Holder | None]:
    """Those of whom the user may know, and None once for all others: how many they are is nobody's business either."""
    told: list[Holder | None] = [
        one for one in holders if sees_all(by) or (by is not None and one.account_id == by.account_id)
    ]
    return told if len(told) == len(holders) else [*told, None]


def told_in_time(held: Sequence[Held], by: User | None) -> str:
    """Who holds what, from when to when, as the user may know it."""
    said = []
    for one in held[:SHOWN_HOLDERS]:
        (who,) = told_holders([one.holder], by)
        name = repr(cropped(who.name)) if who else OTHERS
        said.append(f"{one.key} is held by {name} from {moment(one.starts)} to {moment(one.ends)}")
    more = len(held) - len(said)
    return "; ".join(said) + (f"; and {more} more" if more else "")


def _lacks(why: Why) -> str:
    if why.scene is None or why.demand is None:
        return ""
    lacks = [
        f"it needs {number(needs)} of {cropped(why.scene.name(id), 80)}, and "
        + (f"no satellite has more than {number(has)}" if has else "there is none")
        for id, has in why.scene.most(why.demand).items()
        if has < (needs := why.demand.amounts[id])
    ]
    return "; ".join(lacks) or "no satellite that may run it has all that it needs"


def _held(why: Why, scene: Scene, by: User | None) -> Iterator[list[Piece]]:
    """A clause for each group of resources with the same holders; what all satellites share says it all."""
    blocked = [place for place in why.places if place.reason in (Reason.HELD, Reason.OUT)]
    shared = [need for need in _blocking(blocked[0], why.reason) if need.stored.satellite_id is None]
    if shared:
        yield from _clauses(shared, scene, by)
        return
    for place in blocked[:SHOWN_SATELLITES]:
        name = cropped(scene.satellites.get(place.satellite_id, scene.availability.satellites[place.satellite_id]), 40)
        where = f"on {name} " if scene.availability.has_choice else ""
        if place.is_out:
            yield [Piece(f"{name} is out of service")]
            continue
        for some in _clauses(_blocking(place, place.reason), scene, by):
            yield [Piece(where), *some] if where else some
            where = ""
    if (more := len(blocked) - SHOWN_SATELLITES) > 0:
        yield [Piece(f"taken on {number(more)} more satellite{'s' if more > 1 else ''} too")]


def _blocking(place: Place, reason: Reason) -> list[Need]:
    """What keeps the task from that satellite: where something is out of service, nothing else."""
    return [need for need in place.needs if need.is_held and (need.stored.is_out or reason is Reason.HELD)]


def _clauses(needs: Sequence[Need], scene: Scene, by: User | None) -> Iterator[list[Piece]]:
    """Resources with the same holders are told together."""

    def key(need: Need) -> tuple[bool, list[str]]:
        return need.stored.is_out, [str(one.id) for one in _who(need, scene)]

    for (is_out, _), some in groupby(sorted(needs, key=key), key=key):
        group = list(some)
        names = cropped(listed([need.stored.name for need in group]))
        verb = "is" if len(group) == 1 else "are"
        yield (
            [Piece(f"{names} {verb} out of service")]
            if is_out
            else [
                Piece(f"{names} {verb} held "),
                *_by(_who(group[0], scene), by),
            ]
        )


def _who(need: Need, scene: Scene) -> Sequence[Holder]:
    return () if need.stored.is_out else scene.holders.get(need.stored.supply_id, ())


def _by(holders: Sequence[Holder], by: User | None) -> Iterator[Piece]:
    if not holders:
        yield Piece("by what was not kept")
        return
    told = told_holders(holders[:SHOWN_HOLDERS], by)
    yield Piece("by ")
    for place, holder in enumerate(told):
        yield Piece(", ") if place else Piece("")
        yield Piece(cropped(holder.name, 80), holder.id) if holder else Piece(OTHERS)
    if sees_all(by) and (more := len(holders) - SHOWN_HOLDERS) > 0:
        yield Piece(f" and {number(more)} more")


def _joined(clauses: Iterator[list[Piece]]) -> Iterator[Piece]:
    for place, clause in enumerate(clauses):
        if place:
            yield Piece("; ")
        yield from clause
