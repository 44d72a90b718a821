"""What is kept of compiled code that was loaded: no more than it takes to compile something that calls it."""

import ctypes
import gc
from contextlib import suppress
from functools import partial
from typing import Any

from llvmlite import binding
from numba.core.dispatcher import Dispatcher


def keep_little() -> int:
    """Has each function that was loaded keep its bitcode as bytes; gives how many do.

    Numba keeps it read, as a graph of objects that takes forty times as much, a tenth of a service's memory, in case
    that something is compiled that calls the function: then it is read again.
    """
    loaded = [library for library in _libraries() if getattr(library, "_shared_module", None) is not None]
    for library in loaded:
        bitcode = library._shared_module.as_bitcode()
        library._shared_module = None
        library._get_module_for_linking = partial(_read_again, library, bitcode)
    gc.collect()
    with suppress(AttributeError, OSError):  # other libraries of C have none
        ctypes.CDLL(None).malloc_trim(0)  # what is free goes back to the system
    return len(loaded)


def _libraries() -> list[Any]:
    """Of all functions, as far as numba has them where it had them."""
    compiled: list[Any] = [
        one for one in gc.get_objects() if Dispatcher in type(one).__mro__
    ]  # no lazy object is asked
    return [
        library
        for function in compiled
        for result in function.overloads.values()
        if hasattr(library := result.library, "_get_module_for_linking")
    ]


def _read_again(library: Any, bitcode: bytes) -> Any:  # noqa: ANN401 - numba's
    if library._shared_module is None:
        library._shared_module = binding.parse_bitcode(bitcode)
    return library._shared_module
