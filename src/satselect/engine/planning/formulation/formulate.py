"""A plan as arrays: which candidates there are, what timelines they are on, and what rows they share."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from math import inf

import numpy as np

from satselect.engine.limits import Limits, OutOfTime
from satselect.engine.planning.formulation.candidates import Candidates, at_first, candidates_of, with_bonus
from satselect.engine.planning.formulation.expected import Expected
from satselect.engine.planning.formulation.facts import without_facts
from satselect.engine.planning.formulation.greedy.following import check_following
from satselect.engine.planning.formulation.greedy.greedy import Greedy, greedy_plan
from satselect.engine.planning.formulation.plan_rows import PlanRows
from satselect.engine.planning.formulation.reservoirs import PassStretches
from satselect.engine.planning.formulation.setups import check_transitive, setups_of
from satselect.engine.planning.formulation.sharing import shared_of
from satselect.engine.planning.formulation.spots import NEVER, Spots, spots_of
from satselect.engine.planning.formulation.users import Users, timelines, users_of
from satselect.engine.planning.problem import PlanProblem
from satselect.engine.planning.times import milliseconds
from satselect.engine.problem.exact import exact_sum
from satselect.engine.problem.problem import name_of
from satselect.engine.problem.rows import Bools, Floats, Ints
from satselect.engine.problem.units import to_units
from satselect.engine.timeline.fitting import fitting
from satselect.engine.timeline.form import Listed, TimelineProblem

_SHARE = 0.6  # of the time left, for rows and candidates (decision 0129)
_AT_ONCE_S = 1e-5  # for each opportunity, of a plan at once
_HOPE = 1.5  # times as long as there is time all arrays may be expected to take, and are tried
_FEWER = 2  # times fewer tasks, where that was too short
_PER_CANDIDATE = 40  # elementary operations with a candidate


@dataclass(frozen=True, slots=True)
class Formulation:
    """A problem with its arrays.

    Attributes:
        problem: what was asked.
        spots: where tasks may run.
        candidates: at which times, facts behind.
        chosen: the candidate of each column of the form, (columns,).
        form: the columns.
        rows: what each shared row of the form is about; members are candidates.
        stretches: what the stretches of the form are about; members are candidates.
        lines: the users of each timeline of the form.
        is_seen: which of the tasks were looked at, (tasks,); of the others there is only what a plan at once has.
        most: what each of the tasks earns at most, 0 of what can run nowhere, (tasks,).
    """

    problem: PlanProblem
    spots: Spots
    candidates: Candidates
    chosen: Ints
    form: TimelineProblem
    rows: PlanRows
    stretches: Sequence[PassStretches]
    lines: Sequence[Users]
    is_seen: Bools
    most: Floats

    @property
    def is_complete(self) -> bool:
        """Whether all tasks were looked at."""
        return bool(self.is_seen.all())

    def limit(self, found: Fraction) -> Fraction:
        """What no plan earns besides the facts, where none of what was looked at earns more than was found."""
        if self.is_complete:
            return found
        # A plan at once was looked at although its tasks count as unseen, so the sum may count them twice.
        unseen = exact_sum(self.most[~self.is_seen].tolist())
        return min(found + unseen, exact_sum(self.most.tolist()))

    def listing(self, found: Sequence[Listed]) -> "Formulation":
        """The same with these stretches as rows, too, behind those that there are."""
        if not found:
            return self
        rows = [self.stretches[number].rows([one], self.problem.horizon.length) for number, one in found]
        return replace(self, form=self.form.listing(found), rows=PlanRows.joined([self.rows, *rows]))

    def planned_now(self) -> list[Ints]:
        """The columns of what is planned by now, and of what earns a bonus, as far as each fits together: (chosen,).

        Where not all tasks were looked at, those of the plan at once, which earns no less than either.
        """
        problem = self.problem
        starts = [self.spots.planned, self.spots.stay]
        if not self.is_complete:
            starts = starts[:1]
        elif problem.planned is problem.kept:  # the same plan twice: a fresh plan knows only one
            starts = starts[:1] if problem.kept else []
        if self.is_complete and self.stretches:
            starts.append(self._at_once())  # what is found with a few of the stretches may lose much to the others
        if not starts:
            return []
        spot, start = self.candidates.spot[self.chosen], self.candidates.start[self.chosen]
        by_worth = np.argsort(-self.candidates.worth[self.chosen], kind="stable")
        return [fitting(self.form, by_worth[(start == at[spot])[by_worth]]) for at in starts]

    def _at_once(self) -> Ints:
        """When each spot starts in a plan at once, `NEVER` if it doesn't: (spots,)."""
        found, starts = greedy_plan(self.problem, self.spots, Limits.of_the_least()), np.full(len(self.spots), NEVER)
        starts[found.spot] = found.start
        return starts


