"""Signals while the engine works: what their handlers raise waits until no compiled code is under way.

Compiled code hands arrays back by way of a little Python, in which a handler may run; what it raises there is taken no
notice of, and the process ends with a segmentation fault sooner or later. So what is raised is kept, what selects is
asked to stop, and the exception goes on from where the engine was called.
"""

import inspect
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from types import FrameType

from satselect.engine.limits import stopped_by

Handler = Callable[[int, FrameType | None], object]

_NUMBERS = tuple(map(int, signal.Signals))
_handler_of: Callable[[int], Handler | int | None] = inspect.unwrap(signal.getsignal)
"""As the interpreter has it: to make members of enumerations of all of them took longer than a small selection."""


class _Hold:
    """What handlers raised in one stretch of work, until that is over."""

    def __init__(self) -> None:
        self.raised: list[BaseException] = []
        self.is_over = False


class _Held:
    """Stands in for a handler, and keeps what it raises.

    A signal may come while stand-ins are put in place or taken away, and what its handler raises ends that half way. A
    stand-in that stayed behind is harmless: once the hold is over it passes everything on.
    """

    def __init__(self, handler: Handler, hold: _Hold) -> None:
        self.handler, self.hold = handler, hold

    def __call__(self, number: int, frame: FrameType | None) -> None:
        if self.hold.is_over:
            self.handler(number, frame)
            return
        try:
            self.handler(number, frame)
        except BaseException as error:  # any: a handler may end the process
            self.hold.raised.append(error)


@contextmanager
def signals_held() -> Iterator[None]:
    """Lets handlers of signals run, and raises what they raised first at the end, which then comes soon."""
    hold = _Hold()
    stand_ins = _stand_ins(hold) if current_thread() is main_thread() else {}
    if not stand_ins:  # handlers run in no other thread
        yield
        return
    try:
        for number, stand_in in stand_ins.items():
            signal.signal(number, stand_in)
        with stopped_by(lambda: bool(hold.raised)):
            yield
    finally:
        # First, so that a stand-in which a signal kept from being taken away passes on from now.
        hold.is_over = True
        for number, stand_in in stand_ins.items():
            is_in_place = _handler_of(number) is stand_in
            if is_in_place:
                signal.signal(number, stand_in.handler)
        if hold.raised:
            raise hold.raised[0]


def _stand_ins(hold: _Hold) -> dict[int, _Held]:
    handlers = {number: _behind(_handler_of(number)) for number in _NUMBERS}
    return {
        number: _Held(handler, hold)
        for number, handler in handlers.items()
        if callable(handler) and not isinstance(handler, _Held)
    }


def _behind(handler: Handler | int | None) -> Handler | int | None:
    """The handler itself where a stand-in stayed behind."""
    while isinstance(handler, _Held) and handler.hold.is_over:
        handler = handler.handler
    return handler
