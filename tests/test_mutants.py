"""The breaks of `tests.mutants` can still be made: what each replaces stands in the source."""

import pytest

from tests.mutants import GROUPS, ROOT


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
