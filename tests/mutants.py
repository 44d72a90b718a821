"""Breaks the engine and the safety core on purpose, one place at a time, and says which breaks the tests catch.

Every mutant is a copy of the source with one replacement; the tests of what it breaks run against the copy. A mutant
that survives is a gap in the tests, and the exit code is 1; so it is if tests took so long that they judged nothing.
`make mutants` tries all of them, `make mutants ONLY=safety` those of the safety core, `make mutants
ONLY="engine:6-7 engine:13- planning:27"` some, by their places from 1 on.
"""

import ast
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from enum import Enum
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
TESTS = [
    f"tests/engine/test_{name}.py"
    for name in (
        "units",
        "signatures",
        "mip",
        "near_columns",
        "prices",
        "search",
        "tighten",
        "condense",
        "closing",
        "symmetry",
        "laws",
        "referees",
        "buffer",
    )
]


class Mutant(NamedTuple):
    """One replacement in a file."""

    file: str
    old: str
    new: str


MUTANTS = [
    # search
    Mutant("search/tree.py", "int(held * cheapest[r])", "2 * int(held * cheapest[r])"),
    Mutant("search/tree.py", "loss += given.waivers[i]", "loss += 0"),
    Mutant("search/tree.py", "tree.loss[d] += given.waivers[i]", "tree.loss[d] += 0"),
    Mutant("search/tree.py", "given.penalties[j] / paid * _NEARLY", "1.0"),
    Mutant("search/tree.py", "if i == tried or (group", "if i == tried or i == j + 1 or (group"),
    Mutant("search/node.py", "if budget < 0:", "if budget < top // 200:"),
    Mutant(
        "search/branch_and_bound.py", "pieces.append(_Piece(live[is_left], room, piece.chosen, piece.earned))", "pass"
    ),
    Mutant("search/branch_and_bound.py", "if best.units >= target:", "if True:"),
    Mutant("search/node.py", "needs > losses.room", "needs > losses.room + 1"),
    # cliques
    Mutant("relaxation/cliques.py", "held[r] + amounts[t] > room[r]", "held[r] + amounts[t] >= room[r]"),
    Mutant("relaxation/tighten.py", "<= top - least", "<= (top - least) // 2"),
    Mutant("relaxation/tighten.py", "<= bound - least", "<= (bound - least) // 2"),
    Mutant("relaxation/tighten.py", "needs > tight.capacities", "needs > tight.capacities + 1"),
    Mutant("relaxation/tighten.py", "(capacities > 1) | (inside < users)", "inside < users - 1"),
    # conflicts
    Mutant("conflicts/condense.py", "is_implied[r] = needed <=", "is_implied[r] = needed - 1 <="),
    Mutant("conflicts/triples.py", "marks[k] == pair or conflicts[i, k]", "marks[k] >= 0 or conflicts[i, k]"),
    Mutant("conflicts/triples.py", "if uses.taken[k] > spare:", "if uses.taken[k] >= spare:"),
    Mutant("conflicts/triples.py", "2 if links == size - 1 else 1", "2 if links >= size - 2 else 1"),
    # cuts
    Mutant("relaxation/levels.py", "rooms = bound // firsts", "rooms = bound // firsts - 1"),
    Mutant("solve/closing.py", "top - start.bound + tight.step - 1", "0"),
    Mutant("relaxation/cutting.py", "bound(now.tight, now.prices.y), now", "bound(now.tight, now.prices.y) // 2, now"),
    # symmetry
    Mutant("search/symmetry.py", "twins.groups[tried] < 0 or touched[twins.places[tried]]", "twins.groups[tried] < 0"),
    Mutant("search/tree.py", "groups[i] == group and not touched[places[i]]", "groups[i] == group"),
    Mutant("search/symmetry.py", "(part.tasks[columns], rows.sizes", "(rows.sizes"),
    Mutant("search/symmetry.py", ", part.capacities[rows.resources])", ")"),
    Mutant("search/tree.py", "tree.touched[d + 1, given.twins.places[j]] = True", "pass"),
    # presolve
    Mutant("packing/heads.py", "room[s] += most", "room[s] = min(most, 1)"),
    Mutant("packing/heads.py", "np.argsort(-packing.profits", "np.argsort(packing.profits"),
    Mutant("packing/heads.py", "profits[i] > profits[best[s]]", "profits[i] < profits[best[s]]"),
    Mutant("packing/heads.py", "counts[s] <= room[s]", "counts[s] <= 1"),
    Mutant("packing/presolve.py", "several = counts > 1", "several = counts > 2"),
    Mutant(
        "packing/presolve.py",
        "fits = packing.rows.fit(packing.capacities)[candidates]",
        "fits = np.ones(len(candidates), np.bool_)",
    ),
    Mutant("problem/signatures.py", "while place > end and resources[place - 1] > resource:", "while False:"),
    Mutant("problem/signatures.py", "wider[slot], more[slot] = table[old], numbers[old]", "pass"),
    Mutant("problem/signatures.py", "amount = words[first + size + k]", "amount = 1"),
    Mutant(
        "problem/signatures.py",
        "resources[s] != resources[t] or amounts[s] != amounts[t]",
        "resources[s] != resources[t]",
    ),
    Mutant("solve/dynamic_program.py", "other & use == other", "other & use != 0"),
    # bound
    Mutant("relaxation/prices.py", "+ int(np.maximum(reduced, 0).sum())", "+ 0"),
    Mutant("relaxation/prices.py", "== HighsModelStatus.kOptimal", "is HighsModelStatus.kOptimal"),
    Mutant("problem/units.py", '"ROUND_CEILING"', '"ROUND_FLOOR"'),
    Mutant("solve/mip.py", "floor(-proven + _TOLERANCE)", "floor(-proven - 1)"),
    # buffer
    Mutant("buffer/near_columns.py", "self._size * fall - self._distance", "-self._distance"),
    Mutant("buffer/near_columns.py", "self._refer(prices, -loss - margin)", "self._refer(prices, 0.0)"),
    Mutant("buffer/head_index.py", "if len(group.heads) < room:", "if len(group.heads) < 1:"),
    Mutant("buffer/head_index.py", "group.heads.append(successor)", "pass"),
    Mutant("buffer/buffer.py", "ages[part.tasks].tobytes()", "part.tasks.tobytes()"),
]


