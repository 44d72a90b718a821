"""What is kept of compiled code that was loaded: no more than it takes to compile something that calls it."""

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from llvmlite import binding
from numba.core.compiler_lock import global_compiler_lock

from satselect.engine.compiled import Compiled

_COMPILER = "libllvmlite"
_DONTNEED = 4
"""`MADV_DONTNEED` of Linux."""


_keeps_little = [False]


def keep_little() -> int:
    """Has each function that was loaded keep its bitcode as bytes, and what is made ready later; gives how many do.

    Numba keeps it read, as a graph of objects that takes forty times as much, a tenth of a service's memory, in case
    that something is compiled that calls the function: then it is read again. So are the pages of the compiler itself,
    which loading has gone through: a fifth of a service's memory.
    """
    _keeps_little[0] = True
    with global_compiler_lock:  # nobody reads one meanwhile
        loaded = [library for library in _libraries() if getattr(library, "_shared_module", None) is not None]
        for library in loaded:
            bitcode = library._shared_module.as_bitcode()
            library._shared_module = None
            library._get_module_for_linking = partial(_read_again, library, bitcode)
    gc.collect()
    with suppress(AttributeError, OSError):  # other libraries of C have none
        ctypes.CDLL(None).malloc_trim(0)  # what is free goes back to the system
    with suppress(AttributeError, OSError):  # other systems than Linux
        _let_go_of_the_compiler()
    return len(loaded)


def keep_as_little() -> None:
    """What was loaded since keeps little, too, in a process that does."""
    if _keeps_little[0]:
        keep_little()


def _let_go_of_the_compiler() -> None:
    advise = ctypes.CDLL(None).madvise
    advise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    for begins, ends in list(_unwritten(_COMPILER)):
        advise(begins, ends - begins, _DONTNEED)


def _unwritten(library: str) -> Iterator[tuple[int, int]]:
    """Where it is mapped, can't be written and has no page of this process's own: all of it is in the file."""
    place, is_its = (0, 0), False
    own: dict[str, int] = {}
    for line in Path("/proc/self/smaps").read_text().splitlines():
        name, _, rest = line.partition(" ")
        if not name.endswith(":"):
            place, is_its, own = _place(name), library in rest and rest[1] == "-", {}
        elif is_its and name in ("Anonymous:", "Swap:"):
            own[name] = int(rest.split()[0])
            if len(own) == 2 and not any(own.values()):
                yield place


def _place(addresses: str) -> tuple[int, int]:
    begins, _, ends = addresses.partition("-")
    return int(begins, 16), int(ends, 16)


def _libraries() -> list[Any]:
    """Of all functions that modules have, as far as numba has them where it had them.

    Not of all objects: those that a service has frozen are in none of the collector's lists.
    """
    compiled = {  # by id: a function may be in many modules
        id(one): one
        for module in list(sys.modules.values())
        for one in list(getattr(module, "__dict__", {}).values())
        if type(one) is Compiled and one.is_entered  # no lazy object is asked
    }
    return [
        library
        for function in compiled.values()
        for result in function.dispatcher.overloads.values()
        if hasattr(library := result.library, "_get_module_for_linking")
    ]


def _read_again(library: Any, bitcode: bytes) -> Any:  # noqa: ANN401 - numba's
    if library._shared_module is None:
        library._shared_module = binding.parse_bitcode(bitcode)
    return library._shared_module
