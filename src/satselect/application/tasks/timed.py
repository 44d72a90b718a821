"""What is stored of tasks that ask for an interval."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from satselect.engine.planning.times import milliseconds
from satselect.schemas.planning.plans import NewTimedTask
from satselect.schemas.tasks import NewTask


def is_timed(task: NewTask) -> bool:
    """Whether a task asks for an interval."""
    return isinstance(task, NewTimedTask) and task.is_timed


def timed_columns(tasks: Sequence[NewTask]) -> dict[str, Sequence[object]]:
    """The columns that only these have; none if all tasks are without time."""
    if not any(map(is_timed, tasks)):
        return {}
    timed = [task if isinstance(task, NewTimedTask) and is_timed(task) else None for task in tasks]
    windows = [task and task.window for task in timed]
    return {
        "is_timed": [task is not None for task in timed],
        "duration_ms": [task and _milliseconds(task.duration) for task in timed],
        "window_starts": [window and window.starts for window in windows],
        "window_ends": [window and window.ends for window in windows],
        "deliver_by": [task and task.deliver_by for task in timed],
        "deadline": [closes(task) for task in tasks],
        "deadline_sent": [task and task.deadline for task in timed],
    }


def closes(task: NewTask) -> datetime | None:
    """The earlier one of a task's deadline and the last time at which it can still start; None for neither."""
    if not isinstance(task, NewTimedTask) or not is_timed(task):
        return task.deadline
    return _earlier(last_starts(task), task.deadline)


def last_starts(task: NewTimedTask) -> Iterator[datetime]:
    """The last start in each opportunity that it fits into; of a target all of the window is one."""
    spans = (spot.times for spot in task.opportunities or ())
    if task.target is not None and task.window is not None:
        return _last_starts([task.window.times], _milliseconds(task.duration) or 0, (None, None))
    return _last_starts(spans, _milliseconds(task.duration), task.window.times if task.window else (None, None))


def _earlier(starts: Iterable[datetime], deadline: datetime | None) -> datetime | None:
    last = max(starts, default=None)
    return min(moment for moment in (last, deadline) if moment) if last else deadline


def _last_starts(
    spans: Iterable[tuple[datetime, datetime]], duration_ms: int | None, window: tuple[datetime | None, datetime | None]
) -> Iterator[datetime]:
    lasts = timedelta(milliseconds=duration_ms or 0)
    opens, shuts = window
    for starts, ends in spans:
        first, end = max(starts, opens or starts), min(ends, shuts or ends)
        if end - first >= lasts:  # a sum may be beyond the last day of the calendar, a difference never is
            yield first if duration_ms is None else end - lasts


def _milliseconds(seconds: float | None) -> int | None:
    return None if seconds is None else milliseconds(timedelta(seconds=seconds))
