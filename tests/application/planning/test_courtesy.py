"""Large requests give way while an iteration is read or recorded, and not for ever."""

from threading import Event, Thread
from time import monotonic
from unittest.mock import patch

import pytest

from satselect import Selection
from satselect.application.dispatch.lane import Lanes
from satselect.application.dispatch.shared import Shared
from satselect.application.dispatch.tickets import Lane, Ticket
from satselect.application.planning import iterate as making
from satselect.application.planning.courtesy import MOST_S, Courtesy
from satselect.application.planning.iterate import iterate
from satselect.store.models import Fleet
from tests.application.buffers import NOW, buffer, submission, task
from tests.application.dispatch.test_ready import large
from tests.planners import planner


def waits(courtesy: Courtesy) -> bool:
    """Whether who gives way has to wait: seen by what is waited for, as a busy machine takes its time, too."""
    with patch.object(courtesy._changed, "wait", wraps=courtesy._changed.wait) as waited:
        courtesy.give_way()
    return waited.called


def test_who_gives_way_goes_on_when_nobody_is_in_a_hurry_or_after_a_while() -> None:
    courtesy, is_hurrying, may_end = Courtesy(), Event(), Event()

    def hurry() -> None:
        with courtesy.hurried():
            is_hurrying.set()
            may_end.wait(10)

    other = Thread(target=hurry)
    other.start()
    is_hurrying.wait(10)
    begun = monotonic()
    assert waits(courtesy)
    assert MOST_S <= monotonic() - begun < 10
    may_end.set()
    other.join()
    assert not waits(courtesy)


@pytest.mark.usefixtures("database")
def test_reading_and_recording_are_in_a_hurry_and_selecting_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    buffer(task("a", "camera"))
    told: dict[str, bool] = {}

    def select(kept: object, *, time_limit: float) -> Selection:
        told["select"] = waits(mine.courtesy)
        return kept.select(time_limit=time_limit)  # type: ignore[attr-defined, no-any-return]

    mine = planner(select=select)
    for name in ("situation_of", "record"):
        before = getattr(making, name)

        def noted(*args: object, name: str = name, before: object = before, **named: object) -> object:
            told[name] = waits(mine.courtesy)
            return before(*args, **named)  # type: ignore[operator]

        monkeypatch.setattr(making, name, noted)
    iterate(mine, Fleet.objects.get(slug="default").id, at=NOW)
    assert told == {"situation_of": True, "select": False, "record": True}


def test_making_answers_is_in_a_hurry_and_what_it_took_is_told() -> None:
    courtesy, took_s = Courtesy(), list[float]()
    answers = Shared(courtesy, took_s.append)
    assert answers.made("all", lambda: str(waits(courtesy))) == "True"
    assert answers.made("all", lambda: "another") == "True"
    assert not waits(courtesy)
    assert len(took_s) == 1
    assert took_s[0] >= MOST_S


@pytest.mark.usefixtures("database")
def test_a_large_batch_that_has_the_turn_gives_way_before_others_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    lanes, told = Lanes(planner()), list[str]()
    for _ in range(2):
        lanes.submit_and_settle(submission())
    take = Lane.take

    def noted(lane: Lane, mine: Ticket) -> list[Ticket]:
        told.append("takes")
        return take(lane, mine)

    monkeypatch.setattr(Courtesy, "give_way", lambda _: told.append("gives way"))
    monkeypatch.setattr(Lane, "take", noted)
    lanes.submit_and_settle(submission(*large(1)))
    assert told[-2:] == ["gives way", "takes"]
    lanes.submit_and_settle(submission(task("a", "camera")))
    assert told[-2:] == ["takes", "takes"]


@pytest.mark.usefixtures("database")
def test_large_batches_give_way_and_small_ones_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    lanes, waited = Lanes(planner()), []
    monkeypatch.setattr(Courtesy, "give_way", lambda _: waited.append(True))
    for _ in range(3):
        lanes.submit_and_settle(submission(task("a", "camera")))
    assert not waited
    lanes.submit_and_settle(submission(*large(1)))
    assert waited
