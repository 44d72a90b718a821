"""From events to deliveries: each event for each webhook that may know of it, once, whatever happens meanwhile."""

from datetime import datetime
from itertools import groupby

from django.db.models import F

from satselect.application.events.audiences import Audience, audience_of, told
from satselect.schemas.events import IterationEvent, TaskEvent
from satselect.schemas.webhooks import IterationNotice, TaskNotice
from satselect.store.models import Delivery, Fleet, Webhook, WebhookCursor
from satselect.store.queries.events import Recorded, events_after
from satselect.store.sql.bulk_insert import insert
from satselect.store.sql.ids import new_ids
from satselect.store.sql.transactions import short_transaction

PAGE = 200
"""Events that one transaction makes deliveries of."""


def fan_out(*, at: datetime) -> int:
    """Makes deliveries of what has happened, a page for each webhook and fleet. Gives how many.

    The cursor moves in the transaction that stores them, by compare-and-set: the second of two stores nothing, and a
    killed process has stored all or nothing.
    """
    _add_cursors()
    behind = WebhookCursor.objects.filter(
        fleet__event_number__gt=F("number"), webhook__disabled=None, webhook__user__is_active=True
    )
    made = 0
    together = behind.select_related("webhook__user", "fleet").order_by("fleet_id", "number", "id")
    for place, cursors in groupby(together, lambda cursor: (cursor.fleet_id, cursor.number)):
        page = events_after(*place, limit=PAGE)  # once for all who stand there
        made += sum(_advance(cursor, page, at) for cursor in cursors)
    return made


def _add_cursors() -> None:
    """Lets every webhook stand before the first event of fleets that were made after it."""
    # As nearly always: no transaction is opened to find that none is missing.
    if WebhookCursor.objects.count() == Webhook.objects.count() * Fleet.objects.count():
        return
    with short_transaction():
        WebhookCursor.objects.bulk_create(
            [
                WebhookCursor(webhook_id=webhook_id, fleet_id=fleet_id, number=0)
                for fleet_id in Fleet.objects.values_list("id", flat=True)
                for webhook_id in Webhook.objects.exclude(cursors__fleet=fleet_id).values_list("id", flat=True)
            ],
            ignore_conflicts=True,  # another process may add the same
        )


def _advance(cursor: WebhookCursor, page: list[Recorded], at: datetime) -> int:
    # Nothing there means that the events were deleted before anybody was told.
    number = page[-1].event.number if page else cursor.fleet.event_number
    audience, ids = audience_of(cursor.webhook.user), new_ids(at)
    shared = audience.code, at, "pending", 0, at, ""
    rows = [
        (next(ids), cursor.webhook_id, cursor.fleet_id, recorded.event.number, recorded.event.moment, *notice, *shared)
        for recorded in page
        if (notice := notice_of(recorded, audience))
    ]
    with short_transaction():
        # Somebody else was here since it was read, and has stored these.
        if not WebhookCursor.objects.filter(id=cursor.id, number=cursor.number).update(number=number):
            return 0
        # Bodies were written before the transaction: each is JSON of up to a thousand tasks.
        insert(Delivery, _COLUMNS, rows)
    return len(rows)


_COLUMNS = (
    *("id", "webhook_id", "fleet_id", "number", "moment", "type", "body"),
    *("audience", "created", "status", "attempts", "next_at", "error"),
)


def notice_of(recorded: Recorded, audience: Audience) -> tuple[str, str] | None:
    """The type and body of what is delivered; None for what is no change of a task that they may see."""
    if not audience.may_follow(recorded.event.fleet_id):
        return None
    event, at = told(recorded, audience), recorded.event.at
    match event:
        case TaskEvent():
            notice: TaskNotice | IterationNotice = TaskNotice.model_construct(timestamp=at, data=event)
        case IterationEvent(scheduled=scheduled) if scheduled:
            notice = IterationNotice.model_construct(timestamp=at, data=event)
        case _:
            return None
    return notice.type, notice.model_dump_json()
