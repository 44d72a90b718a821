"""What the engine's selections cost beside another commit: `benchmarks.history` in turns in both checkouts.

python -m benchmarks.paired_engine --before WORKTREE [--rounds 5]
"""

import argparse
import csv
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks.history import CLASSES
from benchmarks.table import plain

HEAD = ("class", "now to before", "least", "most", "now", "before")
LEGEND = """\
Yardsticks of `benchmarks.history`, each the least of its rounds; ratios of pairs: their median, least and most."""
HERE = Path(__file__).parents[1]


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.paired_engine", description=__doc__)
    parser.add_argument("--before", type=Path, required=True, metavar="WORKTREE")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    told: dict[Path, list[dict[str, str]]] = {HERE: [], options.before: []}
    for turn in range(options.rounds):
        for tree in (HERE, options.before) if turn % 2 else (options.before, HERE):
            told[tree].append(_line(tree))
    print(plain(HEAD, [_row(name, told[HERE], told[options.before]) for name in CLASSES]), LEGEND, sep="\n")
    return 0


def _line(tree: Path) -> dict[str, str]:
    environment = {**os.environ, "PYTHONPATH": f"{tree / 'src'}{os.pathsep}{tree}"}
    run = [sys.executable, "-m", "benchmarks.history"]
    done = subprocess.run(run, check=True, cwd=tree, env=environment, stdout=subprocess.PIPE, text=True)
    return next(csv.DictReader(done.stdout.splitlines()))


def _row(name: str, now: list[dict[str, str]], before: list[dict[str, str]]) -> tuple[str, ...]:
    mine, theirs = ([float(line[name]) for line in lines] for lines in (now, before))
    ratios = [one / other for one, other in zip(mine, theirs, strict=True)]
    figures = (median(ratios), min(ratios), max(ratios))
    return name, *(f"{figure:.2f}" for figure in figures), f"{median(mine):.3f}", f"{median(theirs):.3f}"


if __name__ == "__main__":
    sys.exit(main())
