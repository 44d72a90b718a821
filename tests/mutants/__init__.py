"""Breaks the engine and the safety core on purpose, one place at a time, and says which breaks the tests catch.

Every mutant is a copy of the source with one replacement; the tests of what it breaks run against the copy. A mutant
that survives is a gap in the tests, and the exit code is 1; so it is if tests took so long that they judged nothing.
`make mutants` tries all of them, `make mutants ONLY=safety` those of the safety core, `make mutants
ONLY="engine:6-7 engine:13- planning:27"` some, by their places from 1 on.
"""

from tests.mutants import engine, planning, safety
from tests.mutants.mutant import Group, Mutant

ENGINE = "engine"
GROUPS = {
    "engine": Group("engine", ENGINE, engine.MUTANTS, engine.TESTS, engine.SOONEST),
    "planning": Group("planning", ENGINE, planning.MUTANTS, planning.TESTS, planning.SOONEST),
    "safety": Group("safety", ".", safety.MUTANTS, safety.TESTS, {}),
}


def chosen(name: str) -> tuple[Group, list[tuple[int, Mutant]]]:
    """The group, and those of its mutants that are meant, with their places: `engine`, `engine:3`, `engine:3-5`."""
    group_name, _, places = name.partition(":")
    group = GROUPS[group_name]
    first, is_range, last = places.partition("-")
    low = int(first or 1)
    high = int(last or len(group.mutants)) if is_range or not first else low
    return group, list(enumerate(group.mutants, 1))[low - 1 : high]
