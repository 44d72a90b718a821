"""Tasks that ask for intervals, kept so that planning again after a little has changed costs little."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING

from satselect.engine.limits import Limits
from satselect.engine.planning.formulation.formulate import formulate
from satselect.engine.planning.formulation.setups import setups_of
from satselect.engine.planning.formulation.spots import spots_of
from satselect.engine.planning.kept import Kept
from satselect.engine.planning.model import Assignment, Pass, Resource
from satselect.engine.planning.outcome import Plan, certified, of_all
from satselect.engine.planning.problem import STAY, PlanProblem, Transition, check_satellites, problem_of
from satselect.engine.planning.solving import solve_form, solve_form_again
from satselect.engine.planning.times import Horizon
from satselect.engine.problem import validation
from satselect.engine.problem.errors import InvalidArgumentError, InvalidTaskError, UnknownTaskError
from satselect.engine.problem.problem import tasks_of
from satselect.engine.problem.task import Task
from satselect.engine.signals import signals_held
from satselect.engine.warm import get_ready_to_plan

if TYPE_CHECKING:
    from satselect.engine.result.progress import OnProgress


class PlanBuffer:
    """Tasks that are planned again and again: the incremental form of `satselect.plan`.

    Tasks, facts and passes come and go, and the horizon rolls. `plan` earns what a fresh plan of the same content
    earns: it takes up where the last one ended, at its prices and with what it planned, proves its bound anew, and
    looks again only at what these leave open. Not for several threads at once.

    Args:
        horizon: from when to when is planned, both aware.
        capacities, satellites, passes, fixed, previous, stay, step, transition: as for `satselect.plan`.

    Raises:
        InvalidProblemError: of one of its kinds, naming the field that is wrong, and its value.
    """

    def __init__(
        self,
        horizon: tuple[datetime, datetime],
        *,
        capacities: Mapping[str, int | Resource] | None = None,
        satellites: Mapping[str, Mapping[str, int | Resource]] | None = None,
        passes: Iterable[Pass] = (),
        fixed: Iterable[Assignment] = (),
        previous: Iterable[Assignment] = (),
        stay: float = STAY,
        step: float | timedelta | None = None,
        transition: Mapping[str, Transition] | None = None,
    ) -> None:
        self._capacities, self._satellites = capacities, satellites
        self._stay, self._step, self._transition = stay, step, transition
        self._tasks: dict[Task, None] = {}
        self._fixed: tuple[Assignment, ...] = ()
        self._empty = self._problem((), horizon, passes, fixed, previous)
        # Copied once they are known to be mappings: what is none has been refused by its name, and what the caller
        # changes in its own later doesn't reach here.
        self._capacities = None if capacities is None else dict(capacities)
        self._satellites = None if satellites is None else {name: dict(owned) for name, owned in satellites.items()}
        self._passes, self._previous = tuple(self._empty.passes), tuple(self._empty.kept.values())
        self._fixed = tuple(self._empty.fixed)
        self._last: Plan | None = None
        self._kept: Kept | None = None
        self._is_changed = True

    def __len__(self) -> int:
        return len(self._tasks)

    def __contains__(self, task: object) -> bool:
        return isinstance(task, Task) and task in self._tasks

    def __iter__(self) -> Iterator[Task]:
        """All tasks, oldest first."""
        return iter(self._tasks)

    @property
    def horizon(self) -> tuple[datetime, datetime]:
        """From when to when is planned."""
        return self._empty.horizon.start, self._empty.horizon.end

    @property
    def fixed(self) -> tuple[Assignment, ...]:
        """The facts."""
        return self._fixed

    def add(self, task: Task) -> None:
        """Adds a task, with all of its opportunities; it is younger than those already there.

        Raises:
            InvalidTaskError: it is no task, is there already, or names a satellite that isn't there.
        """
        tasks_of([task], may_be_timed=True)
        if task in self._tasks:
            raise InvalidTaskError(task=task.name, field="task", why="is there already")
        check_satellites(self._empty, task)
        self._tasks[task] = None
        self._is_changed = True

    def remove(self, task: Task) -> None:
        """Removes a task. A fact about it stays until it is released.

        Raises:
            UnknownTaskError: it isn't there.
        """
        if task not in self:
            raise UnknownTaskError(task)
        del self._tasks[task]
        self._is_changed = True

    def fix(self, assignment: Assignment) -> None:
        """Makes a fact of an assignment: it takes its interval, whatever it is worth, and its task no longer competes.

        Raises:
            InvalidArgumentError: it is no assignment, can't be true, doesn't say what a transition has to know of it,
                or its task is fixed already.
        """
        # What is no assignment is refused below, as in `plan`.
        if isinstance(assignment, Assignment) and any(one.task is assignment.task for one in self._fixed):
            raise InvalidArgumentError(field="fixed", value=assignment.task.name, why="is fixed already")
        alone = self._problem((), self._empty.horizon, (), (assignment,), ())
        setups_of(alone, spots_of(alone), Limits())  # refuses what doesn't tell how it stands in a transition
        self._change(fixed=(*self._fixed, assignment))

    def release(self, task: Task) -> None:
        """Takes back what was fixed about a task, which competes again if it is in the buffer.

        Raises:
            UnknownTaskError: nothing is fixed about it.
        """
        rest = tuple(one for one in self._fixed if one.task is not task)
        if len(rest) == len(self._fixed):
            raise UnknownTaskError(task)
        self._change(fixed=rest)

    def change_passes(self, passes: Iterable[Pass]) -> None:
        """Plans with these passes instead of those before.

        Raises:
            InvalidArgumentError: names what is wrong, and its value.
        """
        self._change(passes=passes)

    def prefer(self, assignments: Iterable[Assignment]) -> None:
        """Gives a bonus to what stays as it is in these, `plan().assignments` for instance, instead of those before.

        Raises:
            InvalidArgumentError: they are no assignments.
        """
        self._change(previous=assignments)

    def roll_to(self, start: datetime, end: datetime, *, freeze: bool = False) -> None:
        """Moves the horizon. Tasks and facts stay, whether they lie in it or not.

        Args:
            start: aware.
            end: aware, not before the start.
            freeze: whether what the last plan has begun by the new start becomes a fact.

        Raises:
            InvalidArgumentError: names what is wrong, and its value.
        """
        horizon = Horizon.of((start, end))
        begun: tuple[Assignment, ...] = ()
        if freeze and self._last is not None:
            known = {one.task for one in self._fixed}  # since that plan, by `fix` or an earlier roll
            begun = tuple(
                one
                for one in self._last.assignments
                # A task that was removed since the last plan doesn't come back as a fact.
                if one.task not in known
                and one.task in self._tasks
                and one.start is not None
                and one.start < horizon.start
            )
        self._change(horizon=horizon, fixed=(*self._fixed, *begun))

    def plan(self, *, time_limit: float | None = None, on_progress: "OnProgress | None" = None) -> Plan:
        """The plan of what is there that earns most; see `satselect.plan`.

        Args:
            time_limit: seconds after which the best plan found so far is good enough; None runs to proof.
            on_progress: told what the best plan so far earns and what is proven, when that changes.

        Raises:
            InvalidProblemError: of one of its kinds, naming the field that is wrong, and its value.
        """
        validation.seconds("time_limit", time_limit)
        validation.function("on_progress", on_progress)
        if self._last is not None and self._last.status == "optimal" and not self._is_changed:
            return replace(self._last, _time_limit=time_limit)  # the same plan, but questions get this limit
        began = monotonic()
        problem = self._problem(self._tasks, self._empty.horizon, self._passes, self._fixed, self._previous)
        # Reading what was asked counts, being compiled doesn't: so the clock stands still in between.
        taken = monotonic() - began
        get_ready_to_plan()
        with signals_held():
            found = self._planned(problem, Limits.within(time_limit).less(taken), on_progress)
        self._last, self._is_changed = replace(found, _time_limit=time_limit), False
        return self._last

    def _planned(self, problem: PlanProblem, limits: Limits, on_progress: "OnProgress | None") -> Plan:
        if self._kept is not None:
            problem = replace(problem, planned={one.task: one for one in self._kept.assignments})
        given = formulate(problem, limits)
        worths, told = given.candidates.worth[given.chosen], of_all(given, on_progress)
        if self._kept is None or self._kept.is_relaxed:
            # Where the relaxation is the proof, what is known from last time is of no use to it.
            is_start = not given.is_complete
            solved = solve_form(given.form, worths, limits, told, given.planned_now, is_start=is_start)
        else:
            planned = given.planned_now()
            start = self._kept.start(given, planned[0])
            solved = solve_form_again(given.form, worths, limits, start, told, lambda: planned)
        found = certified(given, solved)
        self._kept = Kept.of(given, solved, found.assignments)
        return found

    def _change(
        self,
        *,
        horizon: object = None,
        passes: Iterable[Pass] | None = None,
        fixed: Iterable[Assignment] | None = None,
        previous: Iterable[Assignment] | None = None,
    ) -> None:
        """Takes what is given instead of what was there, if it is right."""
        changed = self._problem(
            (),
            self._empty.horizon if horizon is None else horizon,
            self._passes if passes is None else passes,
            self._fixed if fixed is None else fixed,
            self._previous if previous is None else previous,
        )
        # Only once all of it was found right: what is refused changes nothing.
        self._empty, self._is_changed = changed, True
        self._passes, self._fixed = tuple(changed.passes), tuple(changed.fixed)
        self._previous = tuple(changed.kept.values())

    def _problem(
        self,
        tasks: Iterable[Task],
        horizon: object,
        passes: Iterable[Pass],
        fixed: Iterable[Assignment],
        previous: Iterable[Assignment],
    ) -> PlanProblem:
        # Without satellites, resources that transitions name may come with the tasks.
        is_checked = tasks is self._tasks or self._satellites is not None
        return problem_of(
            tasks,
            self._capacities,
            self._satellites,
            passes,
            horizon,
            fixed,
            previous,
            self._stay,
            self._step,
            self._transition if is_checked else None,
        )