PLANNING_TESTS = [
    "tests/engine/test_pair_rows.py",
    "tests/engine/test_paths.py",
    "tests/engine/test_chains.py",
    "tests/engine/test_elementary.py",
    "tests/engine/test_finish_core.py",
    "tests/planning/test_planned_now.py",
    "tests/planning/test_referees.py",
    "tests/planning/test_laws.py",
    *("-k", "not grid"),
]
PLANNING = [
    # what is planned by now
    Mutant("timeline/fitting.py", "if at < len(line) and not _follows(", "if at < 0 and not _follows("),
    Mutant("planning/formulation/spots.py", "blocks.append(reader.as_planned(seen))", "pass"),
    Mutant("planning/formulation/formulate.py", "Limits.of_the_least()", "Limits()"),
    Mutant("planning/formulation/formulate.py", "return min(found + self.unseen,", "return min(found,"),
    # what must be in a better plan
    Mutant("solve/mip.py", "np.flatnonzero(reduced > most), np", "np.flatnonzero(reduced > most // 2), np"),
    # cliques
    Mutant("timeline/cliques.py", "start[following] < end[i]:", "start[following] <= end[i]:"),
    Mutant("timeline/cliques.py", "if is_new and held > capacity:", "if is_new and held > capacity + 1:"),
    Mutant("timeline/cliques.py", "if end[k] > start[i] and", "if end[k] >= start[i] and"),
    Mutant("timeline/cliques.py", "start[j] < end[i] + there", "start[j] < end[i]"),
    Mutant("timeline/cliques.py", "among[k - i] &= together[k, member - k - 1]", "among[k - i] &= True"),
    Mutant("timeline/cliques.py", "&= together[member, d]", "&= True"),
    Mutant("timeline/cliques.py", "held -= amount[i] if times[task[i]] == 0 else 0", "held -= amount[i]"),
    # turnaround
    Mutant("planning/formulation/users.py", "candidates.end[some] + turnaround_of(supply)", "candidates.end[some]"),
    Mutant("planning/formulation/users.py", "some.setup is None and is_as_long", "some.setup is None"),
    Mutant("planning/formulation/candidates.py", "    return turnaround + int(", "    return int("),
    Mutant("planning/certify.py", "over = end + turnaround", "over = end + 2 * turnaround"),
    # reservoirs
    Mutant("planning/formulation/reservoirs.py", "- (level if j == 0 else 0)", ""),
    Mutant("planning/formulation/reservoirs.py", "for j in range(k + 1):", "for j in range(k):"),
    Mutant("planning/formulation/reservoirs.py", "is_before & (end > begins[j])", "is_before & (end >= begins[j])"),
    Mutant("planning/formulation/reservoirs.py", "int(total[j + 1] - total[i])", "int(total[j + 1])"),
    Mutant("planning/formulation/reservoirs.py", "is_before = start < stops[k]", "is_before = start < begins[k]"),
    Mutant("planning/formulation/reservoirs.py", 'self.start, end, side="left"', 'self.start, end, side="right"'),
    Mutant("planning/formulation/reservoirs.py", 'self.end, due, side="right"', 'self.end, due, side="left"'),
    # paths
    Mutant("paths/sweep.py", "most, last = best[low - 1], arg[low - 1]", "most, last = 0, -1"),
    Mutant("paths/sweep.py", "lines.end[j] + setup(lines, j, i) <= lines.start[i]", "lines.end[j] <= lines.start[i]"),
    Mutant("paths/sweep.py", "if own[i] > most:", "if own[i] > most + 1:"),
    Mutant("paths/lines.py", 'start[here] - to[here], "right"', 'start[here], "right"'),
    Mutant("paths/lines.py", "(sums > given.capacities * (1 - 1e-9))", "(sums > given.capacities + 1)"),
    Mutant("paths/duality.py", "cost = price * amounts[t] if", "cost = price if"),
    Mutant("paths/state.py", "return right < 0 or follows(lines, i, right)", "return True"),
    Mutant("paths/stretch.py", "if right >= 0 and not follows(lines, i, right):", "if False:"),
    Mutant("paths/windows.py", "        if not has_room(lines, state, i):", "        if False:"),
    # fixing
    Mutant("paths/sweep.py", "most = ahead[high] if high < end else 0", "most = 0"),
    Mutant("paths/sweep.py", "most = max(most, loss[i] if reduced[i] > 0 else 0)", "most = loss[i]"),
    Mutant("paths/sweep.py", "loss[i] + min(reduced[i], 0) + earned)", "loss[i] + min(reduced[i], 0))"),
    Mutant("paths/sweep.py", "loss[i] = max(reduced[i], 0) + earned", "loss[i] = earned"),
    Mutant("paths/fixing.py", "bound - loss >= earned + step", "bound - loss > earned + step"),
    Mutant("paths/solve.py", "self._is_left[dropped] = False", "self._is_left[step.dropped[:0]] = False"),
    # chains
    Mutant("paths/chains/conflicts.py", "if j < i and (lines.first[j] != lines.first[i] or", "if j < i and (True or"),
    Mutant("paths/chains/conflicts.py", "bool(j < lines.sure[i] or (", "bool(j < lines.before[i] or ("),
    Mutant("paths/chains/exchange.py", "dropped[conflicts.others[t]] -= _LOCKED", "pass"),
    Mutant("paths/chains/exchange.py", "        if gain >= 0:\n", "        if True:\n"),
    Mutant("paths/chains/exchange.py", "if best[j] != other[j] and not is_seen[j]:", "if False:"),
    Mutant("paths/chains/exchange.py", "                plan.journal[plan.sums[0]] = -1 - j\n", ""),
    # paths that take no task twice
    Mutant("paths/elementary/labels.py", "if known & graph.asks[row]:", "if False:"),
    Mutant("paths/elementary/labels.py", "while bits != 0 and slack >= 0:", "while slack < 0:"),
    Mutant("paths/elementary/passes.py", "least = earned() + step", "least = earned() + 2 * step"),
    Mutant("paths/elementary/graph.py", "(ready > before)", "(before < 0)"),
    Mutant("paths/elementary/graph.py", "(last >= rows.end)", "(last > rows.end)"),
    # facts
    Mutant("planning/formulation/facts.py", "amounts[~facts], capacity=room", "amounts[~facts], capacity=row.capacity"),
    Mutant("planning/formulation/facts.py", "        keep[others] = False", "        pass"),
]


