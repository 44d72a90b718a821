"""What an order that lost is told of the profit that would have won."""

from dataclasses import replace

import pytest

from satselect.application.ordering.auction.kept import Found
from satselect.application.ordering.auction.telling import told
from satselect.application.ordering.statuses import Step
from satselect.application.ordering.waiting import COMPETITION
from satselect.schemas.explanations import Unknown
from tests.application.buffers import NOW

LOST = Step(NOW, "accepted", COMPETITION, "others hold it")
FOUND = Found(3, NOW, None, None)


def test_the_least_profit_that_wins_is_told() -> None:
    step = told(LOST, replace(FOUND, needs=2.5), None, version=3)
    assert (step.needs, step.wins_with, step.unknown) == (2.5, 2.51, None)
    assert step.words == "others hold it; it needs 2.51 to win"


@pytest.mark.parametrize(
    ("unknown", "words"),
    [(Unknown.NOT_PROVEN, "others hold it"), (Unknown.NO_PROFIT, "no profit suffices as things are now")],
)
def test_why_there_is_none_is_told(unknown: Unknown, words: str) -> None:
    step = told(LOST, replace(FOUND, unknown=unknown), None, version=3)
    assert (step.reason, step.words, step.unknown) == (COMPETITION, words, unknown)
    assert (step.needs, step.wins_with) == (None, None)
