"""Selecting in a process that has no compiled code yet.

The first selections are made without, as long as each ends with a proof soon; then the engine is compiled, and
no time limit counts that. A service has it compiled by another process meanwhile (`beside.py`).
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from time import monotonic

from satselect.engine.limits import Limits
from satselect.engine.readiness import State, is_compiled, state
from satselect.engine.result.selection import Selection
from satselect.engine.signals import signals_held

PATIENCE_S = 3.0
"""So long a process may select without compiling in all; then compiling is worth it."""
MOST_PLAIN = 20_000
"""Tasks, above which compiling is worth it at once."""

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
    if is_compiled() or _is_cached() or state() is State.COMPILING:
        return _held(select, time_limit)
    patience_s = PATIENCE_S - _spent_s[0] if count <= MOST_PLAIN else 0.0
    if patience_s <= 0:
        _compile()
        return _held(select, time_limit)
    begun = monotonic()
    found = _held(select, patience_s if time_limit is None else min(patience_s, time_limit))
    spent_s = monotonic() - begun
    _spent_s[0] += spent_s
    left_s = None if time_limit is None else max(time_limit - spent_s, 0.0)
    if found.status == "optimal" or left_s == 0:
        return found
    _compile()
    return max(_held(select, left_s), found, key=lambda selection: selection.profit)


def _held(select: Callable[[Limits], Selection], seconds: float | None) -> Selection:
    """What this selects; limits made within hear of signals."""
    with signals_held():
        return select(Limits.within(seconds))


def _is_cached() -> bool:
    """Whether everything could be loaded, and by now is."""
    from satselect.engine.warm import get_ready, is_cached

    if not is_cached():
        return False
    get_ready()
    return True


def _compile() -> None:
    from satselect.engine.warm import get_ready

    with _around.get()():
        get_ready()
