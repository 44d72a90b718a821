"""Who hears of facts. What happens is told here, without knowing who listens."""

import logging
from collections.abc import Callable

from satselect.telemetry.facts import Fact

log = logging.getLogger(__name__)

Listener = Callable[[Fact], None]

_listeners: list[Listener] = []


def tell(fact: Fact) -> None:
    """Tells everyone who listens. Call it after the commit; it never fails."""
    for listener in _listeners:
        try:
            listener(fact)
        except Exception:  # whatever is wrong with listening is no fault of what was done
            log.exception("listener.failed", extra={"about": fact.event})


def listen(listener: Listener) -> Callable[[], None]:
    """Has the listener hear of every fact. Gives what ends that."""
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)
