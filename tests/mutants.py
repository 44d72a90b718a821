"""Breaks the engine on purpose, one place at a time, and says which breaks the tests catch: `make mutants`.

Every mutant is a copy of the source with one replacement; the engine's tests run against the copy. A mutant that
survives is a gap in the tests, and the exit code is 1.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
TESTS = [
    f"tests/selection/test_{name}.py"
    for name in ("units", "finish", "columns", "price", "tighten", "twins", "laws", "referees", "buffer")
]


class Mutant(NamedTuple):
    """One replacement in a file of `selection`."""

    file: str
    old: str
    new: str


MUTANTS = [
    # search
    Mutant("tree.py", "least += room * cheapest[r]", "least += 2 * room * cheapest[r]"),
    Mutant("tree.py", "loss += given.waivers[i]", "loss += 0"),
    Mutant("tree.py", "tree.loss[d] += given.waivers[i]", "tree.loss[d] += 0"),
    Mutant("tree.py", "shares[j] //= given.amounts", "shares[j] //= 1 + 0 * given.amounts"),
    Mutant("tree.py", "if i == tried or (group", "if i == tried or i == j + 1 or (group"),
    Mutant("probe.py", "if budget < 0:", "if budget < top // 200:"),
    Mutant("search.py", "pieces.append(_Piece(live[is_left], room, piece.chosen, piece.earned))", "pass"),
    Mutant("search.py", "if best.units >= target:", "if True:"),
    Mutant("probe.py", "needs > losses.room", "needs > losses.room + 1"),
    # cliques
    Mutant("cliques.py", "held[r] + amounts[t] > room[r]", "held[r] + amounts[t] >= room[r]"),
    Mutant("tighten.py", "<= top - least", "<= (top - least) // 2"),
    Mutant("tighten.py", "<= bound - least", "<= (bound - least) // 2"),
    Mutant("tighten.py", "needs > tight.capacities", "needs > tight.capacities + 1"),
    Mutant("tighten.py", "(capacities > 1) | (inside < users)", "inside < users - 1"),
    # twins
    Mutant("twins.py", "twins.groups[tried] < 0 or touched[twins.places[tried]]", "twins.groups[tried] < 0"),
    Mutant("tree.py", "groups[i] == group and not touched[places[i]]", "groups[i] == group"),
    Mutant("twins.py", "not np.array_equal(part.tasks[a], part.tasks[b]) or ", ""),
    Mutant("twins.py", "np.array_equal(part.capacities[left], part.capacities[right])", "True"),
    Mutant("tree.py", "tree.touched[d + 1, given.twins.places[j]] = True", "pass"),
    # presolve
    Mutant("heads.py", "room[s] += most", "room[s] = min(most, 1)"),
    Mutant("heads.py", "np.argsort(-packing.profits", "np.argsort(packing.profits"),
    Mutant("presolve.py", "several = counts > 1", "several = counts > 2"),
    Mutant(
        "presolve.py",
        "fits = packing.rows.take(candidates).fit(packing.capacities)",
        "fits = np.ones(len(candidates), np.bool_)",
    ),
    Mutant("signatures.py", "resources[s] != resources[t] or amounts[s] != amounts[t]", "resources[s] != resources[t]"),
    Mutant("small.py", "other & use == other", "other & use != 0"),
    # bound
    Mutant("price.py", "+ int(np.maximum(reduced, 0).sum())", "+ 0"),
    Mutant("price.py", "!= HighsModelStatus.kOptimal", "is not HighsModelStatus.kOptimal"),
    Mutant("units.py", '"ROUND_CEILING"', '"ROUND_FLOOR"'),
    Mutant("finish.py", "floor(-proven + _TOLERANCE)", "floor(-proven - 1)"),
    # buffer
    Mutant("columns.py", "self._size * fall - self._distance", "-self._distance"),
    Mutant("columns.py", "needed = -loss - self._margin(prices)", "needed = 0.0"),
    Mutant("index.py", "if len(group.heads) < room:", "if len(group.heads) < 1:"),
    Mutant("index.py", "group.heads.append(successor)", "pass"),
    Mutant("buffer.py", "ages[part.tasks].tobytes()", "part.tasks.tobytes()"),
]


def main() -> int:
    """The exit code: 1 if a mutant survives."""
    survivors = 0
    for mutant in MUTANTS:
        caught = _is_caught(mutant)
        survivors += not caught
        sys.stdout.write(f"{'caught ' if caught else 'SURVIVED'}  {mutant.file}: {mutant.new}\n")
        sys.stdout.flush()
    sys.stdout.write(f"{len(MUTANTS) - survivors} of {len(MUTANTS)} mutants caught\n")
    return 1 if survivors else 0


def _is_caught(mutant: Mutant) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "src"
        shutil.copytree(ROOT / "src", source, ignore=shutil.ignore_patterns("__pycache__"))
        file = source / "satselect" / "selection" / mutant.file
        text = file.read_text()
        if text.count(mutant.old) < 1:
            raise SystemExit(f"{mutant.file} has no {mutant.old!r}: mend the mutant")
        file.write_text(text.replace(mutant.old, mutant.new))
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:randomly", "--no-header", *TESTS]
        environment = os.environ | {"PYTHONPATH": str(source)}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, timeout=900, check=False)
        return done.returncode == 1


if __name__ == "__main__":
    sys.exit(main())
