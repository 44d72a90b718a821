"""Small cases with known answers, through every door: the engine, the command line and HTTP.

python -m benchmarks.acceptance FOLDER_OR_FILE [--serve | --url http://127.0.0.1:8000]
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from benchmarks.doors import (
    CommandLine,
    Door,
    Engine,
    NotYetError,
    RefusedError,
    Session,
    Submitted,
    UnclearError,
)
from benchmarks.server import FreshServers, RunningServer


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Tasks that come in together, and what is expected then; None expects nothing."""

    submitted: Sequence[Submitted]
    profit: Decimal | None = None
    selected: Sequence[str] | None = None
    buffered: Sequence[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Steps on an empty buffer, one after the other; or, if `bad` is set, a text that has to be refused."""

    name: str
    satellites: int = 1
    steps: Sequence[Step] = ()
    bad: str | None = None


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs every case through every door; 1 if any fails."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.acceptance", description=__doc__)
    parser.add_argument("cases", type=Path, metavar="FOLDER_OR_FILE", help="acceptance.json, or the folder it lies in")
    http = parser.add_mutually_exclusive_group()
    http.add_argument("--url", help="of a running server; cases then keep apart by their names")
    http.add_argument("--serve", action="store_true", help="start a server with a fresh database for each case")
    options = parser.parse_args(arguments)
    file = options.cases / "acceptance.json" if options.cases.is_dir() else options.cases
    results: Counter[str] = Counter()
    for door in _doors(options):
        for case in read_cases(file.read_text()):
            verdict = run(case, door)
            results[verdict.split(":")[0]] += 1
            print(f"{door.name:<12}  {case.name:<24}  {verdict}")
    print(", ".join(f"{count} {verdict}" for verdict, count in sorted(results.items())))
    return int(results["FAILED"] > 0 or not results["ok"])


def read_cases(text: str) -> list[Case]:
    """The cases of an acceptance file: selections, sequences of iterations, and input that has to be refused."""
    document = json.loads(text)
    readers = {"selection": _selection, "sequences": _sequence, "invalid_input": _bad}
    return [reader(given) for kind, reader in readers.items() for given in document[kind]]


def run(case: Case, door: Door) -> str:
    """`ok`, `not yet` and why, or `FAILED` and why."""
    try:
        with door.session(case.name, case.satellites) as session:
            faults = _refusal(case.bad, session) if case.bad is not None else _faults(case.steps, session)
            fault = next(faults, None)
    except NotYetError as missing:
        return f"not yet: {missing}"
    except RefusedError as refused:
        return f"FAILED: refused: {refused}"
    except UnclearError as unclear:
        return f"FAILED: {unclear}"
    return f"FAILED: {fault}" if fault else "ok"


def _doors(options: argparse.Namespace) -> list[Door]:
    doors: list[Door] = [Engine(), CommandLine()]
    if options.url:
        doors.append(RunningServer(options.url))
    if options.serve:
        doors.append(FreshServers())
    return doors


def _faults(steps: Sequence[Step], session: Session) -> Iterator[str]:
    for number, step in enumerate(steps, 1):
        selected = session.submit(step.submitted)
        names, profit = [task["name"] for task in selected], _sum(selected)
        if step.profit is not None and profit != step.profit:
            yield f"iteration {number} earns {profit}, expected {step.profit}"
        if step.selected is not None and sorted(names) != sorted(step.selected):
            yield f"iteration {number} selects {names}, expected {list(step.selected)}"
        buffered = session.buffered()
        if step.buffered is not None and buffered is not None and sorted(buffered) != sorted(step.buffered):
            yield f"iteration {number} leaves {buffered}, expected {list(step.buffered)}"


def _refusal(text: str, session: Session) -> Iterator[str]:
    try:
        session.send(text)
    except RefusedError:
        left = session.submit([])
        if left:
            yield f"refused, yet kept: {[task['name'] for task in left]}"
    else:
        yield "accepted"


def _sum(tasks: Sequence[Submitted]) -> Decimal:
    return sum((Decimal(str(task["profit"])) for task in tasks), Decimal(0))


def _selection(given: dict[str, Any]) -> Case:
    step = Step(
        submitted=[_named(task) for task in given["input"]],
        profit=Decimal(str(given["expected_total_profit"])),
        selected=given.get("expected_selected") if given.get("unique_optimum") else None,
    )
    return Case(name=given["id"], satellites=given["satellites"], steps=[step])


def _sequence(given: dict[str, Any]) -> Case:
    steps = [
        Step(submitted=one["post"], selected=one.get("expect_selected"), buffered=one.get("expect_buffered"))
        for one in given["iterations"]
    ]
    return Case(name=given["id"], steps=steps)


def _bad(given: dict[str, Any]) -> Case:
    return Case(name=given["id"], bad=given["body_raw"] if "body_raw" in given else json.dumps(given["body"]))


def _named(task: Submitted) -> Submitted:
    # Some public cases number their resources.
    return task | {"resources": [str(name) for name in task["resources"]]}


if __name__ == "__main__":
    sys.exit(main())
