"""Functions that were loaded keep little, and can still be called by what is compiled later."""

import subprocess
import sys
from pathlib import Path

FUNCTION = """
import numba as nb

@nb.njit(cache=True)
def doubled(x):
    return 2 * x

doubled(3)
"""
LATER = """
import numba as nb
from function import doubled
from satselect.engine.loaded import keep_little

library = doubled.overloads[doubled.signatures[0]].library
assert sum(doubled.stats.cache_hits.values()) == 1
assert library._shared_module is not None
assert keep_little() == 1
assert library._shared_module is None

@nb.njit
def quadrupled(x):
    return doubled(doubled(x))

assert (doubled(4), quadrupled(3), quadrupled(2.5)) == (8, 12, 10.0)
print("fine")
"""


def test_what_is_compiled_later_still_calls_what_was_loaded(tmp_path: Path) -> None:
    (tmp_path / "function.py").write_text(FUNCTION)
    for script in ("import function; print('fine')", LATER):
        command = [sys.executable, "-c", script]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
        assert done.stdout.strip() == "fine", done.stderr
