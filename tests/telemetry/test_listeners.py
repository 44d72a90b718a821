from uuid import uuid4

import pytest

from satselect.telemetry.facts import BatchRepeated, Fact
from satselect.telemetry.listeners import listen, tell
from satselect.telemetry.log_context import noted, notes
from satselect.telemetry.spans import span, traceparent

FACT = BatchRepeated(fleet_id=1, batch=uuid4())


def test_who_listens_hears_until_it_ends() -> None:
    heard: list[Fact] = []
    end = listen(heard.append)
    tell(FACT)
    end()
    tell(FACT)
    assert heard == [FACT]


def test_a_listener_that_fails_is_logged_and_keeps_nobody_from_hearing(caplog: pytest.LogCaptureFixture) -> None:
    def failing(fact: Fact) -> None:
        raise RuntimeError

    heard: list[Fact] = []
    ends = listen(failing), listen(heard.append)
    tell(FACT)
    for end in ends:
        end()
    assert heard == [FACT]
    assert "listener.failed" in caplog.messages


def test_notes_hold_within_and_end_with_it() -> None:
    with noted(request_id="a", batch="b"), noted(batch="c"):
        assert notes() == {"request_id": "a", "batch": "c"}
    assert notes() == {}


def test_spans_go_nowhere_until_somebody_traces() -> None:
    with span("iterate") as kept:
        kept.add(fleet_id=1)
        kept.rename("another")
        assert traceparent() is None
