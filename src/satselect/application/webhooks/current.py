"""Bodies as their readers may see them now: between an event and its delivery, days later, a role may change."""

from satselect.application.events.audiences import audience_of
from satselect.application.webhooks.fan_out import notice_of
from satselect.store.models import Delivery
from satselect.store.queries.events import events_after


def current_body(delivery: Delivery) -> str | None:
    """The body of the delivery, written anew if its user belongs to another audience than it was written for.

    None if it is not for them any more, or the event is no longer there to be told anew.
    """
    audience = audience_of(delivery.webhook.user)
    if delivery.audience == audience.code:
        return delivery.body
    events = events_after(delivery.fleet_id, delivery.number - 1, limit=1)
    notice = notice_of(events[0], audience) if events and events[0].event.number == delivery.number else None
    if notice is None:
        return None
    _, body = notice
    Delivery.objects.filter(id=delivery.id).update(body=body, audience=audience.code)
    return body
