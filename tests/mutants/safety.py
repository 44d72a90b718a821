"""Breaks of what keeps accepted tasks."""

from tests.mutants.mutant import Mutant

TESTS = [
    "tests/store/test_constraints.py",
    *(f"tests/application/{room}" for room in ("planning", "tasks", "dispatch")),
    *("-k", "not postgresql"),  # one database is enough to notice
]
_TABLES = "store/migrations/0001_squashed_0019_signature_of_task_unchecked.py"

MUTANTS = [
    # the fence
    Mutant("store/queries/counters.py", "WHERE id = %(fleet)s AND version = %(version)s", "WHERE id = %(fleet)s"),
    Mutant(
        "store/queries/counters.py",
        "SET version = version + 1, event_number = event_number + %(events)s, buffered = buffered -",
        "SET event_number = event_number + %(events)s, buffered = buffered -",
    ),
    Mutant("application/planning/buffer/load.py", "if kept.version != now.version or", "if"),
    Mutant("store/queries/counters.py", "AND seq = %(seq)s", ""),
    Mutant("application/dispatch/lane.py", "return self.of(fleet_id).is_proven and not", "return not"),
    Mutant(
        "application/dispatch/tickets.py",
        "return self.ready if self.ready and self.ready.kept is kept else None",
        "return self.ready",
    ),
    Mutant("application/dispatch/tickets.py", "mine.passed < MOST_PASSED and", ""),
    Mutant("store/queries/counters.py", " AND buffered + %(entering)s >= 0", ""),
    Mutant(
        "application/dispatch/lane.py",
        "ticket.end(submit(ticket.rows.submission, at=ticket.rows.at), trouble=trouble)",
        "pass",
    ),
    Mutant("store/queries/moves.py", "WHERE status = %s AND id {among", "WHERE %s <> '' AND id {among"),
    Mutant("application/lifecycle.py", "if moved != len(task_ids):", "if False:"),
    Mutant(
        "application/tasks/change.py",
        "same = Task.objects.filter(id=task.id, status=task.status, attempts=task.attempts, updated=task.updated)",
        "same = Task.objects.filter(id=task.id)",
    ),
    Mutant(
        "application/tasks/change.py",
        "_live(task).update(is_live=False, ended=report.at, ended_version=fleet.version)",
        "pass",
    ),
    # what an iteration considered
    Mutant(
        "application/planning/recorded_iteration.py",
        "AND state = 'pending' AND seq <= %s",
        "AND state = 'pending' AND seq < %s + 1000000000",
    ),
    Mutant("application/planning/record.py", "considered_seq=kept.seq", "considered_seq=fleet.seq"),
    Mutant("store/queries/buffer/heads.py", "AND batch_seq <= %(seq)s", ""),
    # submissions
    Mutant("application/tasks/submit.py", "if key is None:", "if True:"),
    Mutant(
        "application/tasks/submit.py",
        "if batch.digest not in {submission.digest, submission.earlier_digest}:",
        "if False:",
    ),
    Mutant("application/tasks/submit.py", "with short_transaction():", "if True:"),
    # the inbox
    Mutant("application/dispatch/inbox.py", "attempts.count(group)", "group[0].attempts"),
    Mutant("application/dispatch/attempts.py", "if batch.id not in self._counted]", "]"),
    Mutant("application/dispatch/attempts.py", "first.attempts >= MOST_ATTEMPTS", "False"),
    Mutant("application/dispatch/inbox.py", "pending[1].seq - 1 if", "None if"),
    Mutant("application/dispatch/dead_letters.py", "filter(id=batch_id, state=before)", "filter(id=batch_id)"),
    Mutant(
        "store/queries/buffer/heads.py",
        "AND batch_id NOT IN (SELECT id FROM store_batch WHERE fleet_id = %(fleet)s AND state IN ({states}))",
        "",
    ),
    Mutant("application/dispatch/sweeper.py", "if oldest in self._seen", "if False"),
    # the dispatcher
    Mutant(
        "application/dispatch/dispatcher.py",
        "            settled = self._settle(",
        "            self._announce([], work)\n            settled = self._settle(",
    ),
    Mutant("application/dispatch/dispatcher.py", "self._bus.announce(batch_id)", "pass"),
    Mutant("application/dispatch/dispatcher.py", "work.deliveries[:0] = self._left", "self._left"),
    Mutant("application/dispatch/dispatcher.py", "if fleet_id not in self._at_work:", "if fleet_id:"),
    Mutant(
        "application/dispatch/deliver.py",
        "        if iteration := first_considering(batch):\n            return",
        "        if iteration := None:\n            return",
    ),
    # the last line: the tables
    Mutant(
        _TABLES,
        'fields=("fleet", "version"), name="iteration_unique_version"',
        'fields=("fleet", "id"), name="iteration_unique_version"',
    ),
    Mutant(_TABLES, 'fields=("account", "idempotency_key")', 'fields=("id", "idempotency_key")'),
    Mutant(
        _TABLES, 'fields=("fleet", "seq"), name="batch_unique_seq"', 'fields=("fleet", "id"), name="batch_unique_seq"'
    ),
    Mutant(_TABLES, 'models.Q(("is_live", True)), fields=("task",)', 'models.Q(("is_live", False)), fields=("task",)'),
    Mutant(_TABLES, '("capacity", 1), ("is_timed", False)', '("capacity", 0)'),
    Mutant(_TABLES, '"held"), "+", models.F("used")', '"held"), "-", models.F("used")'),
]
