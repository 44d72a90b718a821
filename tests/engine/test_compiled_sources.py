"""What compiled functions leave to numpy, since numba would compile it anew into each of them (decision 0177)."""

import ast
from pathlib import Path
from typing import NamedTuple, TypeGuard

import pytest

import satselect.engine

LONG_TO_COMPILE = {"np.append", "np.argsort", "np.partition", "np.sort", "np.unique"}


class Compiled(NamedTuple):
    """A compiled function, and the file that it is in."""

    file: Path
    node: ast.FunctionDef

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
NAMES = [f"{one.file.relative_to(ROOT)}:{one.node.name}" for one in COMPILED]


def test_compiled_functions_are_found() -> None:
    assert len(COMPILED) > 100


@pytest.mark.parametrize("function", [one.node for one in COMPILED], ids=NAMES)
class TestSource:
    def test_it_leaves_orders_to_numpy(self, function: ast.FunctionDef) -> None:
        called = {ast.unparse(one.func) for one in _calls(function)}
        assert not called & LONG_TO_COMPILE
        assert not [one for one in called if one.endswith(".sort")]

    def test_it_copies_arrays_one_by_one(self, function: ast.FunctionDef) -> None:
        # What is assigned to a slice may be of another shape, and numba compiles all of text to say of which.
        whole = [ast.unparse(one) for one in ast.walk(function) if _is_of_a_slice(one) and not _is_constant(one)]
        assert not whole

    def test_no_constant_is_a_type_of_its_own(self, function: ast.FunctionDef) -> None:
        own = {one.node.name for one in COMPILED}
        calls = [one for one in _calls(function) if isinstance(one.func, ast.Name) and one.func.id in own]
        assert not [ast.unparse(one) for one in calls if any(_is_flag(argument) for argument in one.args)]


@pytest.mark.parametrize("function", COMPILED, ids=NAMES)
def test_python_calls_what_it_may_and_nothing_else_is_made_for_it(function: Compiled) -> None:
    # To call one that is made for compiled functions alone ends the process.
    assert function.is_inner != _is_called_by_python(function)


def _is_called_by_python(function: Compiled) -> bool:
    return any(
        isinstance(one, ast.Name) and one.id == function.node.name
        for tree in (TREES[path] for path in TREES if _knows(path, function))
        for node in tree.body
        if not _is_compiled(node)
        for one in ast.walk(node)
    )


def _knows(path: Path, function: Compiled) -> bool:
    module = ".".join(("satselect.engine", *function.file.relative_to(ROOT).with_suffix("").parts))
    return path == function.file or any(
        isinstance(one, ast.ImportFrom)
        and one.module == module
        and any(name.name == function.node.name for name in one.names)
        for one in ast.walk(TREES[path])
    )


def _calls(function: ast.FunctionDef) -> list[ast.Call]:
    return [one for one in ast.walk(function) if isinstance(one, ast.Call)]


def _is_flag(argument: ast.expr) -> bool:
    return isinstance(argument, ast.Constant) and isinstance(argument.value, bool)


def _is_of_a_slice(node: ast.AST) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign) else []
    return any(isinstance(one, ast.Subscript) and isinstance(one.slice, ast.Slice) for one in targets)


def _is_constant(node: ast.AST) -> bool:
    value = node.value if isinstance(node, ast.Assign) else None
    return isinstance(value, ast.Constant | ast.UnaryOp) or (isinstance(value, ast.Name) and value.id.isupper())
