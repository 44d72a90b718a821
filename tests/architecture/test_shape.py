"""The house rules that no linter knows."""

import ast
import re
from pathlib import Path
from statistics import median

import pytest

import satselect

SOURCE = Path(satselect.__file__).parent
MODULES = [path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts]
WRITES = re.compile(r"objects\b[^\n]*\.(create|bulk_create|get_or_create|update|bulk_update|delete)\(|\.save\(")


def lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def test_modules_are_short() -> None:
    assert max(map(lines, MODULES)) <= 300
    assert median(map(lines, MODULES)) < 120


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_functions_are_short(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.body[0].lineno < 40, node.name


@pytest.mark.parametrize("layer", ["admin", "api", "cli", "config", "schemas", "selection"])
def test_only_scheduling_writes_to_the_database(layer: str) -> None:
    for path in (SOURCE / layer).rglob("*.py"):
        assert not WRITES.search(path.read_text()), path
