"""What is claimed about a set of tasks, before it is checked."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from satselect.engine.problem.problem import ResourceKey
from satselect.engine.problem.task import Task
from satselect.engine.relaxation.proof import Proof

Prices = Mapping[ResourceKey, float]

Beside = Sequence[tuple[int, float]]
"""The profits of tasks that are not in a problem, each with the number of one in it that asks for the same."""


class Certificate(NamedTuple):
    """Chosen tasks in the order of the problem, each with its satellite if any, and what is proven about them.

    `limit` is a bound of their profit; without a limit they are proven to be optimal.
    """

    chosen: Mapping[Task, str | None]
    limit: Fraction | None
    proof: Proof
    price: Callable[[], Prices]
