"""Rings whenever this process committed an event, for those who would otherwise look only now and then."""

from threading import Event
from weakref import WeakSet

# Weak: a listener whose thread is over goes by itself.
_listeners: WeakSet[Event] = WeakSet()


def listen() -> Event:
    """An event that each ring sets, and that the waiting thread clears."""
    heard = Event()
    _listeners.add(heard)
    return heard


def ring() -> None:
    """Tells all listeners."""
    for heard in list(_listeners):  # a copy: others may begin to listen meanwhile
        heard.set()
