"""A plan as people read it, and as programs do."""

from collections.abc import Callable, Iterator, Mapping, Set
from datetime import datetime

from satselect.cli.terminal.tables import number, table
from satselect.engine.planning.explanation import Holding, TimedExplanation
from satselect.engine.planning.model import Assignment
from satselect.engine.planning.outcome import Plan
from satselect.engine.problem.task import Task
from satselect.schemas.fields.moments import written
from satselect.schemas.planning.plans import NewTimedTask

Explain = Callable[[Task], TimedExplanation | None]
_PROOFS = {
    "duality": "proven by prices",
    "search": "proven by an exhaustive search",
    "solver": "proven by HiGHS",
}
_UNKNOWN = "unknown"


def page(plan: Plan, explain: Explain | None) -> Iterator[str]:
    """The timetable, line by line; with reasons if asked for."""
    rows = [
        [*_times(one.start, one.end), one.satellite or "-", number(profit_of(one)), one.task.name]
        for one in plan.assignments
    ]
    yield from table(["from", "until", "satellite", "profit", "task"], rows)
    yield ""
    yield _summary(plan)
    if explain and plan.buffered:
        yield ""
        frozen = _frozen(plan)
        reasons = [_reason(task, explain(task), frozen) for task in plan.buffered]
        yield from table(["not planned", "profit", "planned from", "held by"], reasons)


def document(plan: Plan, sent: Mapping[Task, NewTimedTask], explain: Explain | None) -> dict[str, object]:
    """The plan as JSON."""
    frozen = _frozen(plan)
    return {
        "assignments": [_line(one.task, sent) | _placed(one) for one in plan.assignments],
        "buffered": [
            _line(task, sent) | (_reasons(explain(task), frozen) if explain else {}) for task in plan.buffered
        ],
        "horizon": {"from": written(plan.horizon.start), "until": written(plan.horizon.end)},
        "step": None if plan.step is None else plan.step.total_seconds(),
        "profit": plan.profit,
        "bound": plan.bound,
        "gap": plan.gap,
        "status": plan.status,
        "proof": plan.proof,
    }


def profit_of(one: Assignment) -> float:
    """What an assignment earns."""
    spot = one.opportunity
    return one.task.profit if spot is None or spot.profit is None else spot.profit


def _times(start: datetime | None, end: datetime | None) -> tuple[str, str]:
    return ("whole horizon", "") if start is None or end is None else (written(start), written(end))


def _summary(plan: Plan) -> str:
    count = f"{len(plan.assignments)} of {len(plan.assignments) + len(plan.buffered)} tasks"
    at = "" if plan.step is None else f" with starts every {plan.step.total_seconds():g} s"
    if plan.status == "optimal":
        return f"{count} earn {number(plan.profit)}, the most possible{at}: {_PROOFS[plan.proof]}."
    return f"{count} earn {number(plan.profit)}; none earn more than {number(plan.bound)}{at}."


def _frozen(plan: Plan) -> Set[Task]:
    return {one.task for one in plan.assignments if one.is_fixed}


def _holders(why: TimedExplanation, frozen: Set[Task]) -> list[Holding]:
    """Who holds what it would need; of one that fits in no plan only what is frozen, which may be why."""
    return [one for one in why.displaced_by if why.fits or one.task in frozen]


def _reason(task: Task, why: TimedExplanation | None, frozen: Set[Task]) -> list[str]:
    if why is None:
        return [task.name, number(task.profit), _UNKNOWN, "unknown: the time was up"]
    needed = _UNKNOWN if why.break_even is None and why.fits else number(why.break_even)
    return [
        task.name,
        number(task.profit),
        needed,
        ", ".join(map(_held, _holders(why, frozen))) or ("nobody" if why.fits else "nobody: it never fits"),
    ]


def _held(one: Holding) -> str:
    clock = "%H:%M:%S"
    return f"{one.task.name} ({_key(one)} {one.start:{clock}}-{one.end:{clock}})"


def _key(one: Holding) -> str:
    return one.resource if isinstance(one.resource, str) else "/".join(one.resource)


def _line(task: Task, sent: Mapping[Task, NewTimedTask]) -> dict[str, object]:
    line: dict[str, object] = sent[task].model_dump(mode="json", include={"name", "resources", "profit"})
    return line


def _placed(one: Assignment) -> dict[str, object]:
    times: dict[str, object] = {
        "starts": None if one.start is None else written(one.start),
        "ends": None if one.end is None else written(one.end),
    }
    details = {"details": dict(one.opportunity.details)} if one.opportunity and one.opportunity.details else {}
    return {"profit": profit_of(one), "satellite": one.satellite} | times | {"is_frozen": one.is_fixed} | details


def _reasons(why: TimedExplanation | None, frozen: Set[Task]) -> dict[str, object]:
    if why is None:
        return dict.fromkeys(("displaced_by", "break_even_profit"))
    held = [
        {"resource": _key(one), "name": one.task.name, "starts": written(one.start), "ends": written(one.end)}
        for one in _holders(why, frozen)
    ]
    return {"displaced_by": held, "break_even_profit": why.break_even}
