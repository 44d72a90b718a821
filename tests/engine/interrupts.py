"""Signals at random moments of hard selections: by hand `python -m tests.engine.interrupts`, a few in the suite.

By hand it sends 200: to a process that calls the library, and to `satselect select`. It says how each ended, and how
long after the signal.
"""

import json
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from random import Random
from time import monotonic, sleep
from typing import Any

from satselect import Task

LIBRARY = """
import signal, sys
from satselect import Buffer, Task, select
from satselect.engine.warm import get_ready
from tests.engine.interrupts import hard, other
def ended(number, frame):
    raise SystemExit(number)
signal.signal(signal.SIGTERM, ended)
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored by what a shell starts in the background
get_ready()
tasks, capacities = hard(int(sys.argv[1]))
small = other()
buffer = Buffer(capacities)
for task in tasks:
    buffer.add(task)
try:
    print("ready", flush=True)
    while True:
        if int(sys.argv[1]) % 2:
            select(tasks, capacities=capacities, time_limit=20)
        else:
            buffer.select(time_limit=20)
except (KeyboardInterrupt, SystemExit) as error:
    print(type(error).__name__, flush=True)
assert select(small).status == "optimal"
for task in tasks:
    buffer.remove(task)
for task in small:
    buffer.add(task)
print("sound", buffer.select().profit == select(small, capacities=capacities).profit, flush=True)
"""


def hard(seed: int) -> tuple[list[Task], dict[str, int]]:
    """A problem that no machine proves in seconds: of few resources, or of many."""
    rng = Random(seed)
    count, resources, capacity = rng.choice([(600, 40, 7), (300, 20, 8), (900, 160, 3), (1500, 420, 2)])
    names = [f"r{i}" for i in range(resources)]
    tasks = [
        Task(
            f"task {i}",
            {name: rng.randint(1, min(3, capacity)) for name in rng.sample(names, 3)},
            profit=rng.randint(1, 1000),
        )
        for i in range(count)
    ]
    return tasks, dict.fromkeys(names, capacity)


def other() -> list[Task]:
    """One that is proven at once, but not by the small way."""
    return [Task(str(i), [f"r{i % 9}", f"r{(i * 7 + 1) % 9}"], profit=i) for i in range(60)]


def interrupt_library(seed: int) -> tuple[float, bool]:
    """Seconds from a signal to the exception, and whether that came, and all went on."""
    rng = Random(seed)
    number = rng.choice([signal.SIGINT, signal.SIGTERM])
    with _started([sys.executable, "-c", LIBRARY, str(seed)]) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == "ready\n"
        sleep(rng.uniform(0, 3))
        process.send_signal(number)
        sent = monotonic()
        raised = process.stdout.readline()
        took = monotonic() - sent
        # Not `communicate`: it would not see what `readline` has read ahead.
        rest, errors = process.stdout.read(), process.stderr.read()
    name = {signal.SIGINT: "KeyboardInterrupt\n", signal.SIGTERM: "SystemExit\n"}[number]
    is_right = (raised, rest, process.returncode) == (name, "sound True\n", 0)
    if not is_right:
        sys.stdout.write(f"{seed}: {raised!r}, {rest!r}, {process.returncode}, {errors[-2000:]}\n")
    return took, is_right


def interrupt_command(seed: int) -> tuple[float, bool]:
    """Seconds from a signal to the end of `satselect select`, and whether it told the best selection by then."""
    rng = Random(seed)
    number = rng.choice([signal.SIGINT, signal.SIGTERM])
    tasks, capacities = hard(seed)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "tasks.json")
        sent = [{"name": task.name, "resources": dict(task.resources), "profit": task.profit} for task in tasks]
        file.write_text(json.dumps(sent))
        given = [part for name, units in capacities.items() for part in ("--capacity", f"{name}={units}")]
        command = [sys.executable, "-m", "satselect", "select", str(file), "--json", "--time-limit", "30", *given]
        with _started(command) as process:
            sleep(rng.uniform(4, 7))
            process.send_signal(number)
            begun = monotonic()
            said, errors = process.communicate(timeout=60)
            took = monotonic() - begun
    answer: dict[str, Any] = json.loads(said) if said else {"profit": 1, "bound": 0, "status": ""}
    is_told = process.returncode == 128 + number and "interrupted" in errors
    was_done_before = process.returncode == 0 and answer["status"] == "optimal"
    return took, (is_told or was_done_before) and answer["profit"] <= answer["bound"]


def _started(command: list[str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def main() -> None:
    """Sends 200 signals and says how they were taken."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    times: list[float] = []
    for seed in range(count):
        took, is_right = (interrupt_library if seed % 4 else interrupt_command)(seed)
        times.append(took)
        if not is_right or took > 0.5:
            sys.stdout.write(f"{seed}: {'right' if is_right else 'WRONG'}, {took:.2f} s\n")
            sys.stdout.flush()
    times.sort()
    sys.stdout.write(f"{count} signals: median {times[count // 2]:.3f} s, longest {times[-1]:.2f} s\n")


if __name__ == "__main__":
    main()
