"""Selecting and planning in a process that has no compiled code yet.

The first selections and plans are made without, as long as each ends with a proof soon; then the engine is compiled,
and no time limit counts that. A service has it compiled by another process meanwhile (`beside.py`). Where all of it was
compiled before, it only has to be loaded; even that takes longer than the first plans of few tasks.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from contextvars import ContextVar
from time import monotonic, process_time
from typing import Protocol, TypeVar

from satselect.engine.limits import Limits
from satselect.engine.readiness import (
    NeedsCompiledError,
    State,
    is_compiled,
    is_compiled_to_plan,
    planning_state,
    state,
)
from satselect.engine.result.selection import Selection
from satselect.engine.signals import signals_held


class _Answer(Protocol):
    @property
    def status(self) -> str: ...


class _Plan(_Answer, Protocol):
    @property
    def objective(self) -> float: ...


Found = TypeVar("Found")
Best = TypeVar("Best", bound=_Answer)
Planned = TypeVar("Planned", bound=_Plan)

PATIENCE_S = 3.0
"""So long, in seconds of a processor, a process may select without compiling in all; then compiling is worth it."""
MOST_PLAIN = 20_000
"""Tasks, above which compiling is worth it at once."""
LOADING_S = 1.0
"""So long, likewise, it may plan without what was compiled before: about as long as it takes to load it."""
MOST_UNLOADED, MOST_SELECTED_UNLOADED = 100, 1000
"""Tasks, above which loading is worth it at once: of a plan, and of a selection."""

_spent_s = [0.0]
_around: ContextVar[Callable[[], AbstractContextManager[None]]] = ContextVar("around", default=nullcontext)


@contextmanager
def compiled_within(around: Callable[[], AbstractContextManager[None]]) -> Iterator[None]:
    """Has the engine compiled within such a context if it has to be compiled meanwhile."""
    token = _around.set(around)
    try:
        yield
    finally:
        _around.reset(token)


def within(select: Callable[[Limits], Selection], time_limit: float | None, *, count: int) -> Selection:
    """What this selects within so many seconds, None for any number; compiling is not counted.

    Args:
        select: what is called with limits: twice if the first time, without compiled code, ends without a proof.
        time_limit: in seconds.
        count: how many tasks there are to select from.
    """
    if is_compiled():
        return _held(select, time_limit)
    # While another process compiles, this one goes on without: to compile here as well would only take its processor.
    if state() is State.COMPILING:
        _is_cached()
        return _held(select, time_limit)

    return _unloaded_first(
        select, time_limit, count, MOST_SELECTED_UNLOADED, _is_cached, _compile, lambda found: found.profit
    )


def planned_within(plan: Callable[[Limits], Planned], time_limit: float | None, *, count: int) -> Planned:
    """The same of a plan, for which more is compiled; where another process does that, what needs it waits for it.

    Args:
        plan: as `select` above; may raise NeedsCompiledError.
        time_limit: in seconds.
        count: how many tasks there are to plan.
    """
    if is_compiled_to_plan() or (planning_state() is State.COMPILING and _is_cached_to_plan()):
        return _held(plan, time_limit)
    if planning_state() is State.COMPILING:
        return compiled_if_needed(lambda: _held(plan, time_limit))

    return _unloaded_first(
        plan, time_limit, count, MOST_UNLOADED, _is_cached_to_plan, _compile_to_plan, lambda found: found.objective
    )


def compiled_if_needed(ask: Callable[[], Found]) -> Found:
    """What is asked for, with planning loaded once that is worth it, and compiled if it can't be told without."""
    if is_compiled_to_plan() or (_spent_s[0] >= LOADING_S and _is_cached_to_plan()):
        return ask()
    with suppress(NeedsCompiledError), _counted():
        return ask()
    _compile_to_plan()
    return ask()


def _patience_s(count: int, most: int, most_s: float) -> float:
    """For how long to go on without compiled code: most of these seconds in all, and not with more than most tasks."""
    # In all, so that who selects a thousand times in a row doesn't wait three seconds each time (decision 0140).
    return max(most_s - _spent_s[0], 0.0) if count <= most else 0.0


@contextmanager
def _counted() -> Iterator[None]:
    """Counts what is done within it, without compiled code, as time that this took."""
    begun = process_time()  # a machine that others use makes loading and compiling longer, too
    try:
        yield
    finally:
        _spent_s[0] += process_time() - begun


def _unloaded_first(
    find: Callable[[Limits], Best],
    time_limit: float | None,
    count: int,
    most: int,
    is_loaded: Callable[[], bool],
    compile_it: Callable[[], None],
    worth: Callable[[Best], float],
) -> Best:
    """Without what was compiled before, with it if that proves nothing, and likewise before anything was."""

    def compiled(left_s: float | None) -> Best:
        compile_it()
        return _held(find, left_s)

    def loaded(left_s: float | None) -> Best:
        if is_loaded():
            return _held(find, left_s)
        return _tried_first(find, left_s, _patience_s(count, MOST_PLAIN, PATIENCE_S), compiled, worth)

    patience_s = _patience_s(count, most, LOADING_S)
    # Who gives more than loading takes gets what it brings.
    if time_limit is not None and time_limit >= LOADING_S:
        patience_s = min(patience_s, time_limit / 2)
    return _tried_first(find, time_limit, patience_s, loaded, worth)


def _tried_first(
    find: Callable[[Limits], Best],
    time_limit: float | None,
    patience_s: float,
    otherwise: Callable[[float | None], Best],
    worth: Callable[[Best], float],
) -> Best:
    """Without compiled code for as long as patience lasts; otherwise, in the time left, if that proves nothing."""
    found, left_s = None, time_limit
    if patience_s > 0:
        begun = monotonic()
        with suppress(NeedsCompiledError), _counted():
            found = _held(find, patience_s if time_limit is None else min(patience_s, time_limit))
        left_s = None if time_limit is None else max(time_limit - (monotonic() - begun), 0.0)
    if found is not None and (found.status == "optimal" or left_s == 0):
        return found
    # Both are kept: with what is left of the time the second may find less than the first.
    again = otherwise(left_s)
    return again if found is None else max(again, found, key=worth)


def _held(find: Callable[[Limits], Found], seconds: float | None) -> Found:
    """What this finds; limits made within hear of signals."""
    with signals_held():
        return find(Limits.within(seconds))


def _is_cached() -> bool:
    """Whether everything could be loaded, and by now is."""
    # Not at the top: what makes it ready goes through `select` and `Buffer`, which import this.
    from satselect.engine.warm import get_ready, is_cached

    if not is_cached():
        return False
    get_ready()
    return True


def _is_cached_to_plan() -> bool:
    from satselect.engine.warm import get_ready_to_plan, is_cached, is_cached_to_plan

    if not (is_cached() and is_cached_to_plan()):
        return False
    get_ready_to_plan()
    return True


def _compile() -> None:
    from satselect.engine.warm import get_ready

    with _around.get()():
        get_ready()


def _compile_to_plan() -> None:
    from satselect.engine.warm import get_ready_to_plan

    with _around.get()():
        get_ready_to_plan()
