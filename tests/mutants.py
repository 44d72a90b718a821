"""Breaks the engine and the safety core on purpose, one place at a time, and says which breaks the tests catch.

Every mutant is a copy of the source with one replacement; the tests of what it breaks run against the copy. A mutant
that survives is a gap in the tests, and the exit code is 1. `make mutants` tries all of them, `make mutants
ONLY=safety` those of the safety core.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
TESTS = [
    f"tests/selection/test_{name}.py"
    for name in ("units", "signatures", "finish", "columns", "price", "tighten", "twins", "laws", "referees", "buffer")
]


class Mutant(NamedTuple):
    """One replacement in a file."""

    file: str
    old: str
    new: str


MUTANTS = [
    # search
    Mutant("tree.py", "int(held * cheapest[r])", "2 * int(held * cheapest[r])"),
    Mutant("tree.py", "loss += given.waivers[i]", "loss += 0"),
    Mutant("tree.py", "tree.loss[d] += given.waivers[i]", "tree.loss[d] += 0"),
    Mutant("tree.py", "given.penalties[j] / paid * _NEARLY", "1.0"),
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
    Mutant("heads.py", "profits[i] > profits[best[s]]", "profits[i] < profits[best[s]]"),
    Mutant("heads.py", "counts[s] <= room[s]", "counts[s] <= 1"),
    Mutant("presolve.py", "several = counts > 1", "several = counts > 2"),
    Mutant(
        "presolve.py",
        "fits = packing.rows.fit(packing.capacities)[candidates]",
        "fits = np.ones(len(candidates), np.bool_)",
    ),
    Mutant("signatures.py", "while place > end and resources[place - 1] > resource:", "while False:"),
    Mutant("signatures.py", "wider[slot], more[slot] = table[old], numbers[old]", "pass"),
    Mutant("signatures.py", "amount = words[first + size + k]", "amount = 1"),
    Mutant("signatures.py", "resources[s] != resources[t] or amounts[s] != amounts[t]", "resources[s] != resources[t]"),
    Mutant("small.py", "other & use == other", "other & use != 0"),
    # bound
    Mutant("price.py", "+ int(np.maximum(reduced, 0).sum())", "+ 0"),
    Mutant("price.py", "== HighsModelStatus.kOptimal", "is HighsModelStatus.kOptimal"),
    Mutant("units.py", '"ROUND_CEILING"', '"ROUND_FLOOR"'),
    Mutant("finish.py", "floor(-proven + _TOLERANCE)", "floor(-proven - 1)"),
    # buffer
    Mutant("columns.py", "self._size * fall - self._distance", "-self._distance"),
    Mutant("columns.py", "self._refer(prices, -loss - margin)", "self._refer(prices, 0.0)"),
    Mutant("index.py", "if len(group.heads) < room:", "if len(group.heads) < 1:"),
    Mutant("index.py", "group.heads.append(successor)", "pass"),
    Mutant("buffer.py", "ages[part.tasks].tobytes()", "part.tasks.tobytes()"),
]


SAFETY_TESTS = [
    "tests/store/test_constraints.py",
    *(f"tests/scheduling/{room}" for room in ("iteration", "submission", "changes", "inbox")),
    *("-k", "not postgresql"),  # one database is enough to notice
]
_TABLES = "store/migrations/0001_initial.py"

SAFETY = [
    # the fence
    Mutant("store/counters.py", "WHERE id = %(fleet)s AND version = %(version)s", "WHERE id = %(fleet)s"),
    Mutant(
        "store/counters.py",
        "SET version = version + 1, event_number = event_number + %(events)s, buffered = buffered -",
        "SET event_number = event_number + %(events)s, buffered = buffered -",
    ),
    Mutant("scheduling/iteration/refresh.py", "if kept.version != now.version or", "if"),
    Mutant("scheduling/lifecycle.py", "id__in=part, status=change.before)", "id__in=part)"),
    Mutant("scheduling/lifecycle.py", "if moved != len(task_ids):", "if False:"),
    Mutant(
        "scheduling/changes/change.py",
        "same = Task.objects.filter(id=task.id, status=task.status, attempts=task.attempts, updated=task.updated)",
        "same = Task.objects.filter(id=task.id)",
    ),
    Mutant(
        "scheduling/changes/change.py",
        "_live(task).update(is_live=False, ended=report.at, ended_version=fleet.version)",
        "pass",
    ),
    # what an iteration considered
    Mutant("scheduling/iteration/record.py", "seq__lte=kept.seq", "seq__lte=10**9"),
    Mutant("scheduling/iteration/record.py", "considered_seq=kept.seq", "considered_seq=fleet.seq"),
    Mutant("store/heads.py", "AND batch_seq <= %(seq)s", ""),
    # submissions
    Mutant("scheduling/submission/submit.py", "if key is None:", "if True:"),
    Mutant(
        "scheduling/submission/submit.py",
        "if batch.digest not in {submission.digest, submission.earlier_digest}:",
        "if False:",
    ),
    Mutant("scheduling/submission/submit.py", "with short_transaction():", "if True:"),
    # the inbox
    Mutant("scheduling/inbox/inbox.py", "_count([batch.id for batch in group if batch.id not in counted])", "pass"),
    Mutant("scheduling/inbox/inbox.py", "if batch.id not in counted]", "]"),
    Mutant("scheduling/inbox/inbox.py", "group[0].attempts >= MOST_ATTEMPTS", "False"),
    Mutant("scheduling/inbox/inbox.py", "pending[1].seq - 1 if", "None if"),
    Mutant("scheduling/inbox/inbox.py", "filter(id=batch_id, state=before)", "filter(id=batch_id)"),
    Mutant(
        "store/heads.py",
        "AND batch_id NOT IN (SELECT id FROM store_batch WHERE fleet_id = %(fleet)s AND state IN ({states}))",
        "",
    ),
    Mutant("scheduling/inbox/sweep.py", "if oldest in self._seen", "if False"),
    # the desk
    Mutant(
        "scheduling/inbox/desk.py",
        "            settled = self._settle(",
        "            self._announce([], work)\n            settled = self._settle(",
    ),
    Mutant("scheduling/inbox/desk.py", "self._bus.announce(batch_id)", "pass"),
    Mutant("scheduling/inbox/desk.py", "work.deliveries[:0] = self._left", "self._left"),
    Mutant("scheduling/inbox/desk.py", "if fleet_id in self._at_work:", "if not fleet_id:"),
    Mutant(
        "scheduling/inbox/deliver.py",
        "if iteration := first_considering(batch):\n            return",
        "if iteration := None:\n            return",
    ),
    # the last line: the tables
    Mutant(
        _TABLES,
        'fields=("fleet", "version"), name="iteration_unique_version"',
        'fields=("fleet", "id"), name="iteration_unique_version"',
    ),
    Mutant(_TABLES, 'fields=("account", "idempotency_key")', 'fields=("id", "idempotency_key")'),
    Mutant(
        _TABLES, 'fields=("fleet", "seq"), name="batch_unique_seq"', 'fields=("fleet", "id"), name="batch_unique_seq"'
    ),
    Mutant(_TABLES, 'models.Q(("is_live", True)), fields=("task",)', 'models.Q(("is_live", False)), fields=("task",)'),
    Mutant(
        _TABLES,
        'models.Q(("capacity", 1)), fields=("iteration", "supply")',
        'models.Q(("capacity", 0)), fields=("iteration", "supply")',
    ),
    Mutant(_TABLES, '("held__gte", 0),', '("held__gte", 0), _connector="OR",'),
]


class Group(NamedTuple):
    """What is broken, and the tests that should notice."""

    folder: str
    mutants: list[Mutant]
    tests: list[str]


ENGINE = "selection"
GROUPS = {"engine": Group(ENGINE, MUTANTS, TESTS), "safety": Group(".", SAFETY, SAFETY_TESTS)}


def main(names: Sequence[str]) -> int:
    """The exit code: 1 if a mutant of these groups survives; of all if none is named."""
    tried = survivors = 0
    for name in names or GROUPS:
        group = GROUPS[name]
        for mutant in group.mutants:
            caught = _is_caught(mutant, group)
            tried, survivors = tried + 1, survivors + (not caught)
            sys.stdout.write(f"{'caught ' if caught else 'SURVIVED'}  {mutant.file}: {mutant.new.strip()}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{tried - survivors} of {tried} mutants caught\n")
    return 1 if survivors else 0


def _is_caught(mutant: Mutant, group: Group) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "src"
        kept = ["__pycache__"] if group.folder == ENGINE else ["__pycache__", ENGINE]
        shutil.copytree(ROOT / "src", source, ignore=shutil.ignore_patterns(*kept))
        if ENGINE in kept:  # as it is, so that nothing has to be compiled anew
            (source / "satselect" / ENGINE).symlink_to(ROOT / "src" / "satselect" / ENGINE)
        file = source / "satselect" / group.folder / mutant.file
        text = file.read_text()
        if text.count(mutant.old) < 1:
            raise SystemExit(f"{mutant.file} has no {mutant.old!r}: mend the mutant")
        file.write_text(text.replace(mutant.old, mutant.new))
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:randomly", "--no-header", *group.tests]
        environment = os.environ | {"PYTHONPATH": str(source)}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, timeout=900, check=False)
        return done.returncode == 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
