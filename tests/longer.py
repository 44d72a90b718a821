"""Cases that only `make long` runs, beside the few that each run has."""

from collections.abc import Iterable
from typing import Any

import pytest


def more(cases: Iterable[object]) -> list[pytest.ParameterSet]:
    """Cases of `parametrize`: one value each, or a tuple of them."""
    return [pytest.param(*_values(case), marks=pytest.mark.long) for case in cases]


def _values(case: Any) -> tuple[object, ...]:  # noqa: ANN401 - whatever a test takes
    return case if isinstance(case, tuple) else (case,)
