"""Whether the engine is compiled, and by what the compiled form of a function is replaced until it is.

Nobody waits for the compiler on a clock. Until the engine is compiled small loops run as array operations, the search
is left to a general solver, and a selection says what that proved. What planning enters besides is compiled later, and
interpreted until then.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from functools import cache
from types import FunctionType
from typing import Any, TypeVar, cast

Function = TypeVar("Function", bound=Callable[..., object])


class State(StrEnum):
    """Of the engine in this process."""

    COMPILED = "compiled"
    COMPILING = "compiling"
    """By another process, meanwhile."""
    UNCOMPILED = "uncompiled"


_state, _planning = [State.UNCOMPILED], [State.UNCOMPILED]
# Only for whoever compiles: other threads go on without compiled code until all of it is there.
_forced: ContextVar[bool] = ContextVar("forced", default=False)


def state() -> State:
    """How the engine of this process is."""
    return _state[0]


def become(state: State) -> None:
    """From now on it is so."""
    _state[0] = state


def planning_state() -> State:
    """How what planning enters besides is in this process."""
    return _planning[0]


def planning_becomes(state: State) -> None:
    """From now on it is so."""
    _planning[0] = state


def is_compiled_to_plan() -> bool:
    """As `is_compiled`, of what planning enters besides."""
    return _planning[0] is State.COMPILED or _forced.get()


def is_compiled() -> bool:
    """Whether compiled code may be entered: it is ready, or is being made so by the caller."""
    return _state[0] is State.COMPILED or _forced.get()


def either(compiled: Callable[..., object], plain: Function) -> Function:
    """The compiled form of a function if there is one by now, else the plain one."""
    return cast("Function", compiled) if is_compiled() else plain


@cache
def interpreted(function: Callable[..., Any]) -> Callable[..., Any]:
    """A compiled function as Python runs it, with all those of its module that it calls; some hundred times slower."""
    # The same code with other globals, in which compiled functions are replaced by their own source.
    scope: dict[str, Any] = dict(cast("Any", function).py_func.__globals__)
    for name, value in list(scope.items()):
        if (source := getattr(value, "py_func", None)) is not None:
            scope[name] = FunctionType(source.__code__, scope, name, source.__defaults__)
    return cast("Callable[..., Any]", scope[function.__name__])


class NeedsCompiledError(Exception):
    """What is asked for takes too long without compiled code; caught before anybody else sees it."""


@contextmanager
def forced() -> Iterator[None]:
    """Within it compiled code is entered, and so made."""
    token = _forced.set(True)
    try:
        yield
    finally:
        _forced.reset(token)
