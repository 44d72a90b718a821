"""Signals while the engine works: what their handlers raise waits until no compiled code is under way.

Compiled code hands arrays back by way of a little Python, in which a handler may run; what it raises there is taken no
notice of, and the process ends with a segmentation fault sooner or later. So what is raised is kept, what selects is
asked to stop, and the exception goes on from where the engine was called.
"""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from types import FrameType

from satselect.engine.limits import stopped_by

Handler = Callable[[int, FrameType | None], object]


class _Held:
    """Stands in for a handler, and keeps what it raises."""

    def __init__(self, handler: Handler, raised: list[BaseException]) -> None:
        self._handler, self._raised = handler, raised

    def __call__(self, number: int, frame: FrameType | None) -> None:
        try:
            self._handler(number, frame)
        except BaseException as error:  # any: a handler may end the process
            self._raised.append(error)


@contextmanager
def signals_held() -> Iterator[None]:
    """Lets handlers of signals run, and raises what they raised first at the end, which then comes soon."""
    raised: list[BaseException] = []
    stand_ins = _stand_ins(raised) if current_thread() is main_thread() else {}
    if not stand_ins:  # handlers run in no other thread
        yield
        return
    before = {number: signal.signal(number, stand_in) for number, stand_in in stand_ins.items()}
    try:
        with stopped_by(lambda: bool(raised)):
            yield
    finally:
        for number, handler in before.items():
            if signal.getsignal(number) is stand_ins[number]:
                signal.signal(number, handler)
        if raised:
            raise raised[0]


def _stand_ins(raised: list[BaseException]) -> dict[signal.Signals, _Held]:
    handlers = {number: signal.getsignal(number) for number in signal.Signals}
    return {
        number: _Held(handler, raised)
        for number, handler in handlers.items()
        if callable(handler) and not isinstance(handler, signal.Handlers | _Held)
    }
