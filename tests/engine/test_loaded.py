"""Functions that were loaded keep little, and can still be called by what is compiled later."""

import subprocess
import sys
from pathlib import Path

import pytest

from satselect.engine import warm

FUNCTION = """
from satselect.engine.compiled import compiled

@compiled()
def doubled(x):
    return 2 * x

doubled(3)
"""
LATER = """
import numba as nb
from function import doubled
from satselect.engine.loaded import keep_little

(result,) = doubled.dispatcher.overloads.values()
library = result.library
assert sum(doubled.dispatcher.stats.cache_hits.values()) == 1
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


COMPILER = """
from pathlib import Path
from llvmlite import binding
from satselect.engine.loaded import keep_little, _unwritten

def resident():
    its, kilobytes = False, 0
    for line in Path("/proc/self/smaps").read_text().splitlines():
        name, _, rest = line.partition(" ")
        if not name.endswith(":"):
            its = "libllvmlite" in rest
        elif its and name == "Rss:":
            kilobytes += int(rest.split()[0])
    return kilobytes

import numba as nb

nb.njit(lambda x: 2 * x)(3)
before = resident()
assert list(_unwritten("libllvmlite")) and not list(_unwritten("[heap]"))
keep_little()
assert resident() < before / 2, (resident(), before)
assert nb.njit(lambda x: [x, x + 1, max(x, 7)])(3) == [3, 4, 7]  # its pages come back where something is compiled
print("fine")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what a process has of a file")
def test_the_pages_of_the_compiler_are_let_go_of(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", COMPILER], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.stdout.strip() == "fine", done.stderr


LASTS = """
import gc
from satselect.engine import warm
from satselect.engine.compiled import Compiled
from satselect.engine.loaded import keep_little

keep_little()  # as a service that begins while nothing is loaded yet
gc.freeze()
warm.get_ready()
warm.get_ready_to_plan()
libraries = [
    result.library
    for one in vars(__import__("satselect.engine.paths.windows", fromlist=["search"])).values()
    if type(one) is Compiled and one.is_entered
    for result in one.dispatcher.overloads.values()
]
assert libraries
assert all(library._shared_module is None for library in libraries)
print("fine")
"""


def test_what_a_service_loads_after_its_start_keeps_little_too(tmp_path: Path) -> None:
    warm.get_ready_to_plan()  # so that there is something to load
    done = subprocess.run([sys.executable, "-c", LASTS], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.stdout.strip() == "fine", done.stderr
