"""One lane for each fleet: the thread in turn takes all batches that wait, and stores them with their iteration.

A batch is stored, considered and answered by one transaction; those who come while it is made share the next one. What
kills or breaks the engine must be counted (`dispatch.inbox`), and so be stored before it is tried: that is done with
the first batch of a fleet in each process, which an earlier one may have died of, and after the engine broke.
"""

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from weakref import ref

from django.db import DatabaseError, InterfaceError, OperationalError

from satselect.application.dispatch.newcomers import Group
from satselect.application.dispatch.ready import made_ready
from satselect.application.dispatch.shared import Shared
from satselect.application.dispatch.tickets import Lane, Ticket
from satselect.application.errors import BusyError, ConflictError, RefusedError
from satselect.application.failpoints import Point, reach
from satselect.application.planning.besides import Part
from satselect.application.planning.iterate import NobodyJoinsError, PlansAheadError
from satselect.application.planning.planner import Planner
from satselect.application.planning.settle import settle
from satselect.application.planning.turn import Turn, turn
from satselect.application.tasks.deadlines import refuse_passed
from satselect.application.tasks.rows import BatchRows
from satselect.application.tasks.submission import Submission
from satselect.application.tasks.submit import Receipt, earlier, submit, tell_of
from satselect.application.tasks.timed import is_timed
from satselect.store.models import Iteration
from satselect.store.queries.counters import id_of
from satselect.store.sql.connections import give_back
from satselect.telemetry.spans import span

log = logging.getLogger(__name__)

_MOST_TRIES = 3
"""As often the database may refuse a batch, as for a key that another one has, or a name that was made meanwhile."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A batch that is accepted.

    Attributes:
        iteration: the first that considered it; None if there was none in time.
        trouble: why there was none: it took too long, the batch is dead, or the iteration broke and is tried again.
        answers: what all who share the iteration may be answered.
    """

    receipt: Receipt
    iteration: Iteration | None
    trouble: Exception | None = None
    answers: Shared | None = None


