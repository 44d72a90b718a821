"""Small random problems in which everything is mixed, as `plan` takes them and as the simulator does."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from math import ceil
from random import Random
from typing import Any

from satselect import Assignment, Opportunity, Pass, Plan, Resource, Slew, Task, TimedTask
from tests.planning.simulator import NEVER, Contact, Run, Supply, World

EPOCH = datetime(2026, 12, 1, tzinfo=UTC)
RATE, SETTLE = 2.0, 1.0


def at(second: float) -> datetime:
    """So many seconds after the beginning."""
    return EPOCH + timedelta(seconds=second)


def second(time: datetime) -> float:
    """The opposite."""
    return (time - EPOCH) / timedelta(seconds=1)


def turn(one: float, other: float) -> int:
    """Milliseconds from one angle to another."""
    return ceil(round((SETTLE + abs(one - other) / RATE) * 1000, 6))


@dataclass
class Small:
    """A problem."""

    tasks: list[Task]
    capacities: dict[str, Resource]
    satellites: dict[str, dict[str, Resource]]
    passes: list[Pass]
    length: int
    fixed: list[Assignment] = field(default_factory=list)
    previous: list[Assignment] = field(default_factory=list)
    turns: bool = False

    def arguments(self) -> dict[str, Any]:
        """What `plan` takes besides the tasks."""
        return {
            "capacities": self.capacities,
            "satellites": self.satellites,
            "passes": self.passes,
            "horizon": (at(0), at(self.length)),
            "fixed": self.fixed,
            "previous": self.previous,
            "transition": {"camera": Slew(RATE, SETTLE)} if self.turns else None,
        }

    def world(self) -> World:
        """The same for the simulator, in milliseconds."""
        supplies: dict[object, Supply] = {name: _supply(one) for name, one in self.capacities.items()}
        for satellite, owned in self.satellites.items():
            supplies |= {(satellite, name): _supply(one) for name, one in owned.items()}
        contacts = [
            Contact(
                one.satellite,
                _ms(_time_of(one, self.passes).start),
                _ms(_time_of(one, self.passes).end),
                one.station is not None,
                {self.key(one.satellite, name): units for name, units in one.drains.items()},
                (_ms(one.start), _ms(one.end)),
            )
            for one in self.passes
        ]
        turning = frozenset(key for key in supplies if isinstance(key, tuple) and key[1] == "camera")
        return World(supplies, contacts, turn if self.turns else None, turning)

    def key(self, satellite: str | None, name: str) -> object:
        """The resource that is meant."""
        return (satellite, name) if satellite is not None and name in self.satellites[satellite] else name

    def run(self, one: Assignment) -> Run:
        """An assignment for the simulator."""
        start = 0 if one.start is None else _ms(one.start)
        end = 1000 * self.length if one.end is None else _ms(one.end)
        due, angle = NEVER, None
        if isinstance(one.task, TimedTask):
            if one.task.deliver_by is not None and not one.is_fixed:
                due = _ms(one.task.deliver_by)
            angle = one.opportunity and one.opportunity.details.get("off_nadir")
        uses = {self.key(one.satellite, name): amount for name, amount in one.task.resources.items()}
        return Run(one.satellite or "", start, end, uses, due, angle)  # type: ignore[arg-type]

    def alternatives(self, task: Task) -> Iterator[tuple[Assignment, float]]:
        """Every whole second at which a task could run, and what it earns there."""
        if not isinstance(task, TimedTask):
            for satellite in task.satellites or self.satellites:
                if all(name in self.satellites[satellite] or name in self.capacities for name in task.resources):
                    yield self._earning(Assignment(task, satellite, None, None), task.profit)
            return
        for spot in task.opportunities:
            worth = task.profit if spot.profit is None else spot.profit
            if not all(name in self.satellites[spot.satellite] or name in self.capacities for name in task.resources):
                continue
            begin, stop = second(spot.start), second(spot.end)
            if task.window is not None:
                begin, stop = max(begin, second(task.window[0])), min(stop, second(task.window[1]))
            if task.duration is None:
                if 0 <= begin <= stop <= self.length:
                    yield self._earning(Assignment(task, spot.satellite, at(begin), at(stop), spot), worth)
                continue
            lasts = task.duration / timedelta(seconds=1)
            begin, stop = max(begin, 0), min(stop, self.length)
            while begin + lasts <= stop:
                yield self._earning(Assignment(task, spot.satellite, at(begin), at(begin + lasts), spot), worth)
                begin += 1

    def _earning(self, one: Assignment, worth: float) -> tuple[Assignment, float]:
        for old in self.previous:
            was, now = ((each.satellite, each.start, each.end, each.opportunity) for each in (old, one))
            if old.task is one.task and was == now:
                return one, worth * 1.02
        return one, worth


def _ms(time: datetime) -> int:
    return round(second(time) * 1000)


def _supply(one: Resource) -> Supply:
    return Supply(one.kind, one.units, round(one.turnaround / timedelta(seconds=1) * 1000), one.level)  # type: ignore[operator]


def small(seed: int) -> Small:
    """A problem with a bit of everything."""
    random = Random(seed)
    return _made(random, random.randint(8, 20), random.randint(1, 2), (3, 7))


def medium(seed: int) -> Small:
    """The same with some thirty tasks."""
    random = Random(seed)
    return _made(random, random.randint(30, 60), random.randint(2, 3), (25, 35))


def _made(random: Random, length: int, count: int, tasks_from_to: tuple[int, int]) -> Small:
    satellites = {f"sat-{i}": _owned(random) for i in range(count)}
    capacities = {"antenna": Resource(random.randint(1, 2), turnaround=random.choice([0, 0, 2]))}
    if random.random() < 0.6:
        capacities["money"] = Resource(random.randint(2, 6), kind="budget")
    passes = sorted(
        (_contact(random, name, length, satellites[name]) for name in satellites for _ in range(random.randint(0, 3))),
        key=lambda one: (one.start, one.end),
    )
    few = random.random() < 0.6
    tasks: list[Task] = [
        _timed(random, f"task {i}", satellites, length, few)
        if random.random() < 0.85
        else _untimed(random, i, satellites)
        for i in range(random.randint(*tasks_from_to))
    ]
    problem = Small(tasks, capacities, satellites, passes, length, turns=random.random() < 0.4)
    if random.random() < 0.3:
        problem.previous = _some(random, problem, tasks)
    if random.random() < 0.3:
        facts = _some(random, problem, [_timed(random, f"fact {i}", satellites, length, few) for i in range(2)])
        problem.fixed = [replace(one, is_fixed=True) for one in facts]
    return problem


def _owned(random: Random) -> dict[str, Resource]:
    owned = {"camera": Resource(turnaround=random.choice([0, 0, 1, 2]))}
    if random.random() < 0.85:
        units = random.randint(2, 6)
        owned["disk"] = Resource(units, kind="reservoir", level=random.choice([0, 0, 1, units]))
    if random.random() < 0.8:
        owned["power"] = Resource(random.randint(1, 3), turnaround=random.choice([0, 1]))
    if random.random() < 0.6:
        owned["turns"] = Resource(random.randint(1, 4), kind="budget")
    return owned


def _contact(random: Random, satellite: str, length: int, owned: Mapping[str, object]) -> Pass:
    start = random.randint(0, length - 2)
    end = random.randint(start + 1, min(start + 5, length + 2))
    return Pass(satellite, at(start), at(end), "Kiruna", {"disk": random.randint(0, 4)} if "disk" in owned else {})


def _time_of(one: Pass, passes: Sequence[Pass]) -> Pass:
    """The pass that it counts with: of those around it that lie in none themselves, the one that starts last."""
    draining = [other for other in passes if other.satellite == one.satellite and other.drains.get("disk")]
    around = [other for other in draining if other.start <= one.start and one.end < other.end]
    outer = [other for other in around if not any(o.start <= other.start and other.end < o.end for o in draining)]
    return max(outer, key=lambda other: (other.start, other.end), default=one)


def _uses(random: Random) -> dict[str, int]:
    uses = {"camera": 1} if random.random() < 0.7 else {}
    for name, share, most in (
        ("disk", 0.5, 3),
        ("power", 0.3, 2),
        ("antenna", 0.3, 1),
        ("turns", 0.2, 2),
        ("money", 0.2, 2),
    ):
        if random.random() < share:
            uses[name] = random.randint(1, most)
    return uses


def _timed(random: Random, name: str, satellites: Mapping[str, object], length: int, few: bool) -> TimedTask:
    duration = None if random.random() < 0.4 else random.randint(0, 4)
    spots = []
    for _ in range(random.randint(1, 2 if few else 3)):
        start = random.randint(-1, length - 4)
        longest = (duration or 0) + (random.choice([1, 3]) if few else 6)
        end = start + random.randint(duration or 0, max(longest, duration or 0) if duration is not None else 4)
        angle = {"off_nadir": float(random.randint(-2, 2))}
        spots.append(
            Opportunity(
                random.choice(list(satellites)),
                at(start),
                at(end),
                random.choice([None, None, random.randint(0, 9)]),
                angle,
            )
        )
    window = None
    if random.random() < 0.2:
        begin = random.randint(0, length)
        window = at(begin), at(random.randint(begin, length))
    due = at(random.randint(1, length + 2)) if random.random() < 0.25 else None
    return TimedTask(
        name,
        _uses(random),
        profit=random.randint(0, 9),
        opportunities=spots,
        duration=duration,
        window=window,
        deliver_by=due,
    )


def _untimed(random: Random, i: int, satellites: Mapping[str, object]) -> Task:
    where = random.choice([None, [random.choice(list(satellites))]])
    return Task(f"untimed {i}", _uses(random), profit=random.randint(0, 9), satellites=where)


def _some(random: Random, problem: Small, tasks: Sequence[Task]) -> list[Assignment]:
    """Some of these tasks at some time, if that can be true."""
    from tests.planning.simulator import faults

    chosen: list[Assignment] = []
    for task in tasks:
        alternatives = [one for one, _ in problem.alternatives(task)]
        if alternatives:
            more = [*chosen, random.choice(alternatives)]
            free = [problem.run(one)._replace(due=NEVER) for one in more]
            if not any(faults(problem.world(), free)):
                chosen = more
    return chosen


def replayed(problem: Small, plan: Plan) -> list[str]:
    """What the simulator has to say about a plan."""
    from tests.planning.simulator import faults

    return list(faults(problem.world(), [problem.run(one) for one in plan.assignments]))
