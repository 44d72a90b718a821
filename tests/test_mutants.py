"""The breaks of `tests.mutants` can still be made: what each replaces stands in the source."""

import os
import sys

import pytest

from tests.mutants import GROUPS, chosen
from tests.mutants.judging import ROOT, Outcome, judged


@pytest.mark.parametrize("name", GROUPS)
def test_what_mutants_replace_stands_in_the_source(name: str) -> None:
    group = GROUPS[name]
    folder = ROOT / "src" / "satselect" / group.folder
    gone = [mutant for mutant in group.mutants if mutant.old not in (folder / mutant.file).read_text()]
    same = [mutant for mutant in group.mutants if mutant.old == mutant.new]
    assert gone + same == []


@pytest.mark.parametrize("name", GROUPS)
def test_the_tests_that_should_notice_are_there(name: str) -> None:
    paths = [given for given in GROUPS[name].tests if given.startswith("tests/")]
    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("engine:6-7", [6, 7]),
        ("engine:3", [3]),
        ("engine:38-", range(38, len(GROUPS["engine"].mutants) + 1)),
        ("safety:1-", range(1, len(GROUPS["safety"].mutants) + 1)),
    ],
)
def test_some_mutants_are_chosen_by_their_places(name: str, places: list[int]) -> None:
    group, mutants = chosen(name)
    assert [place for place, _ in mutants] == list(places)
    assert [mutant for _, mutant in mutants] == [group.mutants[place - 1] for place in places]


@pytest.mark.parametrize(
    ("program", "outcome"),
    [
        ("raise SystemExit(0)", Outcome.SURVIVED),
        ("raise SystemExit(1)", Outcome.CAUGHT),
        ("raise SystemExit(5)", Outcome.NOT_JUDGED),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", Outcome.CAUGHT),
        ("import time; time.sleep(600)", Outcome.NOT_JUDGED),
    ],
)
def test_tests_that_do_not_end_judge_nothing(program: str, outcome: Outcome) -> None:
    assert judged([sys.executable, "-c", program], os.environ, most_s=5.0) is outcome
