"""Who is told what of an event."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from satselect.application.access.rights import Sight, sight_of
from satselect.application.access.visibility import EXECUTED
from satselect.schemas.events import (
    MOST_TASKS,
    BatchEvent,
    ChangedTask,
    FleetEvent,
    IterationEvent,
    TaskEvent,
    Told,
)
from satselect.schemas.iterations import Quality
from satselect.schemas.tasks import Status
from satselect.store.models import Event, User
from satselect.store.queries.events import Line, Recorded


@dataclass(frozen=True, slots=True)
class Audience:
    """Those who are told the same.

    Attributes:
        sees_all: every task, and the sums over them: operators.
        account_id: whose tasks a customer sees; None for who is no customer.
        fleets: the fleets whose scheduled tasks an executor runs; None for who is no executor.
    """

    sees_all: bool = False
    account_id: int | None = None
    fleets: frozenset[int] | None = None

    @property
    def code(self) -> str:
        """What tells it from every other, in letters that a database keeps."""
        fleets = "" if self.fleets is None else ",".join(map(str, sorted(self.fleets)))
        is_executor = self.fleets is not None
        return "all" if self.sees_all else f"fleets {fleets}" if is_executor else f"account {self.account_id}"

    def may_follow(self, fleet_id: int) -> bool:
        """Whether anything of the fleet is for them."""
        return self.fleets is None or fleet_id in self.fleets


def audience_of(user: User) -> Audience:
    """To whom the user belongs, as of now."""
    match sight_of(user):
        case Sight.ALL:
            return Audience(sees_all=True)
        case Sight.EXECUTED:
            return Audience(fleets=frozenset(user.fleets.values_list("id", flat=True)))
        case Sight.ACCOUNT:
            return Audience(account_id=user.account_id)


def told(recorded: Recorded, audience: Audience) -> Told | None:
    """What the audience is told of the event; None for nothing."""
    match recorded.event.kind:
        case Event.Kind.BATCH:
            return _batch(recorded, audience)
        case Event.Kind.ITERATION:
            return _iteration(recorded, audience)
        case Event.Kind.TASK:
            return _task(recorded, audience)
        case _:
            return FleetEvent.model_construct(**_numbered(recorded.event, audience))


def _batch(recorded: Recorded, audience: Audience) -> BatchEvent | None:
    if not audience.sees_all and audience.account_id not in recorded.accounts:
        return None
    event = recorded.event
    facts: dict[str, Any] = {"batch": event.batch_id, "tasks": recorded.size, "reason": event.reason or ""}
    return BatchEvent.model_construct(**_numbered(event, audience), **facts)


def _iteration(recorded: Recorded, audience: Audience) -> IterationEvent | None:
    event, iteration = recorded.event, recorded.event.iteration
    assert iteration is not None, "an event of this kind has one"  # noqa: S101
    visible, scheduled = _visible(recorded.tasks, audience), _scheduled(recorded, audience)
    if not scheduled and not audience.sees_all and audience.account_id not in recorded.accounts:
        return None
    # Sums over all accounts would tell what others offer.
    sums: dict[str, Any] = {name: getattr(iteration, name) if audience.sees_all else None for name in _SUMS}
    return IterationEvent.model_construct(
        **_numbered(event, audience),
        iteration=iteration.id,
        status=Quality(iteration.status),
        scheduled=scheduled,
        tasks=[_changed(line, Status.SCHEDULED) for line in visible[:MOST_TASKS]],
        **sums,
    )


_SUMS = ("profit", "bound", "gap", "buffered")


def _task(recorded: Recorded, audience: Audience) -> TaskEvent | None:
    event, task = recorded.event, recorded.event.task
    assert task is not None, "an event of this kind has one"  # noqa: S101
    # Events of earlier releases don't say what the task became.
    before, after = Status(event.before or task.status), Status(event.after or task.status)
    visible = _visible(recorded.tasks, audience)
    if not visible or (audience.fleets is not None and before not in EXECUTED and after not in EXECUTED):
        return None
    return TaskEvent.model_construct(
        **_numbered(event, audience), task=_changed(visible[0], after), before=before, reason=event.reason or ""
    )


def _visible(lines: Sequence[Line], audience: Audience) -> Sequence[Line]:
    if audience.account_id is None:
        return lines
    return [line for line in lines if line.account_id == audience.account_id]


def _scheduled(recorded: Recorded, audience: Audience) -> int:
    if audience.account_id is None:
        return sum(recorded.counts.values())
    return recorded.counts.get(audience.account_id, 0)


def _changed(line: Line, status: Status) -> ChangedTask:
    return ChangedTask.model_construct(
        id=line.id, name=line.name, reference=line.reference, status=status, satellite=line.satellite
    )


def told_number(number: int, moment: int | None, audience: Audience) -> int:
    """The number of an event as the audience is told it: the plain one would tell how much there is in all.

    Events of earlier releases have no moment: their numbers are smaller than any.
    """
    return number if audience.sees_all or moment is None else moment


def _numbered(event: Event, audience: Audience) -> dict[str, Any]:
    number = told_number(event.number, event.moment, audience)
    return {"number": number, "at": event.at, "fleet": event.fleet.slug}
