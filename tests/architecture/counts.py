"""The house in figures, read off the sources: python -m tests.architecture.counts."""

import ast
import io
import re
import sys
import tokenize
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import satselect

SOURCE = Path(satselect.__file__).parent
MODULES = sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)
ROLES = {"Role", "role"}
DIRECTIVE = re.compile(r"#\s*(noqa|type:|pragma|fmt:|mypy:)")


def lines(path: Path) -> int:
    """Lines of a file."""
    return len(path.read_text().splitlines())


def folders() -> Counter[Path]:
    """Modules in each folder, its `__init__.py` among them."""
    return Counter(path.parent for path in MODULES)


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Each function of a file, and its lines from `def` to the last, its docstring left out."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            told = node.body[0] if ast.get_docstring(node) is not None else None
            words = (told.end_lineno or 0) - told.lineno + 1 if told else 0
            yield node.name, (node.end_lineno or 0) - node.lineno + 1 - words


def comments(path: Path) -> int:
    """Lines with a comment for a reader; what a tool is told doesn't count."""
    tokens = tokenize.generate_tokens(io.StringIO(path.read_text()).readline)
    return sum(token.type == tokenize.COMMENT and not DIRECTIVE.match(token.string) for token in tokens)


def comments_per_hundred() -> float:
    """Comments for each hundred lines of source."""
    return 100 * sum(map(comments, MODULES)) / sum(map(lines, MODULES))


def checks_roles(path: Path) -> bool:
    """Whether a file compares, matches or looks up a role."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
        elif isinstance(node, ast.Match):
            sides = [node.subject]
        elif isinstance(node, ast.Subscript):
            sides = [node.slice]
        elif isinstance(node, ast.Dict):
            sides = [key for key in node.keys if key]
        else:
            continue
        if any(_names_role(side) for side in sides):
            return True
    return False


def _names_role(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr in ROLES or (isinstance(node.value, ast.Name) and node.value.id == "Role")
    return isinstance(node, ast.Name) and node.id == "role"


def process_wide(path: Path) -> list[str]:
    """Names of a module that hold what changes while the process runs: a cache, a lock, a collection that is written.

    Constants in capitals, loggers and what is bound to a type or a function stay out.
    """
    tree = ast.parse(path.read_text())
    reset = {name for node in ast.walk(tree) if isinstance(node, ast.Global) for name in node.names}
    held: list[str] = []
    for node in tree.body:
        if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
            continue
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = [target.id for target in targets if isinstance(target, ast.Name)]
        held += [name for name in names if name in reset or _is_state(node.value)]
    return held


MUTABLE = {"Lock", "RLock", "Condition", "Event", "Semaphore", "ContextVar", "local", "defaultdict", "deque"} | {
    "WeakKeyDictionary", "WeakValueDictionary", "WeakSet", "OrderedDict", "count", "LRUCache",
}  # fmt: skip


def _is_state(value: ast.AST) -> bool:
    if isinstance(value, ast.Dict | ast.List | ast.Set):
        return not (value.keys if isinstance(value, ast.Dict) else value.elts)  # filled later
    if not isinstance(value, ast.Call):
        return False
    called = value.func.attr if isinstance(value.func, ast.Attribute) else getattr(value.func, "id", "")
    return called in MUTABLE or (called in {"dict", "list", "set"} and not value.args)


def circles() -> list[list[str]]:
    """Modules that import each other while they are loaded, circle by circle."""
    names = {_name(path): path for path in MODULES}
    graph = {name: _imported(path, names) - {name} for name, path in names.items()}
    return [sorted(some) for some in _strongly_connected(graph) if len(some) > 1]


def _name(path: Path) -> str:
    parts = ("satselect", *path.relative_to(SOURCE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imported(path: Path, names: dict[str, Path]) -> set[str]:
    found: set[str] = set()
    for node in _loaded(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            inside = {f"{node.module}.{alias.name}" for alias in node.names} & names.keys()
            found |= inside or {node.module}
    return found & names.keys()


def _loaded(node: ast.AST) -> Iterator[ast.AST]:
    """What runs when a module is loaded: not what is inside functions, nor for type checkers alone."""
    for child in ast.iter_child_nodes(node):
        is_for_types = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
        if not is_for_types and not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield child
            yield from _loaded(child)


def _strongly_connected(graph: dict[str, set[str]]) -> list[set[str]]:
    """Kosaraju's way: in the order in which a search leaves them, backwards along the arrows."""
    order: list[str] = []
    seen: set[str] = set()
    for root in graph:
        stack = [(root, iter(sorted(graph[root])))] if root not in seen else []
        seen.add(root)
        while stack:
            _, rest = stack[-1]
            following = next((one for one in rest if one not in seen), None)
            if following is None:
                order.append(stack.pop()[0])
            else:
                seen.add(following)
                stack.append((following, iter(sorted(graph[following]))))
    back = defaultdict(set)
    for name, others in graph.items():
        for other in others:
            back[other].add(name)
    found, left = [], set(graph)
    for name in reversed(order):
        if name in left:
            some, todo = set(), [name]
            while todo:
                if (one := todo.pop()) in left:
                    left.discard(one)
                    some.add(one)
                    todo += back[one]
            found.append(some)
    return found


def main() -> None:
    """Prints the figures."""
    folder, most = folders().most_common(1)[0]
    longest = max((count, name, path.name) for path in MODULES for name, count in functions(path))
    state = {_name(path): held for path in MODULES if (held := process_wide(path))}
    migrations = sum(map(lines, SOURCE.rglob("migrations/*.py")))
    told = (
        f"files in the fullest folder: {most} ({folder.relative_to(SOURCE)})",
        f"circles of imports: {circles()}",
        f"files that compare roles: {[_name(path) for path in MODULES if checks_roles(path)]}",
        f"longest function, docstring aside: {longest}; longest file: {max(map(lines, MODULES))}",
        f"process-wide state: {state}",
        f"lines of migrations: {migrations}; comments per 100 lines: {comments_per_hundred():.2f}",
        f"lines of source: {sum(map(lines, MODULES))} in {len(MODULES)} modules",
    )
    sys.stdout.write("\n".join(told) + "\n")


if __name__ == "__main__":
    main()
