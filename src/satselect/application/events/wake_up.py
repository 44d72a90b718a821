"""Rings whenever this process committed an event, for those who would otherwise look only now and then."""

from threading import Event
from weakref import WeakSet

_listeners: WeakSet[Event] = WeakSet()


def listen() -> Event:
    """An event that each ring sets, and that the waiting thread clears."""
    heard = Event()
    _listeners.add(heard)
    return heard


def ring() -> None:
    """Tells all listeners."""
    for heard in list(_listeners):
        heard.set()
