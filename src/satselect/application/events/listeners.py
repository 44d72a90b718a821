"""Whether those who follow events may still do so: keys end, and roles change, while a stream is open."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from satselect.application.events.audiences import Audience, audience_of
from satselect.store.models import Key, User


@dataclass(frozen=True, slots=True)
class Listener:
    """A user that follows events, and by what right.

    Attributes:
        key: the visible letters of the key that was shown; None for who showed none.
    """

    user_id: int
    key: str | None
    audience: Audience


def listener_of(user: User, *, key: str | None = None) -> Listener:
    """The user as a listener."""
    return Listener(user.id, key, audience_of(user))


def still_listening(listeners: Collection[Listener], *, at: datetime) -> set[Listener]:
    """Those whose key still holds, and whose user would hear the same if they asked again."""
    users = User.objects.filter(id__in={each.user_id for each in listeners}, is_active=True)
    audiences = {user.id: audience_of(user) for user in users}
    shown = {each.key for each in listeners if each.key}
    holding = Key.objects.filter(Q(expires=None) | Q(expires__gt=at), visible__in=shown, revoked=None)
    keys = {None, *holding.values_list("visible", flat=True)}
    return {each for each in listeners if each.key in keys and audiences.get(each.user_id) == each.audience}
