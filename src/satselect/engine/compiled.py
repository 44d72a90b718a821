"""How functions of the engine are compiled: those that Python calls, and those that only compiled ones call.

A function that Python calls gets a second one around it that takes its arguments out of Python's objects, array by
array, and puts what it returns into such; with dozens of arrays that is more than the function itself. So whatever only
compiled functions call has none, and Python that calls it crashes (`tests/engine/test_compiled_sources.py` looks for
it). Nobody needs the one around it that C would call.

Until the first of them is called the compiler itself is not loaded, which takes longer than many a small problem.
"""

from collections.abc import Callable
from functools import cached_property, update_wrapper
from typing import Any, TypeVar, cast

Function = TypeVar("Function", bound=Callable[..., Any])


class Compiled:
    """A function that is compiled, or loaded, when it is first called, or something compiled that calls it.

    Attributes:
        py_func: the same as Python runs it.
    """

    def __init__(self, function: Callable[..., Any], options: dict[str, bool]) -> None:
        update_wrapper(self, function)
        self.py_func = function
        self._options = options

    @cached_property
    def dispatcher(self) -> Any:  # noqa: ANN401 - numba's
        """What numba makes of it."""
        import numba as nb

        return cast("Any", nb.njit)(cache=True, **self._options)(self.py_func)

    @property
    def is_entered(self) -> bool:
        """Whether somebody needed what numba makes of it by now."""
        return "dispatcher" in vars(self)

    @property
    def _numba_type_(self) -> Any:  # noqa: ANN401 - numba's, which asks for it where compiled functions call this one
        return self.dispatcher._numba_type_

    def __call__(self, *given: Any) -> Any:  # noqa: ANN401 - whatever the function takes and gives
        """What it gives for these, compiled."""
        return self.dispatcher(*given)


def compiled(*, fastmath: bool = False) -> Callable[[Function], Function]:
    """Compiles what Python calls; other threads run meanwhile."""
    return _compiled(fastmath=fastmath, nogil=True, no_cfunc_wrapper=True)


def inner(*, fastmath: bool = False) -> Callable[[Function], Function]:
    """Compiles what only compiled functions call."""
    return _compiled(fastmath=fastmath, no_cfunc_wrapper=True, no_cpython_wrapper=True)


def _compiled(**options: bool) -> Callable[[Function], Function]:
    def made(function: Function) -> Function:
        return cast("Function", Compiled(function, options))

    return made
