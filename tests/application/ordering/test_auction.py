"""What an order that lost is told of the profit that would have won."""

from dataclasses import replace

import pytest

from satselect.application.explanation.explain import Explanation
from satselect.application.ordering.auction import told
from satselect.application.ordering.statuses import Step
from satselect.application.ordering.waiting import COMPETITION
from satselect.schemas.explanations import Reason, Unknown
from tests.application.buffers import NOW

LOST = Step(NOW, "accepted", COMPETITION, "others hold it")
FOUND = Explanation(iteration_id=None, reason=Reason.HELD, why="others hold it")


def test_the_least_profit_that_wins_is_told() -> None:
    step = told(LOST, replace(FOUND, break_even=2.5), None)
    assert (step.needs, step.wins_with, step.unknown) == (2.5, 2.51, None)
    assert step.words == "others hold it; it needs 2.51 to win"


@pytest.mark.parametrize(
    ("unknown", "words"),
    [(Unknown.NOT_PROVEN, "others hold it"), (Unknown.NO_PROFIT, "no profit suffices as things are now")],
)
def test_why_there_is_none_is_told(unknown: Unknown, words: str) -> None:
    step = told(LOST, replace(FOUND, unknown=unknown), None)
    assert (step.reason, step.words, step.unknown) == (COMPETITION, words, unknown)
    assert (step.needs, step.wins_with) == (None, None)
