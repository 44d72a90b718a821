"""Tasks as they are answered: all that is told of one, of any number of them, by two statements."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from satselect.schemas.fields.profits import as_sent
from satselect.store.queries.uses import named_uses
from satselect.store.sql.statements import Row, ask, id_in, moment_in


class TaskFacts(NamedTuple):
    """A task, with where it is to run, or ran last, if that is decided; the columns are those of the tables.

    Attributes:
        uses: amounts by name of the resource, in the order sent.
        fleet: its slug.
        satellite: the slug of the one that it is given to.
        iteration_id: which gave it to that.
    """

    id: UUID
    name: str
    profit: float
    is_whole_profit: bool
    satellites: list[str] | None
    not_before: datetime | None
    deadline: datetime | None
    max_attempts: int
    reference: str | None
    payload: dict[str, Any] | None
    status: str
    created: datetime
    updated: datetime
    attempts: int
    is_timed: bool
    duration_ms: int | None
    window_starts: datetime | None
    window_ends: datetime | None
    deliver_by: datetime | None
    fleet: str
    frozen_s: float
    satellite: str | None
    iteration_id: UUID | None
    starts: datetime | None
    ends: datetime | None
    uses: dict[str, int]

    @property
    def profit_as_sent(self) -> int | float:
        """9 for 9, 9.0 for 9.0."""
        return as_sent(self.profit, self.is_whole_profit)


def facts_of(task_ids: Sequence[UUID]) -> list[TaskFacts]:
    """Of these tasks, in their order; of those that are there."""
    found = {one.id: one for one in _facts(ask(_OF_TASKS, list(task_ids)))}
    return [found[id] for id in task_ids if id in found]


def scheduled_by(iteration_id: UUID, account_id: int | None = None) -> list[TaskFacts]:
    """Of the tasks that an iteration scheduled, the most profitable first; of one account, or of all."""
    if account_id is None:
        return _facts(ask(_OF_ITERATION, iteration_id))
    return _facts(ask(_OF_ITERATION_AND_ACCOUNT, iteration_id, account_id))


def _facts(rows: Sequence[Row]) -> list[TaskFacts]:
    amounts = {text: json.loads(text) for text in {row[-2] for row in rows}}
    uses = named_uses([(amounts[text], order) for *_, text, order in rows])
    return [TaskFacts._make((*_read(row[:-2]), used)) for row, used in zip(rows, uses, strict=True)]


def _read(columns: Row) -> Iterator[Any]:
    for value, read in zip(columns, _READ, strict=True):
        yield value if read is None or value is None else read(value)


_TIMES = (
    *("not_before", "deadline", "created", "updated", "window_starts", "window_ends", "deliver_by"),
    *("starts", "ends"),
)
_READERS: dict[str, Callable[[Any], object]] = {
    "id": id_in,
    "iteration_id": id_in,
    "satellites": json.loads,
    "payload": json.loads,
    "is_timed": bool,
}
_READERS |= dict.fromkeys(_TIMES, moment_in)
_READ = [_READERS.get(name) for name in TaskFacts._fields[:-1]]

# As queries of their own they are looked up; joined, PostgreSQL would weigh all orders in which that can be done.
_OF_OTHERS = {
    "fleet": "(SELECT slug FROM store_fleet WHERE id = task.fleet_id)",
    "frozen_s": "(SELECT frozen_s FROM store_fleet WHERE id = task.fleet_id)",
    "satellite": "(SELECT slug FROM store_satellite WHERE id = live.satellite_id)",
}
_OF_OTHERS |= {name: f"live.{name}" for name in ("iteration_id", "starts", "ends")}
_COLUMNS = ", ".join(_OF_OTHERS.get(name, f"task.{name}") for name in TaskFacts._fields[:-1])

_FACTS = f"""
    SELECT {_COLUMNS}, (SELECT amounts FROM store_signature WHERE id = task.signature_id), task.resource_order
    FROM {{which}}
    LEFT JOIN store_assignment AS live ON live.task_id = task.id AND live.is_live
"""  # noqa: S608 - made of constants

_OF_TASKS = _FACTS.format(which="store_task AS task") + "WHERE task.id {among:uuid}"

_OF_ITERATION, _OF_ITERATION_AND_ACCOUNT = (
    _FACTS.format(which="store_assignment AS chosen JOIN store_task AS task ON task.id = chosen.task_id")
    + f"WHERE chosen.iteration_id = %s {own} ORDER BY task.profit DESC, task.batch_seq, task.position"
    for own in ("", "AND task.account_id = %s")
)