SAFETY_TESTS = [
    "tests/store/test_constraints.py",
    *(f"tests/application/{room}" for room in ("planning", "tasks", "dispatch")),
    *("-k", "not postgresql"),  # one database is enough to notice
]
_TABLES = "store/migrations/0001_squashed_0019_signature_of_task_unchecked.py"

SAFETY = [
    # the fence
    Mutant("store/queries/counters.py", "WHERE id = %(fleet)s AND version = %(version)s", "WHERE id = %(fleet)s"),
    Mutant(
        "store/queries/counters.py",
        "SET version = version + 1, event_number = event_number + %(events)s, buffered = buffered -",
        "SET event_number = event_number + %(events)s, buffered = buffered -",
    ),
    Mutant("application/planning/buffer/load.py", "if kept.version != now.version or", "if"),
    Mutant("store/queries/counters.py", "AND seq = %(seq)s", ""),
    Mutant("application/dispatch/lane.py", "return self.of(fleet_id).is_proven and not", "return not"),
    Mutant(
        "application/dispatch/tickets.py",
        "return self.ready if self.ready and self.ready.kept is kept else None",
        "return self.ready",
    ),
    Mutant("application/dispatch/tickets.py", "mine.passed < MOST_PASSED and", ""),
    Mutant("store/queries/counters.py", " AND buffered + %(entering)s >= 0", ""),
    Mutant(
        "application/dispatch/lane.py",
        "ticket.end(submit(ticket.rows.submission, at=ticket.rows.at), trouble=trouble)",
        "pass",
    ),
    Mutant("store/queries/moves.py", "WHERE status = %s AND id {among", "WHERE %s <> '' AND id {among"),
    Mutant("application/lifecycle.py", "if moved != len(task_ids):", "if False:"),
    Mutant(
        "application/tasks/change.py",
        "same = Task.objects.filter(id=task.id, status=task.status, attempts=task.attempts, updated=task.updated)",
        "same = Task.objects.filter(id=task.id)",
    ),
    Mutant(
        "application/tasks/change.py",
        "_live(task).update(is_live=False, ended=report.at, ended_version=fleet.version)",
        "pass",
    ),
    # what an iteration considered
    Mutant(
        "application/planning/recorded_iteration.py",
        "AND state = 'pending' AND seq <= %s",
        "AND state = 'pending' AND seq < %s + 1000000000",
    ),
    Mutant("application/planning/record.py", "considered_seq=kept.seq", "considered_seq=fleet.seq"),
    Mutant("store/queries/buffer/heads.py", "AND batch_seq <= %(seq)s", ""),
    # submissions
    Mutant("application/tasks/submit.py", "if key is None:", "if True:"),
    Mutant(
        "application/tasks/submit.py",
        "if batch.digest not in {submission.digest, submission.earlier_digest}:",
        "if False:",
    ),
    Mutant("application/tasks/submit.py", "with short_transaction():", "if True:"),
    # the inbox
    Mutant("application/dispatch/inbox.py", "attempts.count(group)", "pass"),
    Mutant("application/dispatch/attempts.py", "if batch.id not in self._counted]", "]"),
    Mutant("application/dispatch/attempts.py", "first.attempts >= MOST_ATTEMPTS", "False"),
    Mutant("application/dispatch/inbox.py", "pending[1].seq - 1 if", "None if"),
    Mutant("application/dispatch/dead_letters.py", "filter(id=batch_id, state=before)", "filter(id=batch_id)"),
    Mutant(
        "store/queries/buffer/heads.py",
        "AND batch_id NOT IN (SELECT id FROM store_batch WHERE fleet_id = %(fleet)s AND state IN ({states}))",
        "",
    ),
    Mutant("application/dispatch/sweeper.py", "if oldest in self._seen", "if False"),
    # the dispatcher
    Mutant(
        "application/dispatch/dispatcher.py",
        "            settled = self._settle(",
        "            self._announce([], work)\n            settled = self._settle(",
    ),
    Mutant("application/dispatch/dispatcher.py", "self._bus.announce(batch_id)", "pass"),
    Mutant("application/dispatch/dispatcher.py", "work.deliveries[:0] = self._left", "self._left"),
    Mutant("application/dispatch/dispatcher.py", "if fleet_id not in self._at_work:", "if fleet_id:"),
    Mutant(
        "application/dispatch/deliver.py",
        "        if iteration := first_considering(batch):\n            return",
        "        if iteration := None:\n            return",
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
    Mutant(_TABLES, '("capacity", 1), ("is_timed", False)', '("capacity", 0)'),
    Mutant(_TABLES, '("held__gte", 0),', '("held__gte", 0), _connector="OR",'),
]


class Group(NamedTuple):
    """What is broken, and the tests that should notice."""

    name: str
    folder: str
    mutants: list[Mutant]
    tests: list[str]


ENGINE = "engine"
GROUPS = {
    "engine": Group("engine", ENGINE, MUTANTS, TESTS),
    "planning": Group("planning", ENGINE, PLANNING, PLANNING_TESTS),
    "safety": Group("safety", ".", SAFETY, SAFETY_TESTS),
}


MOST_S = 3600.0
"""A break may make tests endless; on a busy machine some that are sound take half of this."""


class Outcome(Enum):
    """What became of a break."""

    CAUGHT = "caught"
    SURVIVED = "SURVIVED"
    NOT_JUDGED = "NOT JUDGED"


def main(names: Sequence[str]) -> int:
    """The exit code: 1 if a mutant of these groups is not caught; of all if none is named."""
    told = Counter[Outcome]()
    for name in names or GROUPS:
        group, mutants = chosen(name)
        for number, mutant in mutants:
            outcome = _outcome(mutant, group)
            told[outcome] += 1
            words = f"{outcome.value:10}  {group.name}:{number}  {mutant.file}: {mutant.new.strip()}\n"
            sys.stdout.write(words)
            sys.stdout.flush()
    caught, tried = told[Outcome.CAUGHT], told.total()
    sys.stdout.write(f"{caught} of {tried} mutants caught, {told[Outcome.NOT_JUDGED]} not judged\n")
    return 0 if caught == tried else 1


def chosen(name: str) -> tuple[Group, list[tuple[int, Mutant]]]:
    """The group, and those of its mutants that are meant, with their places: `engine`, `engine:3`, `engine:3-5`."""
    group_name, _, places = name.partition(":")
    group = GROUPS[group_name]
    first, is_range, last = places.partition("-")
    low = int(first or 1)
    high = int(last or len(group.mutants)) if is_range or not first else low
    return group, list(enumerate(group.mutants, 1))[low - 1 : high]


def _outcome(mutant: Mutant, group: Group) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "src"
        engine = Path("satselect", ENGINE)
        if group.folder == ENGINE:
            shutil.copytree(ROOT / "src", source)
        else:  # the engine as it is, so that nothing has to be compiled anew
            shutil.copytree(ROOT / "src", source, ignore=shutil.ignore_patterns("__pycache__", ENGINE))
            (source / engine).symlink_to(ROOT / "src" / engine)
        file = source / "satselect" / group.folder / mutant.file
        text = file.read_text()
        if text.count(mutant.old) < 1:
            raise SystemExit(f"{mutant.file} has no {mutant.old!r}: mend the mutant")
        file.write_text(text.replace(mutant.old, mutant.new))
        if group.folder == ENGINE:
            _forget_compiled(file, source)
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:randomly", "--no-header", *group.tests]
        return judged(command, os.environ | {"PYTHONPATH": str(source)}, most_s=MOST_S)


def judged(command: Sequence[str], environment: Mapping[str, str], *, most_s: float) -> Outcome:
    """What tests say of a break; those that don't end in that time are ended, with all that they started."""
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as tests:
        try:
            code = tests.wait(timeout=most_s)
        except subprocess.TimeoutExpired:
            return Outcome.NOT_JUDGED
        finally:
            with suppress(ProcessLookupError):
                os.killpg(tests.pid, signal.SIGKILL)
    # What breaks before the first test, as plans are made ready, is an error of the run; what crashes, a signal.
    return Outcome.CAUGHT if code in {1, 3} or code < 0 else Outcome.SURVIVED if code == 0 else Outcome.NOT_JUDGED


def _forget_compiled(broken: Path, source: Path) -> None:
    """Removes what was compiled of a file and of all that import it: numba looks at no file but a function's own."""
    imports = {path: _imported(path) for path in (source / "satselect" / ENGINE).rglob("*.py")}
    stale, new = set[Path](), {broken}
    while new:
        stale |= new
        names = {".".join(path.relative_to(source).with_suffix("").parts) for path in new}
        new = {path for path, modules in imports.items() if modules & names} - stale
    for path in stale:
        for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*"):
            compiled.unlink()


def _imported(path: Path) -> set[str]:
    """The modules that a file imports from, and what could be modules."""
    found = set[str]()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
