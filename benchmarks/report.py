"""Turns measured figures into the tables of `docs/benchmarks.md`.

python -m benchmarks.report --date 2026-01-31 selection.json buffer.json > docs/benchmarks.md
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import buffer, scale, selection, service
from benchmarks.figures import read
from benchmarks.table import markdown

_INTRODUCTION = """\
# Benchmarks
Every figure here was measured by a command of `benchmarks/`; ratios come first, because they hold on other machines."""

_WORDS = {
    "selection": "Selection beside general solvers",
    "buffer": "The buffer at scale",
    "service": "The service",
    "scale": "Workers beside one service",
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.report", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="what --json wrote")
    parser.add_argument("--date", required=True, help="when it was measured")
    options = parser.parse_args(arguments)
    print(page(options.files, options.date))


def page(files: Sequence[Path], date: str) -> str:
    """The page that shows what these files hold."""
    return "\n\n".join([_INTRODUCTION, *(_section(file, date) for file in files)])


def _section(file: Path, date: str) -> str:
    kind = read(file)["kind"]
    machine, table, legend = _TABLES[kind](file)
    return f"## {_WORDS[kind]}\n{_where(machine, date)}\n\n{table}\n\n{legend}"


def _selection(file: Path) -> tuple[dict[str, Any], str, str]:
    machine, classes = selection.load_file(file)
    table = markdown(selection.HEAD, [selection.row(name, summary) for name, summary in classes])
    legend = f"{selection.LEGEND}\nTime limit: {machine['time_limit']:g} s per problem and solver."
    if machine["clock"] == "processor":
        legend += " Times are processor time: the machine was shared; the limit is on the clock."
    return machine, table, legend


def _buffer(file: Path) -> tuple[dict[str, Any], str, str]:
    machine, scales = buffer.load_file(file)
    return machine, markdown(buffer.HEAD, buffer.rows(scales)), buffer.LEGEND


def _service(file: Path) -> tuple[dict[str, Any], str, str]:
    machine, figures = service.load_file(file)
    return machine, markdown(service.HEAD, service.rows(figures)), service.LEGEND


def _scale(file: Path) -> tuple[dict[str, Any], str, str]:
    machine, figures = scale.load_file(file)
    return machine, markdown(scale.HEAD, scale.rows(figures)), scale.LEGEND


_TABLES = {"selection": _selection, "buffer": _buffer, "service": _service, "scale": _scale}


def _where(machine: dict[str, Any], date: str) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items() if version)
    return (
        f"{date}, commit {machine['commit']}, {machine['processor']}, {machine['cores']} cores, {machine['system']}, "
        f"Python {machine['python']}, {versions}. Solvers use one thread."
    )


if __name__ == "__main__":
    main()
