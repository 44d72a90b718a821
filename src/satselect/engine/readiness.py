"""Whether the engine is compiled, and by what the compiled form of a function is replaced until it is.

Nobody waits for the compiler on a clock. Until the engine is compiled small loops run as array operations, the search
is left to a general solver, and a selection says what that proved.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from typing import TypeVar, cast

Function = TypeVar("Function", bound=Callable[..., object])


class State(StrEnum):
    """Of the engine in this process."""

    COMPILED = "compiled"
    COMPILING = "compiling"
    """By another process, meanwhile."""
    UNCOMPILED = "uncompiled"


_state = [State.UNCOMPILED]
_forced: ContextVar[bool] = ContextVar("forced", default=False)


def state() -> State:
    """How the engine of this process is."""
    return _state[0]


def become(state: State) -> None:
    """From now on it is so."""
    _state[0] = state


def is_compiled() -> bool:
    """Whether compiled code may be entered: it is ready, or is being made so by the caller."""
    return _state[0] is State.COMPILED or _forced.get()


def either(compiled: Callable[..., object], plain: Function) -> Function:
    """The compiled form of a function if there is one by now, else the plain one."""
    return cast("Function", compiled) if is_compiled() else plain


@contextmanager
def forced() -> Iterator[None]:
    """Within it compiled code is entered, and so made."""
    token = _forced.set(True)
    try:
        yield
    finally:
        _forced.reset(token)
