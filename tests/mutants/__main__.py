"""Tries the mutants of the groups that are named, or all; tells of each what became of it, by which test and when."""

import sys
from collections import Counter
from collections.abc import Sequence
from time import perf_counter

from tests.mutants import GROUPS, chosen
from tests.mutants.judging import Outcome, tried


def main(names: Sequence[str]) -> int:
    """The exit code: 1 if a mutant of these groups is not caught; of all if none is named."""
    told = Counter[Outcome]()
    for name in names or GROUPS:
        group, mutants = chosen(name)
        for number, mutant in mutants:
            begun = perf_counter()
            outcome, test = tried(mutant, group)
            told[outcome] += 1
            took = f"({test} {perf_counter() - begun:.0f} s)".replace("( ", "(")
            words = f"{outcome.value:10}  {group.name}:{number}  {mutant.file}: {mutant.new.strip()}  {took}\n"
            sys.stdout.write(words)
            sys.stdout.flush()
    caught, total = told[Outcome.CAUGHT], told.total()
    sys.stdout.write(f"{caught} of {total} mutants caught, {told[Outcome.NOT_JUDGED]} not judged\n")
    return 0 if caught == total else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
