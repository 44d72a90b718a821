"""What compiled functions leave to numpy, since numba would compile it anew into each of them (decision 0177)."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, TypeGuard

import satselect.engine

LONG_TO_COMPILE = {"np.append", "np.argsort", "np.partition", "np.sort", "np.unique"}


class Compiled(NamedTuple):
    """A compiled function, and the file that it is in."""

    file: Path
    node: ast.FunctionDef

    @property
    def name(self) -> str:
        return f"{self.file.relative_to(ROOT)}:{self.node.name}"

    @property
    def is_inner(self) -> bool:
        return ast.unparse(self.node.decorator_list[0]).startswith("inner(")


ROOT = Path(satselect.engine.__file__).parent
TREES = {path: ast.parse(path.read_text()) for path in sorted(ROOT.rglob("*.py"))}


def _is_compiled(node: ast.AST) -> TypeGuard[ast.FunctionDef]:
    return isinstance(node, ast.FunctionDef) and any(
        ast.unparse(one).startswith(("compiled(", "inner(")) for one in node.decorator_list
    )


COMPILED = [Compiled(path, node) for path, tree in TREES.items() for node in tree.body if _is_compiled(node)]


def test_compiled_functions_are_found() -> None:
    assert len(COMPILED) > 100


def test_orders_are_left_to_numpy() -> None:
    assert found(lambda one: isinstance(one, ast.Call) and _puts_in_order(ast.unparse(one.func))) == {}


def test_arrays_are_copied_one_by_one() -> None:
    # What is assigned to a slice may be of another shape, and numba compiles all of text to say of which.
    assert found(lambda one: _is_of_a_slice(one) and not _is_constant(one)) == {}


def test_no_constant_is_a_type_of_its_own() -> None:
    own = {one.node.name for one in COMPILED}
    assert found(lambda one: _is_called(one, own) and any(map(_is_flag, ast.iter_child_nodes(one)))) == {}


def test_python_calls_what_it_may_and_nothing_else_is_made_for_it() -> None:
    # To call one that is made for compiled functions alone ends the process.
    called = _called_by_python()
    assert [one.name for one in COMPILED if one.is_inner == ((one.file, one.node.name) in called)] == []


def found(is_wrong: Callable[[ast.AST], bool]) -> dict[str, list[str]]:
    """Each compiled function with what is wrong in it, where something is."""
    wrong = {one.name: [ast.unparse(part) for part in ast.walk(one.node) if is_wrong(part)] for one in COMPILED}
    return {name: parts for name, parts in wrong.items() if parts}


def _called_by_python() -> set[tuple[Path, str]]:
    """The file and name of each function of a module that something outside of compiled functions names."""
    files = {".".join(("satselect.engine", *path.relative_to(ROOT).with_suffix("").parts)): path for path in TREES}
    called = set()
    for path, tree in TREES.items():
        known = {name.name: files[one.module] for one, name in _imported(tree) if one.module in files}
        outside = (node for node in tree.body if not _is_compiled(node))
        names = {one.id for node in outside for one in ast.walk(node) if isinstance(one, ast.Name)}
        called |= {(known[name], name) for name in names & known.keys()} | {(path, name) for name in names}
    return called


def _imported(tree: ast.Module) -> Iterator[tuple[ast.ImportFrom, ast.alias]]:
    for one in ast.walk(tree):
        if isinstance(one, ast.ImportFrom):
            yield from ((one, name) for name in one.names)


def _puts_in_order(name: str) -> bool:
    return name in LONG_TO_COMPILE or name.endswith(".sort")


def _is_called(node: ast.AST, names: set[str]) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names


def _is_flag(argument: ast.AST) -> bool:
    return isinstance(argument, ast.Constant) and isinstance(argument.value, bool)


def _is_of_a_slice(node: ast.AST) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign) else []
    return any(isinstance(one, ast.Subscript) and isinstance(one.slice, ast.Slice) for one in targets)


def _is_constant(node: ast.AST) -> bool:
    value = node.value if isinstance(node, ast.Assign) else None
    return isinstance(value, ast.Constant | ast.UnaryOp) or (isinstance(value, ast.Name) and value.id.isupper())
