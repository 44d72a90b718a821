"""What a newcomer waits for: python -m benchmarks.first_minute, from an empty clone, pip's cache empty and full.

It clones this repository into a temporary folder, runs `make serve` there and sends the README's first request, then
starts the service and `satselect select` where nothing was compiled before. Seconds are by the clock, unless they are
said to be of the processor; packages come from wherever pip takes them.
"""

import argparse
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median
from time import monotonic, sleep

import httpx

from benchmarks.classes import generated
from benchmarks.machine import machine
from benchmarks.processes import session_s

ROOT = Path(__file__).parents[1]
REQUEST = [
    {"name": "capture for client 1098", "resources": ["camera", "disk", "proc"], "profit": 9.2},
    {"name": "clean satellite disk", "resources": ["disk"], "profit": 0.4},
    {"name": "upgrade to v2.1", "resources": ["proc"], "profit": 2.9},
]
CLASS = "free-1e3x60"
PATIENCE_S = 600.0
COMPILE = "from satselect.engine.warm import get_ready; get_ready()"

Environment = Mapping[str, str]


@dataclass
class Figures:
    """Each figure's name, and what was seen of it."""

    seen: dict[str, list[float]] = field(default_factory=dict)

    def add(self, name: str, seconds: float) -> None:
        """Notes one, and says so."""
        self.seen.setdefault(name, []).append(seconds)
        print(f"{name}: {seconds:.2f}", file=sys.stderr, flush=True)

    def table(self) -> Iterator[str]:
        """As Markdown."""
        yield "| what | median | all |"
        yield "| --- | ---: | --- |"
        for name, seconds in self.seen.items():
            yield f"| {name} | {median(seconds):.3g} s | {', '.join(f'{one:.3g}' for one in seconds)} |"


def main() -> None:
    """Measures, and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=3, help="of all but the two set-ups (%(default)s)")
    parser.add_argument("--no-setup", action="store_true", help="measure what is installed here, not a clone")
    options = parser.parse_args()
    figures = Figures()
    with tempfile.TemporaryDirectory() as folder:
        python = Path(sys.executable) if options.no_setup else _set_up(Path(folder), figures)
        for turn in range(options.repeat):
            _measure(python, Path(folder) / str(turn), figures)
    said = machine()
    print(f"commit {said['commit']}, {said['processor']}, {said['cores']} cores, Python {said['python']}\n")
    print("\n".join(figures.table()))


def _set_up(folder: Path, figures: Figures) -> Path:
    """Runs `make serve` twice in a clone, with a cold and a warm cache of pip; gives the Python that it made."""
    clone = folder / "clone"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)  # noqa: S607
    for cache in ("cold", "warm"):
        shutil.rmtree(clone / ".venv", ignore_errors=True)
        own = os.environ | {"PIP_CACHE_DIR": str(folder / "pip"), "NUMBA_CACHE_DIR": str(folder / f"numba-{cache}")}
        own.pop("PYTHONPATH", None)
        port = _free_port()
        begun = monotonic()
        with _running(["make", "serve", f"PORT={port}"], clone, own) as process:
            _answered(port)
            name = f"`make serve` from an empty clone to the answer, pip's cache {cache}"
            figures.add(name, monotonic() - begun)
            figures.add(f"{name}, of the processor", session_s(process.pid))
    return clone / ".venv" / "bin" / "python"


def _measure(python: Path, folder: Path, figures: Figures) -> None:
    folder.mkdir()
    for state in ("nothing compiled", "compiled"):
        own = os.environ | {"NUMBA_CACHE_DIR": str(folder / "numba")}
        port = _free_port()
        begun = monotonic()
        where = folder / state.replace(" ", "-")
        where.mkdir()
        with _running([str(python), "-m", "satselect", "serve", "--port", str(port)], where, own) as process:
            _listening(port)
            figures.add(f"`satselect serve` until it listens, {state}", monotonic() - begun)
            figures.add(f"`satselect serve` until it listens, {state}, of the processor", session_s(process.pid))
            begun = monotonic()
            _answered(port)
            figures.add(f"its first answer, {state}", monotonic() - begun)
        if state == "nothing compiled":
            _select(python, folder, own, figures)
            shutil.rmtree(folder / "numba", ignore_errors=True)
            figures.add(
                "compiling everything, of the processor", _processor_s([str(python), "-c", COMPILE], folder, own)
            )


def _select(python: Path, folder: Path, own: Environment, figures: Figures) -> None:
    """`satselect select` on 10 tasks, and on 1,000 where nothing is compiled, with a proof."""
    for count in (10, 1000):
        fresh = {**own, "NUMBA_CACHE_DIR": str(folder / f"numba-{count}")}
        path = folder / f"{count}.json"
        path.write_text(json.dumps(_tasks(count)))
        command = [str(python), "-m", "satselect", "select", "--json", "--allow-unused", str(path)]
        begun, before = monotonic(), _children_s()
        done = subprocess.run(command, env=fresh, capture_output=True, text=True, check=True)
        name = f"`satselect select` on {count} tasks, nothing compiled"
        figures.add(name, monotonic() - begun)
        figures.add(f"{name}, of the processor", _children_s() - before)
        status = json.loads(done.stdout)["status"]
        if status != "optimal":
            print(f"not proven: {status}", file=sys.stderr)


def _tasks(count: int) -> list[dict[str, object]]:
    """The first of the tasks of a class."""
    problem = generated()[CLASS].make(0)
    return [
        {
            "name": f"task {i}",
            "resources": {f"r{r}": amount for r, amount in problem.uses(i).items()},
            "profit": float(problem.profits[i]),
        }
        for i in range(count)
    ]


@contextmanager
def _running(command: list[str], folder: Path, own: Environment) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, cwd=folder, env=own, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(timeout=60)


def _listening(port: int) -> None:
    _until(lambda: httpx.get(f"http://127.0.0.1:{port}/livez", timeout=5).is_success)


def _answered(port: int) -> None:
    url = f"http://127.0.0.1:{port}/api/tasks/"
    _until(lambda: httpx.post(url, json=REQUEST, timeout=60).json()["tasks"] == REQUEST[:1])


def _until(is_so: Callable[[], bool]) -> None:
    give_up = monotonic() + PATIENCE_S
    while monotonic() < give_up:
        try:
            if is_so():
                return
        except httpx.TransportError:
            sleep(0.02)
    raise TimeoutError


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _processor_s(command: list[str], folder: Path, own: Environment) -> float:
    before = _children_s()
    subprocess.run(command, cwd=folder, env=own, check=True)
    return _children_s() - before


def _children_s() -> float:
    """Processor time of the processes that were waited for."""
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
