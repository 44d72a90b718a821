"""The house rules that no linter knows."""

import ast
import re
from pathlib import Path
from statistics import median

import pytest

from tests.architecture.counts import (
    MODULES,
    SOURCE,
    checks_roles,
    circles,
    comments_per_hundred,
    folders,
    functions,
    lines,
    process_wide,
)

KEPT_IN_MODULES = {
    "application/events/wake_up.py": ["_listeners"],  # who waits in this process for what it commits
    "application/explanation/questions.py": ["_left"],  # of one call, wherever it goes
    "application/failpoints.py": ["_watcher"],  # of tests
}
FEWEST_COMMENTS = 2.8
WRITES = re.compile(r"objects\b[^\n]*\.(create|bulk_create|get_or_create|update|bulk_update|delete)\(|\.save\(")


def test_modules_are_short() -> None:
    assert max(map(lines, MODULES)) <= 300
    assert median(map(lines, MODULES)) < 120


def test_folders_are_small() -> None:
    fullest, modules = folders().most_common(1)[0]
    assert modules <= 14, fullest


def test_no_modules_import_each_other() -> None:
    assert circles() == []


def test_roles_are_checked_in_few_files() -> None:
    assert len([path for path in MODULES if checks_roles(path)]) <= 3


def test_the_application_keeps_nothing_of_its_own() -> None:
    kept = {str(path.relative_to(SOURCE)): names for path in MODULES if (names := process_wide(path))}
    assert {path: names for path, names in kept.items() if path.startswith("application/")} == KEPT_IN_MODULES


def test_comments_dont_get_fewer() -> None:
    assert comments_per_hundred() >= FEWEST_COMMENTS


def test_functions_are_short() -> None:
    assert MODULES
    assert {str(path): names for path in MODULES if (names := long_functions(path))} == {}


def long_functions(path: Path) -> list[str]:
    return [
        node.name
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.body[0].lineno >= 40
    ] + [name for name, count in functions(path) if count > 40]


@pytest.mark.parametrize(
    "layer",
    [
        "admin",
        "api",
        "cli",
        "config",
        "schemas",
        "engine",
        "exports",
        "web",
        "console",
        "worker",
        "observe",
        "client",
        "telemetry",
        "bus",
        "orbits",
        "stapi",
    ],
)
def test_only_the_application_writes_to_the_database(layer: str) -> None:
    for path in (SOURCE / layer).rglob("*.py"):
        assert not WRITES.search(path.read_text()), path
