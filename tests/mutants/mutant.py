"""What is broken, and the tests that should notice."""

from collections.abc import Mapping
from typing import NamedTuple


class Mutant(NamedTuple):
    """One replacement in a file."""

    file: str
    old: str
    new: str


class Group(NamedTuple):
    """Breaks of a folder of the source, and the tests that should notice; of some files those that do so soonest."""

    name: str
    folder: str
    mutants: list[Mutant]
    tests: list[str]
    soonest: Mapping[str, str]
