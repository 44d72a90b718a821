"""Longest paths in time: the best that a timeline alone can do, by one sweep over its sorted ends.

What may follow what is transitive, so that a candidate that gains nothing is never needed in between.
"""

from satselect.engine.compiled import compiled, inner
from satselect.engine.paths.lines import Lines
from satselect.engine.problem.rows import Bools, Ints


@inner()
def setup(lines: Lines, i: int, j: int) -> int:
    """Milliseconds between the end at place `i` and the start at place `j` of the same line."""
    if lines.table_of[i] < 0 or lines.kind[i] < 0 or lines.kind[j] < 0:
        return 0
    return int(lines.tables[lines.table_of[i] + lines.kind[i] * lines.width[i] + lines.kind[j]])


@inner()
def before(lines: Lines, i: int, own: Ints, best: Ints, arg: Ints) -> tuple[int, int]:
    """The most that a path earns which place `i` may follow, and its last place, -1 if it has none."""
    low = lines.sure[i]
    most, last = 0, -1
    if low > lines.first[i]:
        most, last = best[low - 1], arg[low - 1]
    j = lines.before[i] - 1
    # Places that end before `low` may be followed whatever the setup is; of those between each is looked at.
    while j >= low and best[j] > most:  # below, nothing is better than best[j]
        if own[j] > most and lines.end[j] + setup(lines, j, i) <= lines.start[i]:
            most, last = own[j], j
        j -= 1
    return most, last


@inner()
def forward(lines: Lines, reduced: Ints, own: Ints, best: Ints, arg: Ints, came: Ints) -> None:
    """Fills in, of each place, (n,) each: the best path that ends there, the best so far, its end, and from where.

    `own` is 0 where nothing is gained.
    """
    # Handing `lines` on costs more than a step does, so where no setup is asked for, nothing is called.
    bounds, sure, near = lines.bounds, lines.sure, lines.before
    for line in range(len(bounds) - 1):
        most, last = 0, -1
        first = bounds[line]
        for i in range(first, bounds[line + 1]):
            own[i], came[i] = 0, -1
            if reduced[i] > 0:
                low, earned = sure[i], 0
                if low < near[i]:
                    earned, came[i] = before(lines, i, own, best, arg)
                elif low > first:  # all that may come before ends below `low`
                    earned, came[i] = best[low - 1], arg[low - 1]
                own[i] = earned + reduced[i]
                if own[i] > most:
                    most, last = own[i], i
            # The most so far, not what ends here: of all that end in time one look at the last of them then tells the
            # best (weighted intervals: Kleinberg, Tardos 2005, section 6.1).
            best[i], arg[i] = most, last


@compiled()
def taken(lines: Lines, best: Ints, arg: Ints, came: Ints, is_taken: Bools) -> int:
    """Marks the places of the best paths, (n,); what they earn together."""
    is_taken[:] = False
    total = 0
    for line in range(len(lines.bounds) - 1):
        end = lines.bounds[line + 1] - 1
        total += best[end]
        i = arg[end]
        while i >= 0:
            is_taken[i] = True
            i = came[i]
    return total


@compiled()
def forced(lines: Lines, reduced: Ints, own: Ints, best: Ints, arg: Ints, ahead: Ints, loss: Ints) -> None:
    """How much less than its best each line earns at least with each place on its path: `loss`, (n,).

    `own`, `best` and `arg` as `forward` left them; `ahead`, (n,), by index of by_start, is overwritten.
    """
    bounds, by_start, after, late = lines.bounds, lines.by_start, lines.after, lines.late
    sure, near = lines.sure, lines.before
    for line in range(len(bounds) - 1):
        a, b = bounds[line], bounds[line + 1]
        top = best[b - 1]
        most = 0
        for k in range(b - 1, a - 1, -1):
            i = by_start[k]
            high = min(late[i], b)
            earned = ahead[high] if high < b else 0
            if after[i] < high:
                earned = _following(lines, i, b, reduced, ahead, loss)
            loss[i] = max(reduced[i], 0) + earned  # for now: the best path from here
            # A place that gains nothing is never needed in between, so paths from it are nobody's continuation.
            most = max(most, loss[i] if reduced[i] > 0 else 0)
            ahead[k] = most
        for i in range(a, b):
            earned = best[sure[i] - 1] if sure[i] > a else 0
            if sure[i] < near[i]:
                earned, _ = before(lines, i, own, best, arg)
            # The best path to it, its own profit, be it below 0, and the best path from it: so the loss is exact, and 0
            # along the best path itself.
            loss[i] = top - (loss[i] + min(reduced[i], 0) + earned)


@inner()
def _following(lines: Lines, i: int, end: int, reduced: Ints, ahead: Ints, own: Ints) -> int:
    """The most that a path earns which may follow place `i`; `own`, (n,), of paths from each place that follows."""
    high = min(lines.late[i], end)
    most = ahead[high] if high < end else 0
    k = lines.after[i]
    while k < high and ahead[k] > most:
        j = lines.by_start[k]
        if reduced[j] > 0 and own[j] > most and lines.end[i] + setup(lines, i, j) <= lines.start[j]:
            most = own[j]
        k += 1
    return int(most)
