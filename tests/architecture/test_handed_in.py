"""Use cases are handed settings, the time of day and what a process has one of: nothing there reaches for them."""

import ast
from pathlib import Path

import pytest

import satselect

APPLICATION = Path(satselect.__file__).parent / "application"
REACHED_FOR = {"django.conf", "django.http", "django.utils.timezone"}


def reached_for(path: Path) -> set[str]:
    """Modules among those that are to be handed in, which this one imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found & REACHED_FOR


@pytest.mark.parametrize("path", sorted(APPLICATION.rglob("*.py")), ids=lambda path: str(path.relative_to(APPLICATION)))
def test_use_cases_reach_for_no_request_setting_or_time(path: Path) -> None:
    assert not reached_for(path)
