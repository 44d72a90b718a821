"""Why a task waits, as far as its own past says it: a list of rules, of which the first that holds is the reason."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from satselect.application.explanation.past import Then
from satselect.schemas.explanations import Reason
from satselect.store.models import Batch, Iteration, Task


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a buffered task without looking at what an iteration found.

    Attributes:
        task: as it is.
        at: now.
        batch_state: of its batch; None if that is gone.
        first_version: of the iteration that considered its batch first; None if none did.
        last: the fleet's last iteration; None if there is none.
        then: what the task was for that one; None without one.
    """

    task: Task
    at: datetime
    batch_state: str | None
    first_version: int | None
    last: Iteration | None
    then: Then | None


class Rule(NamedTuple):
    """A reason, when it holds, and whether what changed since the last iteration is told with it."""

    reason: Reason
    holds: Callable[[Known], bool]
    tells_changes: bool = False


def _is_overdue(known: Known) -> bool:
    return bool(known.task.deadline and known.task.deadline < known.at)


def _may_not_start(known: Known) -> bool:
    return bool(known.task.not_before and known.task.not_before > known.at)


def _is_given_up(known: Known) -> bool:
    return known.batch_state == Batch.State.DEAD


def _came_later(known: Known) -> bool:
    first, last = known.first_version, known.last
    return known.then is None or last is None or first is None or first > last.version


def _is_forgotten(known: Known) -> bool:
    # Of a plan in time nothing is kept: what decides about a task is planned again when somebody asks.
    last = known.last
    return last is not None and last.availability is None and "horizon_s" not in last.settings


def _was_selected(known: Known) -> bool:
    return known.then is not None and known.then.status != known.task.status


def _did_not_compete(known: Known) -> bool:
    return known.then is not None and known.last is not None and not known.then.lost(known.last.as_of)


RULES: Sequence[Rule] = (
    # What holds whatever any iteration did.
    Rule(Reason.OVERDUE, _is_overdue),
    Rule(Reason.LATER, _may_not_start, tells_changes=True),
    Rule(Reason.DEAD, _is_given_up),
    # What the last iteration had no part in.
    Rule(Reason.NEW, _came_later),
    Rule(Reason.NOT_KEPT, _is_forgotten),
    Rule(Reason.FAILED, _was_selected),
    Rule(Reason.NEW, _did_not_compete, tells_changes=True),
    # It competed and lost: what the iteration found says why, and whether it was held or something else.
    Rule(Reason.HELD, lambda known: True, tells_changes=True),
)


def first_rule(known: Known) -> Rule:
    """The first rule that holds; the last one always does."""
    return next(rule for rule in RULES if rule.holds(known))
