"""That somebody who executes tasks fetched where and when one is planned: from then on it is theirs to do."""

import logging
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import DatabaseError

from satselect.application.access.rights import executes
from satselect.schemas.tasks import Status
from satselect.store.models import Assignment, User
from satselect.store.sql.chunks import in_parts
from satselect.store.sql.transactions import short_transaction

log = logging.getLogger(__name__)


def note_fetched(user: User, task_ids: Iterable[UUID], *, at: datetime) -> None:
    """Notes of each assignment when it was fetched first, if the user executes tasks; of a time that moves, again.

    Call it before they are read to be answered: what is planned otherwise meanwhile is not noted then. It keeps nobody
    from reading: where it can't be noted, it isn't.
    """
    if not executes(user):
        return
    for part in in_parts(list(task_ids)):
        # Asked before anything is written: executors look often, and what they see was mostly noted before.
        new = Assignment.objects.filter(task__in=part, is_live=True, fetched=None, task__status=Status.SCHEDULED)
        ids = list(new.values_list("id", flat=True))
        if not ids:
            continue
        try:
            with short_transaction():
                # As it was when it was asked: what was planned otherwise meanwhile is another assignment.
                Assignment.objects.filter(id__in=ids, is_live=True, fetched=None).update(fetched=at)
        except DatabaseError as error:
            log.warning("fetched.not_noted: %s", error)