def formulate(problem: PlanProblem, limits: Limits | None = None) -> Formulation:
    """The arrays of a problem, with as many of its tasks as there is time for.

    Where these are not all, there is a plan at once of all of them, too: of the tasks that it lacks those worth most
    are looked at first.

    Raises:
        InvalidArgumentError: a transition breaks the triangle inequality, passes lie inside each other, or facts
            can't be true together.
    """
    limits = limits or Limits()
    spots, is_seen = spots_of(problem), np.ones(len(problem.tasks), np.bool_)
    most = _most_of(problem, spots)
    within, takes = _at_least_as_long(problem, spots, limits), Expected.of(problem, spots)
    if takes.fits(within, _HOPE):
        with suppress(OutOfTime):
            return _formulated(problem, spots, is_seen, most, within)
    is_seen[:] = False
    facts = spots.only(np.arange(len(spots)) >= spots.competing)
    _formulated(problem, facts, is_seen, most, Limits.of_the_least())  # what can't be true is refused all the same
    found = greedy_plan(problem, spots, limits)
    is_planned = np.zeros(len(problem.tasks), np.bool_)
    is_planned[spots.task[found.spot]] = True
    by_worth = np.lexsort((-most, is_planned))
    # Where all is planned that earns something there is nothing to look for.
    is_all = exact_sum(found.worth.tolist()) == exact_sum(most.tolist())
    while not is_all and len(by_worth := by_worth[: len(by_worth) // _FEWER]) and not limits.is_over():
        is_seen[:] = False
        is_seen[by_worth] = True
        if not takes.fits(limits.share(_SHARE), 1, len(by_worth) / len(is_seen)):
            continue
        with suppress(OutOfTime):
            return _formulated(problem, _some(spots, found, is_seen), is_seen, most, limits.share(_SHARE))
    is_seen[:] = False
    at_once = _some(spots, found, is_seen)
    check_following(problem, at_once)
    return _at_once(problem, at_once, is_seen, most)


def _at_least_as_long(problem: PlanProblem, spots: Spots, limits: Limits) -> Limits:
    """Those of all arrays: where hardly any spot moves, these may take as long as a plan at once, which they spare."""
    share, moves = limits.share(_SHARE), np.maximum(spots.last - spots.first, 0).sum()
    if share.deadline == inf or moves > len(spots) * milliseconds(problem.step):
        return share
    return replace(share, deadline=max(share.deadline, limits.clock() + _AT_ONCE_S * len(spots)))


def _some(spots: Spots, found: Greedy, is_seen: Bools) -> Spots:
    """The spots of these tasks, (tasks,), and of others where the plan at once has them, at that start; and facts."""
    planned = np.full(len(spots), NEVER)
    planned[found.spot] = found.start
    is_free = np.append(is_seen, np.ones(spots.facts, np.bool_))[spots.task]
    first, last = (np.where(is_free, at, planned) for at in (spots.first, spots.last))
    return replace(spots, first=first, last=last, planned=planned).only(is_free | (planned > NEVER))


def _at_once(problem: PlanProblem, spots: Spots, is_seen: Bools, most: Floats) -> Formulation:
    """What fits together, and therefore shares nothing."""
    candidates = at_first(problem, spots)
    chosen = np.arange(spots.competing)
    nowhere, rows = np.full(len(spots), -1), PlanRows.joined([])
    form = _form(spots, candidates, chosen, nowhere, [], rows, [])
    return Formulation(problem, spots, candidates, chosen, form, rows, [], [], is_seen, most)


def _formulated(problem: PlanProblem, spots: Spots, is_seen: Bools, most: Floats, limits: Limits) -> Formulation:
    setups = setups_of(problem, spots, limits)
    candidates = candidates_of(problem, spots, setups, limits)
    limits.check(_PER_CANDIDATE * len(candidates))
    users = users_of(problem, spots, candidates, setups)
    for some in users:
        if some.setup is not None:
            check_transitive(
                name_of(some.key), spots, some.setup, candidates.spot[some.who], some.start, some.end, limits
            )
    line, lines = timelines(users, len(candidates))
    shared = shared_of(problem, spots, candidates, users, line, lines, limits)
    keep, shared = without_facts(spots, candidates, lines, shared, limits)
    rows = shared.rows.distinct()
    chosen = np.flatnonzero(keep)
    form = _form(spots, candidates, chosen, line, lines, rows, shared.stretches)
    return Formulation(problem, spots, candidates, chosen, form, rows, shared.stretches, lines, is_seen, most)


def _most_of(problem: PlanProblem, spots: Spots) -> Floats:
    """What each task earns at most, wherever it runs: (tasks,)."""
    most = np.zeros(len(problem.tasks))
    np.maximum.at(most, spots.task[: spots.competing], spots.worth[: spots.competing])
    stays = [i for i, task in enumerate(problem.tasks) if task in problem.kept] if problem.kept else []
    most[stays] = [with_bonus(worth, problem.stay) for worth in most[stays].tolist()]
    return most


def _form(
    spots: Spots,
    candidates: Candidates,
    chosen: Ints,
    line: Ints,
    lines: Sequence[Users],
    rows: PlanRows,
    stretches: Sequence[PassStretches],
) -> TimelineProblem:
    number = np.full(len(candidates), -1)
    number[chosen] = np.arange(len(chosen))
    end, kind = candidates.end.copy(), np.zeros(len(candidates), np.int64)
    setups: list[Ints | None] = []
    for some in lines:
        end[some.who] = some.end  # on a timeline an end has its turnaround in it
        setups.append(None)
        if some.setup is not None:
            # Kinds that need no transition share one more, behind.
            setups[-1] = np.pad(some.setup.table, (0, 1))
            kind[some.who] = np.where(some.kind < 0, len(some.setup.table), some.kind)
    # Of what is left alone: a large profit of a fact would leave the others coarser units.
    units = to_units(candidates.worth[chosen])
    return TimelineProblem(
        line=line[chosen],
        start=candidates.start[chosen],
        end=end[chosen],
        value=units.profits,
        task=spots.task[candidates.spot[chosen]],
        kind=kind[chosen],
        setups=setups,
        rows=replace(rows.sums, candidates=number[rows.sums.candidates]),
        units=units,
        stretches=[one.sums.numbered(number[one.sums.candidates]) for one in stretches],
    )
