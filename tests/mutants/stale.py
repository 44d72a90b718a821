"""Which compiled functions a break leaves stale: numba looks at no file but a function's own."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple


class _Name(NamedTuple):
    """What is defined in a module of the engine, outside of other definitions."""

    file: Path
    name: str


def forget_compiled(broken: Path, old: str, source: Path) -> None:
    """Removes what was compiled of functions that call, or use otherwise, what that text is part of.

    Of the broken file itself numba knows that it changed. What a method does no compiled function can ask for.
    """
    uses = {path: _uses(path, source) for path in source.rglob("engine/**/*.py")}
    stale, new = set[_Name](), {_Name(broken, name) for name in _holding(broken, old)}
    while new:
        stale |= new
        new = {
            _Name(path, name) for path, defined in uses.items() for name, used in defined.items() if used & new
        } - stale
    for path, name in stale:
        for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.{name}-*"):
            compiled.unlink()


def _uses(path: Path, source: Path) -> dict[str, set[_Name]]:
    """What each definition of a module names of this and of other modules."""
    tree = ast.parse(path.read_text())
    known = {name: _Name(path, name) for one in tree.body for name in _defined(one)}
    for one in ast.walk(tree):
        if isinstance(one, ast.ImportFrom) and one.module:
            file = source.joinpath(*one.module.split(".")).with_suffix(".py")
            known |= {alias.asname or alias.name: _Name(file, alias.name) for alias in one.names}
    return {
        name: {known[node.id] for node in ast.walk(one) if isinstance(node, ast.Name) and node.id in known}
        for one in tree.body
        for name in _defined(one)
    }


def _holding(path: Path, old: str) -> Iterator[str]:
    """The definitions that text is part of, unless it is of a method."""
    text = path.read_text()
    tree = ast.parse(text)
    place = text.find(old)
    while place >= 0:
        first, last = text.count("\n", 0, place) + 1, text.count("\n", 0, place + len(old.rstrip())) + 1
        for one in tree.body:
            if not _is_within(one, first, last):
                continue
            if not any(isinstance(part, ast.FunctionDef) and _is_within(part, first, last) for part in _methods(one)):
                yield from _defined(one)
        place = text.find(old, place + 1)


def _methods(node: ast.stmt) -> list[ast.stmt]:
    return node.body if isinstance(node, ast.ClassDef) else []


def _is_within(node: ast.stmt, first: int, last: int) -> bool:
    return node.lineno <= last and first <= (node.end_lineno or node.lineno)


def _defined(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Assign):
        return [one.id for target in node.targets for one in ast.walk(target) if isinstance(one, ast.Name)]
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return [node.target.id]
    return []
