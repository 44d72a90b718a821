"""One limit bounds the whole of a question, however often the engine selects for it."""

from random import Random
from time import process_time

import pytest

from satselect.application.explanation.explain import explain
from satselect.application.explanation.what_if import select_with
from satselect.application.planning.iterate import iterate
from satselect.schemas.tasks import NewTask
from satselect.store.models import Fleet, Task, User
from tests.application.buffers import NOW, buffer, task
from tests.application.constellations import constellation
from tests.planners import planner

DATABASES = ["sqlite"]  # what takes the time is the engine
pytestmark = pytest.mark.usefixtures("database")

LIMIT_S = 1.0
REST_S = 0.7
"""For reading; a second limit is longer than that. Of the processor, which others use, too."""


def hard(count: int) -> list[NewTask]:
    random = Random(1)
    names = [f"r{n}" for n in range(40)]
    return [
        task(
            f"{n}",
            profit=random.randint(50, 99),
            resources={name: random.randint(1, 7) for name in random.sample(names, 3)},
        )
        for n in range(count)
    ]


@pytest.fixture
def fleet(database: object) -> Fleet:
    made = constellation({"one": {f"r{n}": 7 for n in range(40)}})
    buffer(*hard(600), fleet="pair")
    return made


def test_a_break_even_profit(fleet: Fleet) -> None:
    last = iterate(planner(LIMIT_S), fleet.id, at=NOW)
    assert last.status != "optimal"  # it needs all the time that it gets
    loser = Task.objects.filter(status="buffered").order_by("-profit")[0]
    begun = process_time()
    explain(loser, at=NOW, time_limit_s=LIMIT_S)
    assert process_time() - begun < LIMIT_S + REST_S


def test_a_comparison_with_the_buffer(fleet: Fleet) -> None:
    begun = process_time()
    outlook = select_with("pair", hard(1), by=User.objects.get(), at=NOW, time_limit_s=LIMIT_S)
    assert process_time() - begun < LIMIT_S + REST_S
    assert outlook.selection.status != "optimal"
