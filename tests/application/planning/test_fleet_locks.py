"""Who waits for an iteration while another one is made waits for half of the time limit at most, and has the rest."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from threading import Thread
from time import monotonic, sleep

import pytest

from satselect import Selection
from satselect.application.dispatch.inbox import settle_pending
from satselect.application.errors import BusyError
from satselect.application.planning import fleet_locks, time_left
from satselect.application.planning.due import iterate_if_due
from satselect.application.planning.fleet_locks import FleetLocks
from satselect.application.planning.iterate import iterate
from satselect.application.planning.planner import SHORTEST_S, Planner
from satselect.application.shutdown import Shutdown
from satselect.engine.limits import Limits
from satselect.store.models import Fleet
from tests.application.buffers import NOW, buffer, task
from tests.application.planning.test_time_left import Clock
from tests.planners import planner

LIMIT_S, STEP_S = 1.0, 0.005


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """One that only the engine moves: reading and recording take no time, however busy the machine is."""
    clock = Clock()
    for module in (time_left, fleet_locks):
        monkeypatch.setattr(module, "monotonic", clock)
    return clock


class Tireless:
    """An engine that needs all the time it gets, and notes how long that was, and how long it should have been."""

    def __init__(self, clock: Clock | None = None, meanwhile: Callable[[], None] = lambda: None) -> None:
        self.clock = clock
        self.meanwhile = meanwhile
        self.took_s: list[float] = []
        self.given_s: list[float] = []

    def __call__(self, kept: object, *, time_limit: float) -> Selection:
        now = self.clock or monotonic
        limits, begun = Limits(deadline=now() + time_limit, clock=now), now()
        self.meanwhile()
        while not limits.is_over():
            self._go_on()
        self.took_s.append(now() - begun)
        self.given_s.append(time_limit)
        return kept.select(time_limit=60)  # type: ignore[attr-defined, no-any-return]

    def _go_on(self) -> None:
        if self.clock:
            self.clock.now += STEP_S
        else:
            sleep(STEP_S)


def fleet_id() -> int:
    return Fleet.objects.get(slug="default").id


def made(engine: Tireless) -> tuple[float, float]:
    iterate(planner(LIMIT_S, select=engine), fleet_id(), at=NOW)
    return engine.given_s[-1], engine.took_s[-1]


@pytest.mark.usefixtures("database")
def test_who_is_alone_is_not_cut_short() -> None:
    buffer(task("a", "camera"))
    given_s, took_s = made(Tireless())
    assert LIMIT_S / 2 <= given_s <= took_s


@pytest.mark.usefixtures("database")
def test_who_comes_meanwhile_cuts_it_short_and_has_what_is_left(clock: Clock) -> None:
    buffer(task("a", "camera"))
    id = fleet_id()
    engine = Tireless(clock, lambda: planner().locks.wait(id))
    assert made(engine)[1] == pytest.approx(LIMIT_S / 2, abs=2 * STEP_S)
    engine.meanwhile = lambda: None
    given_s, _ = made(engine)
    assert SHORTEST_S <= given_s < LIMIT_S / 2  # the other half, less what is taken off for reading and recording
    assert LIMIT_S / 2 <= made(engine)[0] < LIMIT_S, "that is taken off here, too"


@pytest.mark.parametrize("look", [partial(settle_pending, is_retry=True), iterate_if_due])
@pytest.mark.usefixtures("database")
def test_who_looks_for_what_is_left_or_due_cuts_nothing_short(look: Callable[[Planner, int], object]) -> None:
    buffer(task("a", "camera"))
    id, locks, errors = fleet_id(), FleetLocks(Shutdown()), list[Exception]()

    def wait() -> None:
        try:
            look(replace(planner(LIMIT_S), locks=locks), id)
        except BusyError as error:
            errors.append(error)

    other = Thread(target=wait)
    engine = Tireless(meanwhile=other.start)
    with locks.held(id, patience_s=1):
        iterate(replace(planner(LIMIT_S, select=engine), locks=locks), id, at=NOW)
        locks.shutdown.begin()
        other.join(5)
    assert errors, "it waited for its turn all the time"
    assert LIMIT_S / 2 <= engine.given_s[0] <= engine.took_s[0]


@pytest.mark.usefixtures("database")
def test_who_waited_longer_than_the_limit_has_the_least_time(clock: Clock) -> None:
    buffer(task("a", "camera"))
    planner().locks.wait(fleet_id())
    clock.now += LIMIT_S
    assert made(Tireless(clock))[0] == SHORTEST_S


@pytest.mark.usefixtures("database")
def test_a_process_that_ends_selects_no_longer(clock: Clock) -> None:
    buffer(task("a", "camera"))
    ending = FleetLocks(Shutdown())
    ending.shutdown.begin()
    engine = Tireless(clock)
    iterate(replace(planner(LIMIT_S, select=engine), locks=ending), fleet_id(), at=NOW)
    assert engine.took_s[-1] == 0


def test_who_waits_for_a_turn_is_noted_and_gives_up_when_the_process_ends() -> None:
    found: list[object] = []
    locks = FleetLocks(Shutdown())

    def wait() -> None:
        try:
            with locks.held(-1, patience_s=30):
                found.append("turn")
        except BusyError as error:
            found.append(error)

    with locks.held(-1, patience_s=1):
        assert locks.waited_s(-1) == 0
        other = Thread(target=wait)
        other.start()
        while not locks.waited_s(-1):
            sleep(0.01)
        locks.shutdown.begin()
        other.join(5)
        assert isinstance(found[0], BusyError)
    assert locks.serve_waiting(-1) > 0
    assert locks.waited_s(-1) == locks.serve_waiting(-1) == 0
