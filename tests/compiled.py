"""What of the engine is compiled in this process, to see that no test, and so nobody on a clock, compiles more."""

import sys

from satselect.engine.compiled import Compiled


class Compilations:
    """Counts what was compiled for lack of what was kept, once the engine is ready."""

    def __init__(self) -> None:
        modules = [module for name, module in sorted(sys.modules.items()) if name.startswith("satselect.engine")]
        self._functions = {
            value for module in modules for value in vars(module).values() if isinstance(value, Compiled)
        }
        assert self._functions
        self._misses = [function.dispatcher.stats.cache_misses for function in self._functions]  # which go on counting

    def count(self) -> int:
        """How often one was compiled by now: asked around each test, so by what takes no time."""
        return sum(sum(missed.values()) for missed in self._misses if missed)

    def names(self) -> list[str]:
        """Each function compiled by now, once for each form of its arguments."""
        return sorted(
            f"{function.py_func.__module__}.{function.py_func.__qualname__}{signature}"
            for function in self._functions
            for signature, times in function.dispatcher.stats.cache_misses.items()
            for _ in range(times)
        )
