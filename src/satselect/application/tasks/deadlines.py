"""Deadlines that have passed: a task that has one would be expired before anybody looked at it."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from satselect.application.tasks.timed import closes, is_timed
from satselect.schemas.fields.moments import written
from satselect.schemas.planning.plans import NewTimedTask
from satselect.schemas.reading.faults import Fault, InvalidError, pointer_of
from satselect.schemas.tasks import NewTask


def refuse_passed(tasks: Sequence[NewTask], *, at: datetime) -> None:
    """Returns if no deadline has passed by then.

    Raises:
        InvalidError: some have; with the place of each.
    """
    if faults := [fault for place, task in enumerate(tasks) for fault in passed(task, (place,), at=at)]:
        raise InvalidError(faults)


def passed(task: NewTask, place: tuple[int, ...], *, at: datetime) -> Iterator[Fault]:
    """Whether its deadline has passed by then, or its last start; it is at that place of the document."""
    if task.deadline and (fault := fault_of(task.deadline, pointer_of(*place, "deadline"), at=at)):
        yield fault
    elif is_timed(task) and (last := closes(task)) and last < at:
        words = f"the last start that it could have, {written(last)}, has passed; accept_expired takes it all the same"
        of_target = isinstance(task, NewTimedTask) and task.target is not None
        yield Fault(words, pointer_of(*place, "window" if of_target else "opportunities"))


def fault_of(deadline: datetime, pointer: str, *, at: datetime) -> Fault | None:
    """What is wrong with a deadline at that place; None if it has not passed by then."""
    if deadline >= at:
        return None
    return Fault(f"{written(deadline)} has passed: it is {written(at)}; accept_expired takes it all the same", pointer)
