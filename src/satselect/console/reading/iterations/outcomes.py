"""What the last iterations of a fleet scheduled, as far as somebody may see it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from satselect.application.access.rights import Sight, sight_of
from satselect.application.access.visibility import visible_assignments
from satselect.application.explanation.past import Past
from satselect.console.formatting import interval
from satselect.schemas.tasks import Status
from satselect.store.models import Assignment, AssignmentResource, Batch, Fleet, History, Iteration, User

COLUMNS = 24
MOST_SCANNED = 200
"""A customer's iterations are looked for among so many of the last ones."""
REPLANNED, EDITED = "replanned", "edited"
MOST_TASKS = 1_500
"""A picture with more is none; the rest is on the page of its iteration."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A task in an iteration.

    Attributes:
        state: of this attempt: scheduled, completed, failed, cancelled, replanned (planned anew, or not any more), or
            edited: taken back by a change of the task, to compete again.
        uses: supply to units.
        reference: its client's name for it.
        starts, ends: from when to when, if it is planned in time.
    """

    task_id: UUID
    name: str
    profit: int | float
    state: str
    satellite_id: int
    uses: Mapping[int, int]
    reference: str | None = None
    starts: datetime | None = None
    ends: datetime | None = None

    @property
    def when(self) -> str:
        """From when to when, in words; empty if it is not planned in time."""
        return interval(self.starts, self.ends) if self.starts and self.ends else ""


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Iterations, oldest first, with the tasks that each scheduled, the most profitable first."""

    iterations: Sequence[Iteration]
    placed: Mapping[UUID, Sequence[Placed]]
    has_older: bool

    def since(self, version: int) -> "Outcomes":
        """The same without the iterations before that version."""
        kept = [one for one in self.iterations if one.version >= version]
        return Outcomes(kept, self.placed, self.has_older or len(kept) < len(self.iterations))


def read_outcomes(user: User, fleet: Fleet, *, before: int | None = None) -> Outcomes:
    """The last iterations up to a version; fewer than wanted where they scheduled very many tasks."""
    found = recent_iterations(user, fleet, before=before, count=COLUMNS + 1)
    shown = _few_enough(found[:COLUMNS])
    return Outcomes(shown[::-1], _placed(user, shown), has_older=len(found) > len(shown))


def recent_iterations(user: User, fleet: Fleet, *, before: int | None = None, count: int) -> list[Iteration]:
    """The last iterations that exist for the user, newest first."""
    iterations = Iteration.objects.filter(fleet=fleet).order_by("-version").defer(*Iteration.WIDE)
    if before is not None:
        iterations = iterations.filter(version__lt=before)
    if sight_of(user) is not Sight.ACCOUNT:
        return list(iterations[:count])
    recent = list(iterations[:MOST_SCANNED])
    return _of_account(user.account_id, recent)[:count]


def _of_account(account_id: int, iterations: Sequence[Iteration]) -> list[Iteration]:
    """Those that considered a batch of the account first, or scheduled a task of it."""
    ids = [iteration.id for iteration in iterations]
    batches = Batch.objects.filter(account=account_id, iteration__in=ids).values_list("iteration_id", flat=True)
    tasks = Assignment.objects.filter(task__account=account_id, iteration__in=ids)
    own = {*batches, *tasks.values_list("iteration_id", flat=True)}
    return [iteration for iteration in iterations if iteration.id in own]


def _few_enough(iterations: Sequence[Iteration]) -> list[Iteration]:
    shown: list[Iteration] = []
    count = 0
    for iteration in iterations:
        count += iteration.scheduled
        # The newest one is shown in any case.
        if shown and count > MOST_TASKS:
            break
        shown.append(iteration)
    return shown


def _placed(user: User, iterations: Sequence[Iteration]) -> dict[UUID, list[Placed]]:
    assigned = (
        visible_assignments(user)
        .filter(iteration__in=iterations)
        .select_related("task")
        .order_by("-task__profit", "task__batch_seq", "task__position")
    )
    # One iteration alone may have scheduled any number.
    some = list(assigned[: 2 * MOST_TASKS])
    # An edit and the end of the attempt that it takes back are of one moment.
    uses, edited = _uses(iterations), _edited([one for one in some if one.frozen_until and not one.is_live])
    # Only who failed could be edited since.
    since = min((iteration.version for iteration in iterations), default=0)
    past = Past.read({one.task_id for one in some if not one.is_live}, since=since)
    versions = {iteration.id: iteration.version for iteration in iterations}
    placed = defaultdict(list)
    for one in some:
        task = one.task
        then = past.profit(task.id, versions[one.iteration_id])
        profit = task.profit_as_sent if then is None else then
        state = EDITED if (task.id, one.ended) in edited else _state(one)
        found = Placed(
            task.id,
            task.name,
            profit,
            state,
            one.satellite_id,
            uses[one.id],
            reference=task.reference,
            starts=one.starts,
            ends=one.ends,
        )
        placed[one.iteration_id].append(found)
    return dict(placed)


def _uses(iterations: Sequence[Iteration]) -> defaultdict[int, dict[int, int]]:
    uses: defaultdict[int, dict[int, int]] = defaultdict(dict)
    rows = AssignmentResource.objects.filter(assignment__iteration__in=iterations)
    for assignment_id, supply_id, amount in rows.values_list("assignment_id", "supply_id", "amount"):
        uses[assignment_id][supply_id] = amount
    return uses


def _edited(assignments: Sequence[Assignment]) -> set[tuple[UUID, datetime]]:
    """Of which tasks, and when, a change ended an attempt."""
    changes = History.objects.filter(task__in={one.task_id for one in assignments}, reason=History.Reason.EDITED)
    return set(changes.filter(before=Status.SCHEDULED).values_list("task_id", "at")) if assignments else set()


def _state(assignment: Assignment) -> str:
    """How this attempt ended; the task may have been scheduled again since."""
    status = Status(assignment.task.status)
    if assignment.is_live:
        return status
    if assignment.frozen_until is not None:
        return REPLANNED
    return Status.CANCELLED if status is Status.CANCELLED else Status.FAILED
