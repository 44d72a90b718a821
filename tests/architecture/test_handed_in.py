"""Use cases are handed settings, the time of day and what a process has one of: nothing there reaches for them."""

import ast
from pathlib import Path

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


def test_use_cases_reach_for_no_request_setting_or_time() -> None:
    paths = list(APPLICATION.rglob("*.py"))
    assert paths
    assert {str(path): found for path in paths if (found := reached_for(path))} == {}
