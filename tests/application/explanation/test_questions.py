"""Questions have places of their own, end with their client and with the process."""

from queue import Queue
from threading import Event, Thread
from time import monotonic

import pytest

from satselect.application.errors import AskedTooMuchError, BusyError
from satselect.application.explanation.questions import Places, asked_by, question
from satselect.application.shutdown import Shutdown
from satselect.engine.limits import Limits

ANNA, BORIS, CLARA = 1, 2, 3


def test_nobody_has_all_places() -> None:
    places = Places(most=3, of_user=2, patience_s=0.01)
    with places.taken(ANNA), places.taken(ANNA):
        with pytest.raises(AskedTooMuchError), places.taken(ANNA):
            pass
        with places.taken(BORIS), pytest.raises(BusyError), places.taken(CLARA):
            pass
        with places.taken(CLARA):
            pass
    assert places.free == 3


def test_a_question_waits_a_moment_for_a_place() -> None:
    places, is_taken, go_on = Places(most=1, of_user=1, patience_s=20), Event(), Event()

    def ask() -> None:
        with places.taken(ANNA):
            is_taken.set()
            go_on.wait(20)

    other = Thread(target=ask)
    other.start()
    assert is_taken.wait(20)
    later = Thread(target=go_on.set)
    later.start()
    with places.taken(BORIS):
        assert places.free == 0
    other.join()
    later.join()


def test_no_more_wait_than_there_are_places() -> None:
    places, refused = Places(most=1, of_user=1, patience_s=5), Queue[float]()
    begun = monotonic()

    def ask(user: int) -> None:
        with pytest.raises(BusyError), places.taken(user):
            pass
        refused.put(monotonic() - begun)

    with places.taken(ANNA):
        waiting = [Thread(target=ask, args=[user]) for user in (BORIS, CLARA)]
        for each in waiting:
            each.start()
        assert refused.get(timeout=4) < 4
        assert refused.get(timeout=20) >= 5
    for each in waiting:
        each.join()


def test_who_asks_too_much_is_told_at_once() -> None:
    places, begun = Places(most=3, of_user=1, patience_s=20), monotonic()
    with places.taken(ANNA):
        with pytest.raises(AskedTooMuchError), places.taken(ANNA):
            pass
        with places.taken(BORIS), places.taken(CLARA), pytest.raises(AskedTooMuchError), places.taken(ANNA):
            pass
    assert monotonic() - begun < 5
    with places.taken(ANNA):
        assert places.free == 2


def test_a_question_that_waits_counts_as_one_of_its_user() -> None:
    places, results = Places(most=1, of_user=1, patience_s=3), Queue[type[Exception]]()

    def ask() -> None:
        with pytest.raises((AskedTooMuchError, BusyError)) as refused, places.taken(BORIS):
            pass
        results.put(refused.type)

    with places.taken(ANNA):
        asking = [Thread(target=ask) for _ in range(2)]
        for each in asking:
            each.start()
        assert [results.get(timeout=20), results.get(timeout=20)] == [AskedTooMuchError, BusyError]
    for each in asking:
        each.join()


def test_a_place_is_given_back_whatever_happened() -> None:
    places = Places(most=1, of_user=1)
    with pytest.raises(RuntimeError), question(places, ANNA, candidates=10**6):
        raise RuntimeError
    assert places.free == 1


def test_a_question_ends_with_its_client() -> None:
    left: list[bool] = []
    with asked_by(lambda: bool(left)), question(Places(most=1, of_user=1), ANNA):
        limits = Limits.within(60)
        assert not limits.is_over()
        left.append(True)
        assert limits.is_over()


def test_a_question_ends_with_the_process() -> None:
    shutdown = Shutdown()
    with question(Places(most=1, of_user=1, shutdown=shutdown), ANNA):
        limits = Limits.within(60)
        assert not limits.is_over()
        shutdown.begin()
        assert limits.is_over()
