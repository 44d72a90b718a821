"""Signals while the engine works never end the process, and come through soon."""

import signal
import sys
from collections.abc import Callable, Iterator
from itertools import count
from threading import Event, Timer
from time import monotonic
from types import FrameType
from typing import Any

import numpy as np
import pytest
from highspy import HighsModelStatus as Status
from highspy import HighsVarType

from satselect import select
from satselect.engine import signals
from satselect.engine.limits import Limits, stopped_by
from satselect.engine.packing.packing import pack
from satselect.engine.packing.presolve import reduce
from satselect.engine.problem.problem import Problem
from satselect.engine.relaxation.highs import Model
from satselect.engine.signals import signals_held
from tests.engine.interrupts import hard, interrupt_command, interrupt_library, other
from tests.longer import more

_SOON_S = 15.0  # on a busy machine; `python -m tests.engine.interrupts` measures


@pytest.mark.parametrize("seed", [0, 1, *more(range(2, 8))])
def test_an_interrupted_library_call_raises_and_the_next_is_sound(seed: int) -> None:
    took, is_right = interrupt_library(seed)
    assert is_right
    assert took < _SOON_S


@pytest.mark.parametrize("seed", [0, *more([1, 2])])
def test_an_interrupted_command_tells_the_best_by_then(seed: int) -> None:
    took, is_right = interrupt_command(seed)
    assert is_right
    assert took < _SOON_S


@pytest.mark.parametrize("seed", [0, *more([2])])
def test_a_solver_that_does_not_look_at_its_clock_is_left_alone(seed: int) -> None:
    model, is_asked = hard_model(seed), Event()
    begun = monotonic()
    Timer(0.5, is_asked.set).start()
    with stopped_by(is_asked.is_set):
        assert model.run(Limits()) in {Status.kNotset, Status.kInterrupt, Status.kTimeLimit}
    assert monotonic() - begun < _SOON_S
    assert select(other()).status == "optimal"


def hard_model(seed: int) -> Model:
    tasks, capacities = hard(seed)
    (part,) = reduce(pack(Problem.of(tasks, capacities))).parts
    model = Model(part.capacities, part.rows.magnitudes(len(part.capacities)))
    model.add(part.rows, part.profits / part.profits.max())
    n = len(part.profits)
    model.highs.changeColsIntegrality(n, np.arange(n, dtype=np.int32), np.full(n, HighsVarType.kInteger))
    return model


@pytest.fixture
def _is_interruptible() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background has it ignored
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_is_interruptible")
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


class _Interrupted(Exception):  # noqa: N818
    """Raised by a handler."""


def _interrupt(number: int, _frame: FrameType | None) -> None:
    raise _Interrupted


@pytest.fixture
def _handlers() -> Iterator[None]:
    before = {number: signal.signal(number, _interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("_handlers")
def test_a_signal_at_any_step_of_holding_leaves_nothing_held() -> None:
    for steps in count(1):
        if not _interrupted_after(steps):
            break
        for number in (signal.SIGINT, signal.SIGTERM):
            with pytest.raises(_Interrupted):
                signal.raise_signal(number)
        held: list[int] = []
        with pytest.raises(_Interrupted):
            _raise_within(held)
        assert held == [1], f"not held after an interruption at step {steps}"
    assert steps > 50


def _interrupted_after(steps: int) -> bool:
    """Whether a signal came after so many instructions of holding; its exception went through if so."""
    left = [steps]

    def trace(frame: FrameType, event: str, _: Any) -> Callable[..., Any] | None:  # noqa: ANN401 - what `settrace` asks for
        if frame.f_code.co_filename != signals.__file__:
            return None
        frame.f_trace_opcodes = True
        if event == "opcode":
            left[0] -= 1
            if left[0] == 0:
                sys.settrace(None)
                signal.raise_signal(signal.SIGINT)
        return trace

    before = sys.gettrace()
    try:
        sys.settrace(trace)
        with signals_held():
            pass
    except _Interrupted:
        return True
    finally:
        sys.settrace(before)
    assert left[0] > 0, "what the handler raised was lost"
    return False


def _raise_within(held: list[int]) -> None:
    with signals_held():
        signal.raise_signal(signal.SIGTERM)
        held.append(1)
