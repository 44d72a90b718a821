"""Breaks of plans in time."""

from tests.mutants.mutant import Mutant

TESTS = [
    "tests/engine/test_pair_rows.py",
    "tests/engine/test_finish_core.py",
    "tests/engine/test_odd_cycles.py",
    "tests/engine/test_relaxed.py",
    "tests/planning/test_certify.py",
    "tests/engine/test_chains.py",
    "tests/engine/test_elementary.py",
    "tests/engine/test_budgets.py",
    "tests/planning/test_instants.py",
    "tests/engine/test_paths.py",
    "tests/planning/test_referees.py",
    "tests/planning/test_planned_now.py",
    "tests/planning/test_greedy.py",
    "tests/planning/test_stretches.py",
    "tests/planning/test_laws.py",
    *("-k", "not grid"),
]
SOONEST = {
    "timeline/fitting.py": "tests/planning/test_planned_now.py",
    "planning/formulation/spots.py": "tests/planning/test_planned_now.py",
    "planning/formulation/formulate.py": "tests/planning/test_planned_now.py",
    "planning/formulation/dues.py": "tests/planning/test_greedy.py",
    "planning/formulation/greedy/greedy.py": "tests/planning/test_greedy.py",
    "planning/formulation/greedy/rooms.py": "tests/planning/test_greedy.py",
    "planning/formulation/facts.py": "tests/planning/test_referees.py",
    "planning/formulation/reservoirs.py": "tests/planning/test_referees.py",
    "planning/formulation/sharing.py": "tests/planning/test_referees.py",
    "planning/stretched.py": "tests/planning/test_stretches.py",
    "timeline/stretches.py": "tests/planning/test_stretches.py",
    "planning/solving.py": "tests/engine/test_relaxed.py",
    "paths/relaxed.py": "tests/engine/test_relaxed.py",
    "paths/budgets/owned.py": "tests/engine/test_budgets.py",
    "paths/budgets/tables.py": "tests/engine/test_budgets.py",
    "paths/budgets/within.py": "tests/engine/test_budgets.py",
    "paths/budgets/solve.py": "tests/engine/test_budgets.py",
    "solve/mip.py": "tests/engine/test_finish_core.py",
    "timeline/form.py": "tests/planning/test_instants.py",
}
MUTANTS = [
    # what is planned by now
    Mutant("timeline/fitting.py", "if at < len(line) and not _follows(", "if at < 0 and not _follows("),
    Mutant(
        "planning/formulation/spots.py", "& np.where(at[2] < 0, at[3] == length, at[2] == option), at[1]", ", at[1]"
    ),
    Mutant("planning/formulation/greedy/greedy.py", "for first in firsts if first)]", "for first in [])]"),
    Mutant("planning/formulation/formulate.py", "Limits.of_the_least()", "Limits()"),
    Mutant("planning/formulation/formulate.py", "return min(found + unseen,", "return min(found,"),
    # no less than a plan by worth
    Mutant("planning/solving.py", "[fitting(form, by_worth)] if", "[] if"),
    Mutant(
        "planning/formulation/formulate.py",
        "if not self.is_complete:\n            starts = starts[:1]",
        "if False:\n            pass",
    ),
    Mutant("planning/formulation/dues.py", "-LONG, *(start for", "LONG, *(start for"),
    Mutant("planning/formulation/greedy/greedy.py", "start < 0 and start + self._lengths[spot] <= 0", "False"),
    Mutant("planning/formulation/greedy/greedy.py", "np.minimum(spots.last, latest)", "spots.last"),
    Mutant("planning/formulation/greedy/rooms.py", "if units + self._around(at) > left:", "if False:"),
    Mutant("planning/formulation/greedy/rooms.py", "while self._around(at) > left:", "while False:"),
    Mutant("planning/formulation/greedy/rooms.py", " - self._begun.get(at, 0)", ""),
    Mutant("planning/formulation/greedy/rooms.py", "self._gone[0] = -level", "pass"),
    Mutant(
        "planning/formulation/greedy/rooms.py",
        "if self._dues[spot] < LONG and not self._has_time",
        "if False and not self._has_time",
    ),
    Mutant("planning/formulation/greedy/rooms.py", "self._rooms()[: first + 1, last:] -= amount", "pass"),
    Mutant("planning/formulation/greedy/rooms.py", "self.between(uses[first - 1][2], spot)", "0"),
    Mutant(
        "planning/formulation/greedy/rooms.py", "left >= 0 and left >= self.between(spot, uses[first][2])", "left >= 0"
    ),
    # what must be in a better plan
    Mutant("solve/mip.py", "np.flatnonzero(reduced > most), np", "np.flatnonzero(reduced > most // 2), np"),
    Mutant("solve/mip.py", "if (room < 0).any():", "if False:"),
    Mutant("solve/mip.py", "minlength=len(room)) > room", "minlength=len(room)) > room + 1"),
    Mutant("solve/mip.py", " * unit + int(part.profits[taken].sum())", " * unit"),
    # large plans that are finished from their relaxation
    Mutant("planning/solving.py", "if found.is_nearly_whole and len(form) > _PACKED:", "if False:"),
    Mutant(
        "paths/relaxed.py",
        "np.flatnonzero(self.cut.prices.fractions > 1 - _WHOLE)",
        "np.flatnonzero(self.cut.prices.fractions > _WHOLE)",
    ),
    Mutant(
        "paths/relaxed.py", "best if best.is_optimal or limits.is_over() else finish_core(tight, best, limits)", "best"
    ),
    Mutant("solve/mip.py", "branches=_FEW), columns, taken, start.bound)", "branches=_FEW), columns, taken, 0)"),
    # cycles
    Mutant(
        "relaxation/odd_cycles.py", "halves = np.bincount(members) // 2", "halves = (np.bincount(members) + 1) // 2"
    ),
    Mutant("relaxation/odd_cycles.py", "amounts, len(resources) // 2))", "amounts, len(resources) // 2 - 1))"),
    Mutant("relaxation/odd_cycles.py", "is_one = (capacities == 1)", "is_one = (capacities >= 1)"),
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
    Mutant("planning/certify.py", "over = end + turnaround", "over = end"),
    # reservoirs
    Mutant("planning/formulation/reservoirs.py", "room[0] -= level", "room[0] -= 0"),
    Mutant("planning/formulation/reservoirs.py", 'begins, uses.end, side="left"', 'begins, uses.end, side="right"'),
    Mutant("planning/formulation/reservoirs.py", 'stops, uses.start, side="right"', 'stops, uses.start, side="left"'),
    Mutant(
        "planning/formulation/reservoirs.py",
        "room = total[None, 1:] - total[:-1, None]",
        "room = total[None, 1:] + 0 * total[:-1, None]",
    ),
    Mutant("planning/formulation/sharing.py", "rest = (due < LONG) & ~is_lost", "rest = (due < 0) & ~is_lost"),
    # stretches
    Mutant("timeline/stretches.py", "(room[1:] > room[:-1])", "(room[1:] < 0)"),
    Mutant("timeline/stretches.py", "self.last <= stretch.stop", "self.last < stretch.stop"),
    Mutant("timeline/stretches.py", "is_worst & (over > most)", "is_worst & (over > most + 1)"),
    Mutant("timeline/stretches.py", "some.amounts[place] <= some.least[", "some.amounts[place] <= 1 + some.least["),
    Mutant("timeline/fitting.py", "            self._filling.take(k)", "            pass"),
    Mutant("timeline/fitting.py", "order = order[np.sort(np.unique(order, return_index=True)[1])]", "pass"),
    Mutant(
        "planning/stretched.py",
        "_fitting(form, now, solved.chosen, prices) if passed else solved.chosen",
        "solved.chosen",
    ),
    Mutant(
        "planning/stretched.py",
        "passed, (prices, is_priced) = form.passed(solved.chosen)",
        "passed, (prices, is_priced) = form.passed(solved.chosen)[:0]",
    ),
    Mutant(
        "planning/formulation/facts.py", "room=sums.room - sums.sums(facts)", "room=sums.room - 0 * sums.sums(facts)"
    ),
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
    Mutant("paths/elementary/labels.py", "        counts[2] += 1\n", ""),
    Mutant(
        "paths/elementary/labels.py",
        "slack = so_far + other.profit[a] - least",
        "slack = so_far + other.profit[a] - least - 1",
    ),
    Mutant(
        "paths/elementary/graph.py",
        "(known == owner[target, bit]) | (known == rows.task[target])",
        "known == owner[target, bit]",
    ),
    Mutant("paths/elementary/graph.py", "max(int(starts[1, t]), int(starts[0, t]) + 1)", "int(starts[1, t])"),
    Mutant("paths/elementary/graph.py", "keys = [start, length, lines.value[here], ", "keys = [start, length, "),
    Mutant(
        "paths/elementary/passes.py", "min(tops[line.number], max(best, least - 1))", "min(tops[line.number], best)"
    ),
    Mutant("paths/solve.py", "bound, Proof.SEARCH  # no prices alone", "bound, Proof.DUALITY  # no prices alone"),
    # instants at one moment
    Mutant("timeline/form.py", ".sum(axis=0)[self.kind[here]]", ".sum(axis=1)[self.kind[here]]"),
    Mutant("timeline/form.py", "(table <= 0) | np.eye", "(table < 0) | np.eye"),
    Mutant(
        "paths/lines.py",
        "np.lexsort((who, problem.ranks()[who], problem.start[who]",
        "np.lexsort((who, problem.start[who]",
    ),
    Mutant("paths/certificate.py", "keys = problem.ranks(), problem.start", "keys = problem.start"),
    Mutant("planning/certify.py", "some.sort(key=lambda use: before[id(use)])", "pass"),
    # what certificates of paths say
    Mutant("paths/certificate.py", "if len(np.unique(problem.task[chosen])) < len(chosen):", "if False:"),
    Mutant("paths/certificate.py", "if (used > problem.rows.capacities).any():", "if False:"),
    Mutant(
        "paths/certificate.py",
        "problem.end[a] + setup_of(problem, a, b) > problem.start[b]",
        "problem.end[a] > problem.start[b]",
    ),
    # plans that are played through
    Mutant("planning/certify.py", "if len({one.task for one in assignments}) < len(assignments):", "if False:"),
    Mutant("planning/certify.py", "if worth > limit:", "if False:"),
    Mutant(
        "planning/certify.py",
        "for _, _, amount, _ in counted) > supply.units",
        "for _, _, amount, _ in counted) > supply.units + 1",
    ),
    Mutant("planning/certify.py", "if not one.is_fixed:", "if one.is_fixed:"),
    Mutant("planning/certify.py", "id(spot) not in map(id, task.opportunities)", "spot not in task.opportunities"),
    Mutant("planning/certify.py", "is_within = spot.start <= start <= end <= spot.end", "is_within = start <= end"),
    Mutant("planning/certify.py", "task.window[0] <= start and end <= task.window[1]", "task.window[0] <= start"),
    Mutant("planning/certify.py", "end - start < task.duration", "end < start"),
    Mutant("planning/certify.py", "contact.start >= one.end", "contact.end >= one.end"),
    Mutant("planning/certify.py", "else [(start, 1, amount)]", "else []"),
    Mutant("planning/certify.py", "if held + amount > units:", "if held + amount > units + 1:"),
    Mutant("planning/certify.py", "start < end + between:", "start < end:"),
    Mutant("planning/certify.py", "to_come[-1][0] < stop:", "to_come[-1][0] < begin:"),
    Mutant("planning/certify.py", "if held > units:", "if held > units + 1:"),
    Mutant("planning/certify.py", "some.amount and some.due < stop", "some.amount and some.due < begin"),
    Mutant("planning/certify.py", "if some.since <= begin", "if some.since <= stop"),
    Mutant("planning/certify.py", "key=lambda some: some.due)", "key=lambda some: -some.due)"),
    # facts
    Mutant("planning/formulation/facts.py", "replace(left.sums, capacities=room)", "left.sums"),
    Mutant("planning/formulation/facts.py", "np.where(is_first[: len(of)], rows.sums.amounts, 0)", "0 * of"),
    Mutant("planning/formulation/facts.py", "        keep[others] = False", "        pass"),
    # paths that keep budgets
    Mutant("paths/budgets/owned.py", "self.near > place", "self.near >= place"),
    Mutant("paths/budgets/owned.py", "is_own[lines.rows[owns[place] > 1]] = False", "pass"),
    Mutant("paths/budgets/tables.py", "u = max(u - amounts[k], 0)", "u = max(u, 0)"),
    Mutant("paths/budgets/tables.py", "NOTHING if is_forced else below[u]", "below[u]"),
    Mutant(
        "paths/budgets/within.py",
        "before, after = self._rows[k][one.near]",
        "before, after = self._rows[k][: len(order)]",
    ),
    Mutant("paths/budgets/within.py", "lines.amounts > room[lines.rows]", "lines.amounts >= room[lines.rows]"),
    Mutant("paths/budgets/solve.py", "max((part.bound for part in open_), default=0)", "0"),
    Mutant(
        "paths/budgets/solve.py",
        "within.left(everything, self._earned + self._step)",
        "within.left(everything, self._earned + 2 * self._step)",
    ),
    Mutant("paths/budgets/solve.py", "    with_it[place] = IN", "    with_it[place] = OPEN"),
]
