"""Who may do and see what is decided in one room."""

import ast
from pathlib import Path

import pytest

import satselect
from satselect.application.access.rights import Right, needs_fleets, role_gives, role_named
from satselect.store.models import Role

SOURCE = Path(satselect.__file__).parent
EXEMPT = {"access", "migrations", "store"}
ASKING = [path for path in SOURCE.rglob("*.py") if not EXEMPT & set(path.relative_to(SOURCE).parts[:-1])]


def names_a_role(node: ast.AST) -> bool:
    """Whether it is `Role.OPERATOR`, or another of them; lists of all, as for forms, are no decision."""
    is_of_role = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Role"
    return is_of_role and node.attr.isupper()  # type: ignore[attr-defined]


def asks_for_a_role(node: ast.AST) -> bool:
    """Whether it compares, matches or looks up the role of somebody."""
    parts: list[ast.AST] = []
    match node:
        case ast.Compare():
            parts = [node.left, *node.comparators]
        case ast.Match():
            parts = [node.subject]
        case ast.Subscript():
            parts = [node.slice]
    return any(isinstance(part, ast.Attribute) and part.attr == "role" for part in parts)


def decisions(text: str) -> list[int]:
    """The lines that decide by a role."""
    nodes = list(ast.walk(ast.parse(text)))
    return sorted({node.lineno for node in nodes if names_a_role(node) or asks_for_a_role(node)})  # type: ignore[attr-defined]


def test_only_access_decides_by_roles() -> None:
    assert ASKING
    assert {str(path): lines for path in ASKING if (lines := decisions(path.read_text()))} == {}


@pytest.mark.parametrize(
    "text",
    [
        "user.role in OPERATORS",
        "'admin' != user.role",
        "Role.ADMIN",
        "match user.role:\n case _: pass",
        "seen[user.role]",
    ],
)
def test_the_ways_to_decide_by_a_role_are_found(text: str) -> None:
    assert decisions(text) == [1]


def test_the_table_says_who_may_what() -> None:
    gives = {role.value: {right.name.lower() for right in Right if role_gives(role, right)} for role in Role}
    assert gives == {
        "customer": {"read", "submit"},
        "executor": {"read", "report"},
        "operator": {"read", "submit", "report", "operate"},
        "admin": {"read", "submit", "report", "operate", "administer"},
    }
    assert [role for role in Role if needs_fleets(role)] == [Role.EXECUTOR]


def test_a_name_that_is_no_role_gives_the_least() -> None:
    assert role_named("operator") is Role.OPERATOR
    assert role_named("root") is Role.CUSTOMER
