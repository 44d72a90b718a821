"""Signals while the engine works never end the process, and come through soon."""

import signal

import pytest

from satselect.selection.signals import signals_held
from tests.selection.interrupts import interrupt_command, interrupt_library

_SOON_S = 15.0  # on a busy machine; `python -m tests.selection.interrupts` measures


@pytest.mark.parametrize("seed", range(8))
def test_an_interrupted_library_call_raises_and_the_next_is_sound(seed: int) -> None:
    took, is_right = interrupt_library(seed)
    assert is_right
    assert took < _SOON_S


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_an_interrupted_command_tells_the_best_by_then(seed: int) -> None:
    took, is_right = interrupt_command(seed)
    assert is_right
    assert took < _SOON_S


def test_what_a_handler_raises_waits_until_the_end() -> None:
    done: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        interrupted_before(done)
    assert done == ["all"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def interrupted_before(done: list[str]) -> None:
    with signals_held():
        signal.raise_signal(signal.SIGINT)
        done.append("all")


def test_a_handler_that_raises_nothing_stops_nothing() -> None:
    seen: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _frame: seen.append(number))
    try:
        with signals_held():
            signal.raise_signal(signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert seen == [signal.SIGTERM]
