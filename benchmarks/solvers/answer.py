"""What every solver answers, and what it is."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from benchmarks.problem import Choices, Chosen, Problem

Status = Literal["optimal", "feasible", "none"]


@dataclass(frozen=True, slots=True)
class Answer:
    """A solver's own word: what it chose, what it claims that no selection exceeds, and whether it claims proof."""

    chosen: Chosen
    bound: Decimal | None
    status: Status


Run = Callable[[], Answer]
Solver = Callable[[Problem, float], Run]
"""Takes a problem and a time limit in seconds; what it returns builds and solves each time it is called."""


def chosen_of(choices: Choices, columns: list[int]) -> Chosen:
    """Columns as the tasks, and satellites, that they stand for."""
    return {int(choices.tasks[column]): int(choices.on[column]) for column in columns}


def in_profit(choices: Choices, whole: int) -> Decimal:
    """A sum of whole profits as a profit."""
    return Decimal(whole).scaleb(-choices.decimals)
