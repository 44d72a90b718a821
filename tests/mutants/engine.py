"""Breaks of the engine."""

from tests.mutants.mutant import Mutant

TESTS = [
    f"tests/engine/test_{name}.py"
    for name in (
        "units",
        "signatures",
        "near_columns",
        "dynamic_program",
        "prices",
        "tighten",
        "condense",
        "symmetry",
        "buffer",
        "laws",
        "search",
        "closing",
        "referees",
        "mip",
    )
]
SOONEST = {
    "conflicts/triples.py": "tests/engine/test_condense.py",
    "packing/heads.py": "tests/engine/test_buffer.py",
    "packing/presolve.py": "tests/engine/test_laws.py",
    "relaxation/cliques.py": "tests/engine/test_tighten.py",
    "relaxation/cutting.py": "tests/engine/test_closing.py",
    "relaxation/levels.py": "tests/engine/test_closing.py",
    "search/node.py": "tests/engine/test_referees.py",
    "search/tree.py": "tests/engine/test_referees.py",
}
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
    Mutant("result/priced_out.py", "is_crowded = (counts > room)", "is_crowded = (counts > room + 1)"),
    Mutant("result/priced_out.py", "if (amounts > packing.capacities[resources]).any():", "if False:"),
    Mutant("buffer/head_index.py", "if len(group.heads) < room:", "if len(group.heads) < 1:"),
    Mutant("buffer/head_index.py", "group.heads.append(successor)", "pass"),
    Mutant("buffer/buffer.py", "ages[part.tasks].tobytes()", "part.tasks.tobytes()"),
]
