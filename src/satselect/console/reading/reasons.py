"""Why tasks wait, as somebody may be told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from satselect.scheduling.explanation.waiting import Hold, Waiting, why_waiting
from satselect.scheduling.visible import OPERATORS
from satselect.store.models import Iteration, Task, User

OTHERS = "a task of another customer"


@dataclass(frozen=True, slots=True)
class ToldHolder:
    """A task that holds something; without an id it is somebody else's."""

    id: UUID | None
    name: str


@dataclass(frozen=True, slots=True)
class ToldHold:
    """Resources and their holders, in words."""

    satellite: str | None
    resources: str
    verb: str
    holders: Sequence[ToldHolder]
    more: int
    is_out: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A buffered task, with why it waits."""

    task: Task
    waiting: Waiting
    holds: Sequence[ToldHold]


def rows_for(user: User, tasks: Sequence[Task], iteration: Iteration | None, *, at: datetime) -> list[Row]:
    """The tasks, in the order given, with the reasons why that iteration did not select them."""
    reasons = why_waiting(tasks, iteration, at=at)
    return [Row(task, reasons[task.id], told(user, reasons[task.id].holds)) for task in tasks]


def told(user: User, holds: Iterable[Hold]) -> list[ToldHold]:
    """What the user may know of who holds what."""
    return [_told(user, hold) for hold in holds]


def listed(names: Sequence[str]) -> str:
    """Names in a sentence.

    >>> listed(["camera"]), listed(["camera", "disk", "proc"])
    ('camera', 'camera, disk and proc')
    """
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _told(user: User, hold: Hold) -> ToldHold:
    sees_all = user.role in OPERATORS
    known: Mapping[UUID | None, ToldHolder] = {
        told.id: told
        for told in (
            ToldHolder(one.id, one.name) if sees_all or one.account_id == user.account_id else ToldHolder(None, OTHERS)
            for one in hold.holders
        )
    }
    more = hold.count - len(hold.holders) if sees_all else 0
    verb = "is" if len(hold.resources) == 1 else "are"
    return ToldHold(hold.satellite, listed(hold.resources), verb, list(known.values()), more, hold.is_out)
