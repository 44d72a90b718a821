"""Money is added exactly: no module outside the engine's whole numbers sums profits, prices or gains as floats."""

import ast
from pathlib import Path

import pytest

import satselect

SOURCES = sorted(Path(satselect.__file__).parent.rglob("*.py"))
MONEY = ("profit", "price", "worth", "objective", "earned", "gain", "greedy")
WHOLE = {
    "src/satselect/engine/result/assemble.py",  # of whole units
    "src/satselect/engine/problem/exact.py",  # where it is done exactly
    "src/satselect/engine/problem/units.py",
    "src/satselect/engine/buffer/near_columns.py",  # an estimate with a margin, of what to look at
}


def named(node: ast.AST) -> set[str]:
    return {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)} | {
        each.id for each in ast.walk(node) if isinstance(each, ast.Name)
    }


def float_sums(source: str) -> list[str]:
    """Calls of `sum`, `math.fsum` or the database's `Sum` over what is called like money."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        # A method of an array adds what the engine keeps as whole units.
        is_sum = called in {"fsum", "Sum"} or (called == "sum" and isinstance(node.func, ast.Name))
        texts = {
            each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)
        }
        if is_sum and any(money in name.lower() for name in named(node) | texts for money in MONEY):
            found.append(ast.unparse(node))
    return found


def test_no_float_is_added_to_another_where_money_is_meant() -> None:
    asked = [path for path in SOURCES if "src" + str(path).split("/src", 1)[-1] not in WHOLE]
    assert len(asked) == len(SOURCES) - len(WHOLE)
    assert {str(path): found for path in asked if (found := float_sums(path.read_text()))} == {}


@pytest.mark.parametrize(
    "code", ["sum(task.profit for task in tasks)", "math.fsum(prices)", 'rows.aggregate(Sum("objective"))']
)
def test_such_a_sum_is_found(code: str) -> None:
    assert len(float_sums(code)) == 1


@pytest.mark.parametrize("code", ["total(task.profit for task in tasks)", "sum(uses)", 'rows.annotate(Sum("used"))'])
def test_others_are_not(code: str) -> None:
    assert float_sums(code) == []
