"""A part of a problem: what a solver is given."""

from dataclasses import dataclass

from satselect.engine.problem.rows import Floats, Ints, Rows


@dataclass(frozen=True, slots=True)
class Part:
    """Columns that compete with each other, and with no column of another part: candidates of tasks.

    Resources are the packing's, and behind those one of capacity 1 for each task with several candidates here: a task
    is chosen at most once.

    Shapes: rows (columns); profits (columns,) int64 units, equal to the worths (columns,) where `is_exact`; capacities
    (resources,) int64; tasks, candidates (columns,) and resources (packing's resources,): indices in the packing;
    divisors (packing's resources,): of each so many of the packing's units are one here; places (columns,): the number
    of each column's satellite, -1 if there are none. `step` divides every profit.
    """

    rows: Rows
    profits: Ints
    worths: Floats
    is_exact: bool
    step: int
    capacities: Ints
    tasks: Ints
    candidates: Ints
    resources: Ints
    divisors: Ints
    places: Ints
