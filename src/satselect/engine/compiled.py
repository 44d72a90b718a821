"""How functions of the engine are compiled: those that Python calls, and those that only compiled ones call.

A function that Python calls gets a second one around it that takes its arguments out of Python's objects, array by
array, and puts what it returns into such; with dozens of arrays that is more than the function itself. So whatever only
compiled functions call has none, and Python that calls it crashes (`tests/engine/test_compiled_sources.py` looks for
it). Nobody needs the one around it that C would call.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba as nb

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(*, fastmath: bool = False) -> Callable[[Function], Function]:
    """Compiles what Python calls; other threads run meanwhile."""
    return _compiled(fastmath=fastmath, nogil=True, no_cfunc_wrapper=True)


def inner(*, fastmath: bool = False) -> Callable[[Function], Function]:
    """Compiles what only compiled functions call."""
    return _compiled(fastmath=fastmath, no_cfunc_wrapper=True, no_cpython_wrapper=True)


def _compiled(**options: bool) -> Callable[[Function], Function]:
    return cast("Callable[[Function], Function]", cast("Any", nb.njit)(cache=True, **options))
