"""What tests of the engine share."""

import pytest

from satselect.engine.problem.rows import Bools, Ints, Rows
from satselect.engine.relaxation.highs import Model
from satselect.engine.solve import mip


@pytest.fixture
def columns_of_highs(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many columns HiGHS gets, each time that it is asked for a selection or a plan."""
    seen: list[int] = []
    model = mip._model

    def counted(rows: Rows, capacities: Ints, profits: Ints, is_chosen: Bools) -> Model:
        seen.append(len(profits))
        return model(rows, capacities, profits, is_chosen)

    monkeypatch.setattr(mip, "_model", counted)
    return seen