class Lanes:
    """Those of the fleets of a process.

    Args:
        planner: what iterations are made with.
    """

    def __init__(self, planner: Planner) -> None:
        self._planner = planner
        # Two threads that ask first at the same moment may get one each: each serves its own, and those who come after
        # find one of the two. Nothing but a shared iteration is lost.
        self._lanes: defaultdict[int, Lane] = defaultdict(Lane)

    def of(self, fleet_id: int) -> Lane:
        """That of a fleet; iterations of the fleet know from now on who waits there."""
        lane = self._planner.locks.lines[fleet_id] = self._lanes[fleet_id]
        return lane

    def submit_and_settle(self, submission: Submission) -> Settled:
        """The batch, stored, and considered by an iteration made here; once, however often it comes with one key.

        Raises:
            UnknownFleetError: there is no such fleet.
            KeyReusedError: the key belongs to another submission.
            InvalidError: tasks name what the fleet doesn't have, use more than any of its satellites has, or are too
                late.
            QuotaError: the user would have too many tasks in the buffer.
        """
        at, fleet_id = self._planner.clock(), id_of(submission.fleet)
        if fleet_id is None or not self._may_join(submission, fleet_id):
            receipt = submit(submission, at=at)
            found = self.settle(receipt)
            if not receipt.is_replay:
                self.of(receipt.batch.fleet_id).is_proven = found.iteration is not None
            return found
        lane = self.of(fleet_id)
        with span("submit") as told:
            if not submission.accepts_expired:
                refuse_passed(submission.tasks, at=at)
            ticket = Ticket(BatchRows.of(submission, at))
            batch = str(ticket.rows.id)
            told.add(batch=batch, fleet=submission.fleet, tasks=len(submission.tasks), is_replay=False)
            kept = lane.kept and lane.kept()
            if kept and not ticket.is_small:
                ticket.ready = made_ready(ticket.rows, kept, self._planner.courtesy)
        # From here on another thread may take it, and be done with it before this one looks.
        lane.add(ticket)
        return self._answered(ticket, fleet_id, lane)

    def settle(self, receipt: Receipt) -> Settled:
        """The first iteration that considered a stored batch, made here if nobody has made it, or why there is none."""
        try:
            made = settle(self._planner, receipt.batch)
        except (BusyError, ConflictError) as error:
            return Settled(receipt, None, error)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:  # the batch is stored: who sent it must not send it again
            log.exception("iteration.failed", extra={"batch": str(receipt.batch.id)})
            return Settled(receipt, None, error)
        return Settled(receipt, made)

    def _may_join(self, submission: Submission, fleet_id: int) -> bool:
        """Whether the batch may be stored by an iteration; else it is stored by itself, unless it was before."""
        # Plans are made of what is stored (decision 0132); and what may kill the engine has to be counted
        # (decision 0031).
        return self.of(fleet_id).is_proven and not any(map(is_timed, submission.tasks)) and not earlier(submission)

    def _answered(self, ticket: Ticket, fleet_id: int, lane: Lane) -> Settled:
        try:
            self._wait(ticket, fleet_id, lane)
        except BusyError as error:
            # Nobody has taken it: it is stored by itself, and accepted.
            if lane.withdraw(ticket):
                return Settled(submit(ticket.rows.submission, at=self._planner.clock()), None, error)
            # Somebody has: their iteration ends in its own time, and says what became of it.
            give_back()
            if not ticket.is_done.wait(self._planner.patience_s):
                raise
        if ticket.error:
            raise ticket.error
        receipt = ticket.receipt
        assert receipt is not None, "it is done"  # noqa: S101
        tell_of(receipt, tasks=len(ticket.rows.task_ids))
        if ticket.iteration is None and ticket.trouble is None:
            return self.settle(receipt)
        return Settled(receipt, ticket.iteration, ticket.trouble, answers=ticket.answers)

    def _wait(self, ticket: Ticket, fleet_id: int, lane: Lane) -> None:
        """Returns once the ticket is done, by this thread or another that has the turn.

        Raises:
            BusyError: it took too long.
        """
        with turn(self._planner, fleet_id, is_served=ticket.is_done.is_set, hurries=False) as mine:
            ticket.has_waited |= mine.has_waited
            while not ticket.is_done.is_set():
                if mine.is_over:
                    raise mine.too_long()
                self._serve(ticket, mine, lane, fleet_id)
                self._planner.locks.look(fleet_id)

    def _serve(self, first: Ticket, mine: Turn, lane: Lane, fleet_id: int) -> None:
        """Serves those who wait, the first and others; they wait again if the iteration was refused."""
        if not first.is_small:
            self._planner.courtesy.give_way()  # to who makes the answers of the iteration before
        tickets = [ticket for ticket in lane.take(first) if not _is_repeated(ticket)]
        if not tickets:
            return
        reach(Point.AFTER_TAKING)
        group = Group(tickets, _Late(self._planner, lane))
        tickets = group.tickets  # with those who come while it lets them in
        try:
            made = mine.iterate(at=self._planner.clock(), joining=group)
        except NobodyJoinsError:
            return
        except PlansAheadError:
            _store_first(tickets)
        except (OperationalError, InterfaceError) as error:
            # Before `DatabaseError`, which takes in the first: the database is gone or too busy, no batch is to blame.
            _fail(tickets, error)
        except DatabaseError as error:
            lane.put_back([ticket for ticket in tickets if _may_try_again(ticket, error)])
        except Exception as error:
            self._broken(tickets, lane, error)
        else:
            if made:
                lane.kept = ref(group.kept) if group.kept else None
                note = partial(self._planner.besides.note, fleet_id, entering=len(group.task_ids), part=Part.ANSWERING)
                group.end(made, Shared(self._planner.courtesy, note))
            else:
                lane.put_back([ticket for ticket in tickets if not ticket.is_done.is_set()])

    def _broken(self, tickets: list[Ticket], lane: Lane, error: Exception) -> None:
        """The engine broke: what it broke at is stored, to be tried again and counted. Nobody waits for that."""
        log.error("iteration.failed", exc_info=error, extra={"fleet": tickets[0].rows.submission.fleet})
        lane.is_proven = False
        _store_first(tickets, trouble=error)


@dataclass(frozen=True, slots=True)
class _Late:
    """Who comes while a large batch is let into the buffer of a fleet."""

    planner: Planner
    lane: Lane

    def take(self, taken: Sequence[Ticket]) -> list[Ticket]:
        """Them, who don't wait in the lane any more."""
        return self.lane.take_late(taken)

    def put_back(self, tickets: Sequence[Ticket]) -> None:
        """They wait again."""
        self.lane.put_back(tickets)

    def now(self) -> datetime:
        """After all of them came."""
        return self.planner.clock()


def _is_repeated(ticket: Ticket) -> bool:
    """Whether it is done, because another batch has its key by now."""
    if not ticket.is_rival:
        return False
    try:
        receipt = earlier(ticket.rows.submission)
    except RefusedError as error:
        ticket.fail(error)
        return True
    if receipt:
        ticket.end(receipt)
    return receipt is not None


def _may_try_again(ticket: Ticket, error: DatabaseError) -> bool:
    """Alone, so that what is wrong with one is told to that one."""
    ticket.tries += 1
    ticket.is_alone, ticket.is_rival = True, ticket.key is not None
    if ticket.tries >= _MOST_TRIES:
        ticket.fail(error)
    return not ticket.is_done.is_set()


def _store_first(tickets: list[Ticket], trouble: Exception | None = None) -> None:
    """Each that is not done is stored by itself: it waits for an iteration of its own, or for one that is tried again.

    Args:
        tickets: the batches.
        trouble: why nobody waits for it now.
    """
    for ticket in tickets:
        if ticket.is_done.is_set():
            continue
        try:
            ticket.end(submit(ticket.rows.submission, at=ticket.rows.at), trouble=trouble)
        except Exception as error:  # its own: the others must not wait for nothing
            ticket.fail(error)


def _fail(tickets: list[Ticket], error: Exception) -> None:
    for ticket in tickets:
        if not ticket.is_done.is_set():
            ticket.fail(error)
