"""Plans along timelines: prices and longest paths bound, a search along timelines finds, and what is left is finished.

`solve_paths` reads from top to bottom: prices move, what they rule out is dropped, the search improves the plan, and
so on in rounds, until nothing is left that could be better, or little enough for branch and bound, or time is over.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from satselect.engine.limits import PORTION, Limits, OutOfTime
from satselect.engine.paths.again import Start, completed
from satselect.engine.paths.certificate import Certificate, Step, check_chosen
from satselect.engine.paths.chains.conflicts import Conflicts, conflicts_of
from satselect.engine.paths.chains.passes import exchanged
from satselect.engine.paths.duality import Ascent, Prices, Scratch, evaluate
from satselect.engine.paths.elementary.passes import passed
from satselect.engine.paths.fixing import drop, losses
from satselect.engine.paths.lines import Lines, lines_of
from satselect.engine.paths.relaxed import Relaxed
from satselect.engine.paths.rest import Rest, solve_rest
from satselect.engine.paths.state import State, order_by, plan_of
from satselect.engine.paths.walk import walked
from satselect.engine.problem.rows import Bools, Ints
from satselect.engine.relaxation.proof import Proof
from satselect.engine.timeline.form import TimelineProblem

Note = Callable[[Ints, int], None]
"""Takes the candidates of the best plan so far, (chosen,), and the bound so far, in units."""


@dataclass(frozen=True, slots=True)
class PathsAnswer:
    """The best plan found, with what is proven about it.

    Attributes:
        chosen: (chosen,) its candidates, ascending.
        bound: units that no plan exceeds.
        proof: what the bound rests on.
        is_optimal: whether the plan, its profits exact, reaches the bound.
        certificate: prices that prove `bound` where `proof` is duality, and a higher bound elsewhere.
        prices: those that prove most about all candidates, to start from another time.
        is_priced: (tasks,) which tasks have one.
    """

    chosen: Ints
    bound: int
    proof: Proof
    is_optimal: bool
    certificate: Certificate
    prices: Prices
    is_priced: Bools


def solve_paths(
    problem: TimelineProblem,
    limits: Limits,
    note: Note | None = None,
    start: Start | None = None,
    relaxed: Relaxed | None = None,
    planned: Ints | None = None,
) -> PathsAnswer:
    """The best plan found within the limits, no worse than what is planned, (chosen,); a bound; from what is known."""
    run = _Run(problem, limits, note or (lambda _chosen, _bound: None), planned)
    run.go(start, relaxed)
    return run.answer()


# What follows is decided by measurement: see docs/benchmarks.md and docs/decisions/0125.

_STEPS, _STEPS_IF_SETUPS = 480, 120  # of prices in a round; where transitions depend on pairs each takes long
_MOVES = 1  # of the search in a round, per candidate, and at least
_LEAST_MOVES, _MOST_MOVES = 500, 200_000
_PASSES = 2  # of exchanges in a round, in place of these moves where nothing is shared
_LITTLE, _MORE = 0.05, 4  # of the gap, that prices close; how many times the moves if they close less
_SMALL = 1500  # candidates that branch and bound is tried on for a while between rounds
_FEW, _NEAR = 4000, 0.02  # candidates, and the gap, where it is tried at once
_FOR_A_WHILE, _FOR_LONG = 0.3, 0.7  # of the time left; where only a proof is missing
_WORTH_REBUILDING = 0.9  # of the candidates left
_REMEMBERING = 0.5  # of the time left, for paths that take no task twice
_IDLE = 6  # rounds without a better plan or bound, after which the rest is finished
_STEPS_AGAIN, _MOVES_AGAIN = 20, 500  # where prices and a plan are known
_CLOSE, _ALL_AGAIN = 0.005, 12_000  # the gap, and the candidates, up to which the rest is then finished at once


def _moves(count: int) -> int:
    """Of the search in a round, with so many candidates."""
    return min(max(_MOVES * count, _LEAST_MOVES), _MOST_MOVES)


def most_of_tasks(problem: TimelineProblem) -> Ints:
    """What each task earns at most: (tasks,)."""
    most = np.zeros(int(problem.task.max(initial=-1)) + 1, np.int64)
    np.maximum.at(most, problem.task, problem.value)
    return most


class _Run:
    """One run: the candidates that are left, the best plan, and the best bound."""

    def __init__(self, problem: TimelineProblem, limits: Limits, note: Note, planned: Ints | None) -> None:
        self._problem, self._limits, self._note = problem, limits, note
        self._step = problem.units.step_of(problem.value)
        self._chosen = np.zeros(0, np.int64) if planned is None else planned
        self._earned = int(problem.value[self._chosen].sum())
        self._bound = int(most_of_tasks(problem).sum())
        self._proof, self._steps = Proof.DUALITY, list[Step]()
        self._round = 0
        self._steps_a_round = _STEPS_IF_SETUPS if problem.has_setups else _STEPS
        self._is_slow = False  # whether prices bring little more
        self._is_proof_asked = False
        self._is_left = problem.value > 0
        tasks = int(problem.task.max(initial=-1)) + 1
        self._prices_now = Prices(np.zeros(tasks, np.int64), np.zeros(len(problem.rows), np.int64))
        self._is_priced = np.zeros(tasks, np.bool_)
        self._conflicts: tuple[Lines | None, Conflicts | None] = None, None

    def go(self, start: Start | None = None, relaxed: Relaxed | None = None) -> None:
        """Rounds until it is over."""
        who = np.flatnonzero(self._is_left)
        if not len(who):
            self._bound = 0
            return
        lines = lines_of(self._problem, who)
        moves = _MOVES_AGAIN
        if start is None and relaxed is not None:
            start, moves = relaxed.start(), _moves(len(who))
            self._bound_by(relaxed)
        self._is_proof_asked = start is not None and start.is_proof_asked
        ascent = self._begun(lines) if start is None else self._taken_up(lines, start, moves)
        self._is_priced[:] = True
        self._rounds(lines, ascent)
        if self._bound > self._earned:  # no less than what is worth most first, of equals as candidates stand
            self._keep(lines, plan_of(lines, np.lexsort((lines.who, -lines.value))))

    def _bound_by(self, relaxed: Relaxed) -> None:
        """Believes the bound of the relaxation of cliques, which no price of lines proves."""
        bound = relaxed.bound // self._step * self._step
        if bound < self._bound:
            self._bound, self._proof = bound, max(relaxed.answer.proof, Proof.SEARCH, key=list(Proof).index)

    def _begun(self, lines: Lines) -> Ascent:
        self._keep(lines, plan_of(lines, order_by(lines.value)))
        return Ascent(lines)

    def _taken_up(self, lines: Lines, start: Start, moves: int) -> Ascent:
        """From the prices and the plan that are known; if these are good, what they leave open is finished at once."""
        ascent = Ascent(lines, completed(lines, start.prices, start.is_priced))
        place = np.full(len(self._problem), -1)
        place[lines.who] = np.arange(len(lines.who))
        known = place[start.chosen]
        rest = order_by(ascent.scratch.taken.astype(np.int64), ascent.scratch.reduced)
        self._keep(lines, plan_of(lines, np.concatenate((known[known >= 0], rest))))
        self._improve(lines, ascent, moves)
        self._prices(ascent, _STEPS_AGAIN)
        left = self._fix(lines, ascent)
        if self._is_over() or self._bound - self._earned > _CLOSE * self._bound or len(left) > _ALL_AGAIN:
            return ascent
        rest_found = self._finish(left, is_last=False, known=self._chosen)
        if rest_found is None:
            return ascent
        merged = Prices(
            np.where(rest_found.is_priced, rest_found.prices.tasks, ascent.prices.tasks), rest_found.prices.rows
        )
        merged = completed(lines, merged, rest_found.is_priced)
        if evaluate(lines, merged.tasks, merged.rows, Scratch.of(len(lines.who))) < ascent.bound:
            self._prices_now = merged
        return ascent

    def _rounds(self, lines: Lines, ascent: Ascent) -> None:
        idle = 0
        while not self._is_over():
            before = self._bound, self._earned
            self._prices(ascent, self._steps_a_round // (2 if self._is_slow else 1))
            self._is_slow = before[0] - ascent.bound < _LITTLE * (ascent.bound - self._earned)
            left = self._fix(lines, ascent)
            if self._is_over():
                return
            if len(left) < _WORTH_REBUILDING * len(lines.who):
                lines = lines_of(self._problem, left)
                ascent = Ascent(lines, ascent.prices)
            else:
                ascent.again()
            if self._round == 0:
                self._remember(lines, ascent)
                if self._is_over():
                    return
            self._improve(lines, ascent, _moves(len(lines.who)) * (_MORE if self._is_slow else 1))
            if self._is_proof_asked and self._earned > before[1] and not self._is_over():
                left = self._fix(lines, ascent)
            idle = 0 if (self._bound, self._earned) != before else idle + 1
            self._round += 1
            if not self._is_over() and (self._is_worth_finishing(len(left)) or idle >= _IDLE):
                self._finish(left, is_last=idle >= _IDLE)
                if idle >= _IDLE:
                    return

    def answer(self) -> PathsAnswer:
        """What was found."""
        chosen = np.sort(self._chosen)
        # By code that shares nothing with the search: whatever is wrong in there, no plan leaves that can't be done.
        check_chosen(self._problem, chosen)
        is_optimal = self._problem.units.is_exact and self._bound == self._earned
        how, known = Certificate(tuple(self._steps), self._step), (self._prices_now, self._is_priced)
        return PathsAnswer(chosen, self._bound, self._proof, is_optimal, how, *known)

    def _is_over(self) -> bool:
        return self._bound <= self._earned or self._limits.is_over()

    def _is_worth_finishing(self, left: int) -> bool:
        """Whether branch and bound may end it soon: at first where the gap is small, later where the rest is."""
        if self._round == 1 and self._is_proof_asked and left <= _SMALL:
            return True
        if self._round == 1:
            return left <= _FEW and self._bound - self._earned < _NEAR * self._earned
        return left <= _SMALL and self._round % 3 == 0

    def _prices(self, ascent: Ascent, steps: int) -> None:
        portion = max(PORTION // ascent.work, 1)
        while steps > 0 and not self._limits.is_over():
            now = min(steps, portion)
            # Nothing lies between what is earned and one step more, so a bound below that is the end.
            ascent.go_on(now, self._earned + self._step - 1)
            steps -= now
        self._prices_now = ascent.prices

    def _fix(self, lines: Lines, ascent: Ascent) -> Ints:
        """The candidates that are left once those are dropped that lose too much at these prices."""
        self._keep(lines, plan_of(lines, order_by(np.round(ascent.average, 2), ascent.scratch.reduced)))
        _, step = drop(lines, ascent.prices, ascent.scratch, self._earned, self._step)
        dropped = step.dropped[self._is_left[step.dropped]]
        self._is_left[dropped] = False
        bound = max(ascent.bound // self._step * self._step, self._earned)
        # A step that proves nothing new would only make the certificate longer, and whoever checks it wait.
        if bound < self._bound or len(dropped):
            self._steps.append(replace(step, dropped=dropped))
        if bound < self._bound or not self._is_left.any():
            self._bound, self._proof = bound if self._is_left.any() else self._earned, Proof.DUALITY
        self._note(self._chosen, self._bound)
        return np.flatnonzero(self._is_left)

    def _improve(self, lines: Lines, ascent: Ascent, moves: int) -> None:
        """Searches from the best plan, as far as it can be said with the candidates that are left."""
        if self._conflicts[0] is not lines:
            self._conflicts = lines, conflicts_of(lines)
        if (conflicts := self._conflicts[1]) is not None:
            passes = _PASSES * (_MORE if self._is_slow else 1)
            plan, loss = np.isin(lines.who, self._chosen), losses(lines, ascent.prices, ascent.scratch)
            for taken in exchanged(lines, conflicts, plan, loss, passes, self._round, self._limits):
                self._keep_chosen(lines.who[taken])
                if self._is_over():
                    break
            return
        for state in walked(lines, ascent, self._chosen, moves, self._round, self._limits):
            self._keep(lines, state)
            if self._is_over():
                break

    def _remember(self, lines: Lines, ascent: Ascent) -> None:
        """Bounds by paths that take no task twice, and plans along them, as long as each closes some of the gap."""
        known, is_first = np.isin(lines.who, self._chosen).astype(np.int64), True
        limits = self._limits.share(_REMEMBERING)
        for found in passed(lines, ascent.prices, lambda: self._earned, self._step, limits):
            before, bound = self._bound, max(found.bound // self._step * self._step, self._earned)
            if bound < self._bound:
                self._bound, self._proof = bound, Proof.SEARCH  # no prices alone prove it
            is_there = np.zeros(len(lines.who), np.int64)
            is_there[found.places] = 1
            self._keep(lines, plan_of(lines, order_by(is_there, known, ascent.scratch.reduced)))
            self._note(self._chosen, self._bound)
            is_little = before - self._bound < _LITTLE * (self._bound - self._earned)
            if self._is_over() or (is_little and not (is_first and found.is_free)):
                break
            is_first = False

    def _keep(self, lines: Lines, state: State) -> None:
        """Keeps a plan if it is the best so far."""
        if state.sums[1] > self._earned:
            self._keep_chosen(lines.who[state.taken])

    def _keep_chosen(self, chosen: Ints) -> None:
        earned = int(self._problem.value[chosen].sum())
        if earned > self._earned:
            self._chosen, self._earned = chosen, earned
            self._bound = max(self._bound, earned)  # what is there refutes a solver's word below it (`Proof.SOLVER`)
            self._note(chosen, self._bound)

    def _finish(self, left: Ints, *, is_last: bool, known: Ints | None = None) -> Rest | None:
        """Has today's engine solve what is left, to the end or for a while; None if there was no time for that."""
        limits = self._limits if is_last else replace(self._limits.share(_FOR_A_WHILE), nodes=20_000, branches=20)
        try:
            proving = self._limits.share(_FOR_LONG)
            rest = solve_rest(self._problem, left, limits, self._keep_chosen, known, proving)
        except OutOfTime:
            return None
        if (bound := max(rest.bound // self._step * self._step, self._earned)) < self._bound:
            self._bound, self._proof = bound, rest.proof if rest.proof is not Proof.DUALITY else Proof.SEARCH
            self._note(self._chosen, self._bound)
        return rest
