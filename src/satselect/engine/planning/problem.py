"""What is asked of a plan, checked once at the door."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import cast

from satselect.engine.planning.model import Assignment, Opportunity, Pass, Resource, TimedTask
from satselect.engine.planning.times import Horizon, length
from satselect.engine.problem import validation
from satselect.engine.problem.errors import InvalidArgumentError, InvalidCapacityError, InvalidTaskError
from satselect.engine.problem.problem import ResourceKey, name_of, tasks_of
from satselect.engine.problem.task import Task

Use = tuple[Task, Opportunity]
Transition = Callable[[TimedTask, Opportunity, TimedTask, Opportunity], float]
"""Seconds from the end of one task in its opportunity to the start of another in its own."""

STEP = timedelta(seconds=10)
STAY = 0.02
_ONE = Resource()


@dataclass(frozen=True, slots=True)
class PlanProblem:
    """Tasks that compete for intervals, and all that limits them.

    Attributes:
        tasks: what competes, oldest first; no fixed ones.
        supplies: every resource: a shared one by its name, a satellite's own by both names.
        owned: the names of what each satellite owns; None if tasks don't choose among satellites.
        passes: by start.
        drained: the same by what they drain, each with the units that it takes; of no other key.
        horizon: what is planned.
        fixed: facts.
        kept: what competes again with a bonus if it stays as it was.
        stay: that bonus, as a share of the profit.
        planned: what is planned by now, with a bonus or without one: no plan earns less than what still fits of it.
        step: between two starts that are tried.
        transitions: by the name of the resource.
    """

    tasks: Sequence[Task]
    supplies: Mapping[ResourceKey, Resource]
    owned: Mapping[str, frozenset[str]] | None
    passes: Sequence[Pass]
    drained: Mapping[ResourceKey, Sequence[tuple[Pass, int]]]
    horizon: Horizon
    fixed: Sequence[Assignment]
    kept: Mapping[Task, Assignment]
    stay: float
    planned: Mapping[Task, Assignment]
    step: timedelta
    transitions: Mapping[str, Transition]

    def uses(self, task: Task, satellite: str | None) -> Mapping[ResourceKey, int] | None:
        """What a task uses on a satellite; None if that lacks something."""
        if self.owned is None or satellite is None:
            return cast("Mapping[ResourceKey, int]", task.resources)
        owned, uses = self.owned[satellite], dict[ResourceKey, int]()
        for name, amount in task.resources.items():
            key = (satellite, name) if name in owned else name
            if key not in self.supplies:
                return None
            uses[key] = amount
        return uses

    def key(self, satellite: str, name: str) -> ResourceKey:
        """The resource that is meant by a name on a satellite."""
        return (satellite, name) if self.owned is not None and name in self.owned[satellite] else name


def problem_of(
    tasks: Iterable[Task],
    capacities: Mapping[str, int | Resource] | None,
    satellites: Mapping[str, Mapping[str, int | Resource]] | None,
    passes: Iterable[object],
    horizon: object,
    fixed: Iterable[Assignment],
    previous: Iterable[Assignment],
    stay: float,
    step: float | timedelta | None,
    transition: Mapping[str, Transition] | None,
) -> PlanProblem:
    """The problem of these arguments, which are those of `plan`.

    Raises:
        InvalidProblemError: of one of its kinds, naming what is wrong and its value.
    """
    given = tasks_of(tasks, may_be_timed=True)
    if len(set(given)) < len(given):
        twice = next(task for task in given if given.count(task) > 1)
        raise InvalidTaskError(task=twice.name, field="task", why="is there twice")
    facts = _facts(fixed)
    contacts = sorted(_listed("passes", passes, Pass), key=lambda one: (one.start, one.end))
    kept = {one.task: one for one in _listed("previous", previous, Assignment)}
    supplies, owned = _supplies(given, facts, capacities, satellites)
    # A fact is done whatever it earns, so its task no longer competes.
    gone = {one.task for one in facts}
    problem = PlanProblem(
        tasks=[task for task in given if task not in gone],
        supplies=supplies,
        owned=owned,
        passes=contacts,
        drained=_drained(contacts, owned),
        horizon=_horizon(horizon, given, contacts, facts),
        fixed=facts,
        kept=kept,
        stay=_share(stay),
        planned=kept,  # all that a fresh plan knows of what is planned; a buffer knows its last plan
        step=STEP if step is None else length("step", step),
        transitions=dict(validation.mapping("transition", transition or {})),  # type: ignore[arg-type]
    )
    _check(problem)
    return problem


def _listed(field: str, given: object, kind: type[object]) -> list:  # type: ignore[type-arg]
    if not isinstance(given, Iterable) or isinstance(given, str | bytes):
        raise InvalidArgumentError(field=field, value=given, why=f"must be a list of satselect.{kind.__name__}")
    many = list(given)
    for one in many:
        if not isinstance(one, kind):
            raise InvalidArgumentError(field=field, value=one, why=f"must hold satselect.{kind.__name__} only")
    return many


def _facts(given: object) -> tuple[Assignment, ...]:
    facts = tuple(replace(one, is_fixed=True) for one in _listed("fixed", given, Assignment))
    if len({one.task for one in facts}) < len(facts):
        doubled = next(one.task for i, one in enumerate(facts) if any(one.task is other.task for other in facts[:i]))
        raise InvalidArgumentError(field="fixed", value=doubled.name, why="is there twice")
    return facts


def _share(stay: object) -> float:
    if isinstance(stay, bool) or not isinstance(stay, int | float) or not 0 <= stay <= 1:
        raise InvalidArgumentError(field="stay", value=stay, why="must be a share of the profit, from 0 to 1")
    return float(stay)


def _supplies(
    tasks: Sequence[Task], facts: Sequence[Assignment], capacities: object, satellites: object
) -> tuple[dict[ResourceKey, Resource], Mapping[str, frozenset[str]] | None]:
    shared = _resources("capacities", {} if capacities is None else capacities)
    supplies: dict[ResourceKey, Resource] = dict(shared.items())
    if satellites is None:
        for task in (*tasks, *(one.task for one in facts)):
            for name in task.resources:
                supplies.setdefault(name, _ONE)
        return supplies, None
    owned: dict[str, frozenset[str]] = {}
    for satellite, given in validation.mapping("satellites", satellites).items():
        validation.satellite_name(satellite)
        resources = _resources(f"satellites[{satellite!r}]", given)
        # The name in a task could mean either, and a plan would heed only one of them.
        for name in resources.keys() & shared.keys():
            raise InvalidCapacityError(resource=name, why=f"is shared, and {satellite!r} has one of its own")
        owned[str(satellite)] = frozenset(resources)
        supplies |= {(str(satellite), name): resource for name, resource in resources.items()}
    return supplies, owned


def _resources(field: str, given: object) -> dict[str, Resource]:
    resources = {}
    for name, units in validation.mapping(field, given).items():
        if isinstance(units, Resource):
            validation.capacity(name, 1)  # the name
            resources[str(name)] = units
        else:
            resources[str(name)] = Resource(validation.capacity(name, units))
    return resources


def _drained(
    passes: Sequence[Pass], owned: Mapping[str, frozenset[str]] | None
) -> dict[ResourceKey, list[tuple[Pass, int]]]:
    # Once for all reservoirs: to go through all passes for each would take the product of both.
    drained: dict[ResourceKey, list[tuple[Pass, int]]] = {}
    for one in passes:
        own = frozenset[str]() if owned is None else owned.get(one.satellite, frozenset())
        for name, units in one.drains.items():
            if units:
                drained.setdefault((one.satellite, name) if name in own else name, []).append((one, units))
    return drained


def _horizon(given: object, tasks: Sequence[Task], passes: Sequence[Pass], facts: Sequence[Assignment]) -> Horizon:
    """The horizon given, or what holds all that was."""
    if given is not None:
        return Horizon.of(given)
    timed = [spot for task in tasks if isinstance(task, TimedTask) for spot in task.opportunities]
    spans = [(one.start, one.end) for one in timed] + [(one.start, one.end) for one in passes]
    spans += [(one.start, one.end) for one in facts if one.start and one.end]
    if not spans:
        raise InvalidArgumentError(field="horizon", value=None, why="is needed where nothing has a time")
    return Horizon.of((min(start for start, _ in spans), max(end for _, end in spans)))


def _check(problem: PlanProblem) -> None:
    """Lets pass what fits together."""
    for task in problem.tasks:
        check_satellites(problem, task)
    for one in problem.passes:
        if problem.owned is not None and one.satellite not in problem.owned:
            raise InvalidArgumentError(field="pass satellite", value=one.satellite, why="must be a known satellite")
        for name in one.drains:
            supply = problem.supplies.get(problem.key(one.satellite, name))
            if supply is None or supply.kind != "reservoir":
                raise InvalidArgumentError(field="pass drains", value=name, why="must name a reservoir")
    for fact in problem.fixed:
        _check_fact(problem, fact)
    for name, transition in problem.transitions.items():
        if not callable(transition):
            why = "must be a function of two tasks and their opportunities"
            raise InvalidArgumentError(field=f"transition {name!r}", value=transition, why=why)
        found = [supply for key, supply in problem.supplies.items() if name == name_of(key)]
        if not found:
            raise InvalidArgumentError(field="transition", value=name, why="must name a resource")
        # Of several units it would have to be said which one turns, and what is used up has no order.
        if any(supply.units > 1 or supply.kind != "renewable" for supply in found):
            why = "must be about a renewable resource of one unit"
            raise InvalidArgumentError(field="transition", value=name, why=why)


def check_satellites(problem: PlanProblem, task: Task) -> None:
    """Lets a task pass that names known satellites only."""
    if problem.owned is None:
        return
    if isinstance(task, TimedTask):
        for spot in task.opportunities:
            if spot.satellite not in problem.owned:
                why = "must name known satellites"
                raise InvalidTaskError(task=task.name, field="opportunities", why=why, value=spot.satellite)
    for satellite in task.satellites or ():
        if satellite not in problem.owned:
            why = "must name known satellites"
            raise InvalidTaskError(task=task.name, field="satellites", why=why, value=satellite)


def _check_fact(problem: PlanProblem, one: Assignment) -> None:
    if problem.owned is not None and one.satellite not in problem.owned:
        raise InvalidArgumentError(field="fixed satellite", value=one.satellite, why="must be a known satellite")
    if problem.uses(one.task, one.satellite) is None:
        why = f"must have all that {one.task.name!r} uses"
        raise InvalidArgumentError(field="fixed satellite", value=one.satellite, why=why)
    if one.start is not None and one.end is not None and one.end < one.start:
        raise InvalidArgumentError(field="fixed end", value=one.end, why=f"must not be before {one.start}")
