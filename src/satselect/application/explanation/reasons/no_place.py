"""Why none of a task's opportunities can be used at all, whoever else is planned."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from satselect.application.explanation.reasons.speech import cropped, moment
from satselect.application.planning.horizon.formulation import Places, without
from satselect.application.planning.horizon.groups import FallenApart
from satselect.application.planning.horizon.scene import Scene
from satselect.schemas.explanations import Reason
from satselect.schemas.iterations import supply_key
from satselect.store.models import Target, Task
from satselect.store.queries.plans import Chance, Planned, next_chance_of
from satselect.store.queries.supplies import TimedSupply

_MOST = 3
"""Causes that are told; and facts of each supply, of which too much is used."""
_SOONEST = (Reason.HELD, Reason.OUT, Reason.FROZEN, Reason.LATER, Reason.NEVER)
"""Of several kinds of causes the one that may end first."""
_Cause = tuple[Reason, str]


@dataclass(frozen=True, slots=True)
class NoPlace:
    """Why there is none.

    Attributes:
        reason: of what kind that is.
        words: what there is to say.
        facts: what keeps a supply from being used, with its key.
    """

    reason: Reason
    words: str
    facts: Sequence[tuple[str, Planned]] = ()


def no_place(task: Task, apart: FallenApart) -> NoPlace:
    """None of its opportunities is left within the horizon, or it takes more than there is all the time."""
    scene = apart.scene
    if not task.is_timed:
        return NoPlace(
            Reason.HELD, "others that are worth more hold what it needs all the time, or it is out of service"
        )
    mine = [chance for chance in scene.chances if chance.task_id == task.id and chance.fitting]
    if not mine:
        return _later(task, scene)
    places = Places(scene)
    # Each once, in the order of opportunities: dozens of one satellite have the same cause.
    causes = dict.fromkeys(cause for chance in mine for cause in _causes(chance, places, apart))
    said = [words for _, words in causes]
    words = "; ".join(said[:_MOST]) + (f"; and {len(said) - _MOST} more" if len(said) > _MOST else "")
    uses = {supply.id: supply for one in mine for supply, _ in places.uses(one.signature_id, one.satellite_id) or ()}
    facts = [fact for _, supply in sorted(uses.items()) for fact in _facts(supply, places, apart)]
    kinds = {reason for reason, _ in causes}
    return NoPlace(next(reason for reason in _SOONEST if reason in kinds), words, facts)


def _later(task: Task, scene: Scene) -> NoPlace:
    following = next_chance_of(task.id, after=scene.at)
    if following is None and (target := Target.objects.filter(task=task.id).first()):
        known = f"until {moment(target.searched_until)}" if target.searched_until else "as far as that is known"
        return NoPlace(Reason.LATER, f"its target is not in view {known}")
    if following is None:
        return NoPlace(Reason.OVERDUE, "its last opportunity is over")
    return NoPlace(Reason.LATER, f"its next opportunity begins {moment(following)}, beyond the horizon")


def _causes(chance: Chance, places: Places, apart: FallenApart) -> Iterator[_Cause]:
    """All that keeps it from that opportunity for good; times only where nothing else does."""
    slug = apart.scene.satellites[chance.satellite_id]
    uses = places.uses(chance.signature_id, chance.satellite_id)
    if uses is None:
        yield Reason.NEVER, f"{slug} has not all that it needs"
        return
    is_blocked = False
    for supply, _ in uses:
        if supply.id in apart.blocked:
            is_blocked = True
            how = "" if supply.transition is None else ", or turn faster than it can"
            words = f"nothing new uses {_key(supply, apart.scene)} while frozen tasks use more of it than there is{how}"
            yield Reason.HELD, words
        elif supply.transition is not None and not supply.position(chance.details).is_known:
            is_blocked = True
            yield Reason.NEVER, _not_known(supply, supply.transition.detail, chance)
    if chance.fitting and not is_blocked:
        yield _times(chance, chance.fitting, places, slug)


def _not_known(supply: TimedSupply, detail: str, chance: Chance) -> str:
    how = f"by which the transitions of {supply.name!r} go"
    if detail not in chance.details:
        return f"its opportunities don't say {detail!r}, {how}"
    return f"its opportunities say {detail!r} {cropped(str(chance.details[detail]), 80)}, which is none of those {how}"


def _times(chance: Chance, within: tuple[datetime, datetime], places: Places, slug: str) -> _Cause:
    scene, (start, end) = places.scene, within
    lasts = end - start if chance.duration_ms is None else timedelta(milliseconds=chance.duration_ms)
    which = f"its opportunity on {slug} at {moment(start)}"
    if max(start, scene.frozen_until) + lasts > end:
        return Reason.FROZEN, f"{which} lies in the frozen part of the plan"
    if max(start, scene.frozen_until) + lasts > scene.until:
        return Reason.LATER, f"{which} ends beyond the horizon"
    pieces = without(
        (max(start, scene.frozen_until), min(end, scene.until)), places.out(chance.signature_id, chance.satellite_id)
    )
    if not any(piece[1] - piece[0] >= lasts for piece in pieces):
        return Reason.OUT, f"{slug}, or what it needs there, is out of service at {moment(start)}"
    return Reason.HELD, f"{which} is taken"


def _facts(supply: TimedSupply, places: Places, apart: FallenApart) -> Iterator[tuple[str, Planned]]:
    """What is frozen of it, if that is more than there is, by start."""
    if supply.id not in apart.blocked:
        return
    facts = [one for one in apart.scene.planned if apart.scene.is_fact(one) and one.starts and one.ends]
    some = [
        one
        for one in sorted(facts, key=lambda one: (one.starts, one.id))
        if any(used.id == supply.id for used, _ in places.uses(one.signature_id, one.satellite_id) or ())
    ]
    yield from [(_key(supply, apart.scene), one) for one in some[:_MOST]]


def _key(supply: TimedSupply, scene: Scene) -> str:
    return supply_key(None if supply.satellite_id is None else scene.satellites[supply.satellite_id], supply.name)
