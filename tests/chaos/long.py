"""Chaos for the record: so many kills over so many seeds, each in a run of its own.

python -m tests.chaos.long --seeds 20 --kills 1000

Prints a line of facts (JSON) for each seed, and one for all together. What the processes logged is in `.cache/chaos`.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

FOLDER = Path(".cache/chaos")
MOST_S = 3600

Facts = dict[str, float]


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 1 if a seed failed."""
    options = _parser().parse_args(arguments)
    FOLDER.mkdir(parents=True, exist_ok=True)
    start, total = time.monotonic(), Counter[str]()
    for number in range(options.seeds):
        wanted = math.ceil((options.kills - total["kills"]) / (options.seeds - number))
        facts = run(options.first + number, kills=wanted)
        tell(facts)
        total.update({name: value for name, value in facts.items() if name not in {"seed", "seconds"}})
    minutes = round((time.monotonic() - start) / 60)
    summary: Facts = {"seeds": options.seeds, "minutes": minutes, "failed": 0, **total}
    tell(summary)
    return 1 if total["failed"] else 0


def run(seed: int, *, kills: int) -> Facts:
    """What was told of a seed; only that it failed if it did."""
    told, log = FOLDER / f"{seed}.json", FOLDER / f"{seed}.log"
    told.unlink(missing_ok=True)
    settings = {
        "CHAOS_SEED": seed,
        "CHAOS_SEEDS": 1,
        "CHAOS_KILLS": kills,
        "CHAOS_SECONDS": MOST_S,
        "CHAOS_FACTS": told,
    }
    with log.open("w") as output:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "tests/chaos/test_chaos.py", "-s", "-q"],
            env=os.environ | {name: str(value) for name, value in settings.items()},
            stdout=output,
            stderr=output,
            check=False,
        )
    if done.returncode or not told.exists():
        return {"seed": seed, "failed": 1}
    facts: Facts = json.loads(told.read_text())
    return facts


def tell(facts: Facts) -> None:
    sys.stdout.write(f"{json.dumps(facts)}\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.long", description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=1, help="the first seed (%(default)s)")
    parser.add_argument("--kills", type=int, default=1000, help="of all seeds together (%(default)s)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
