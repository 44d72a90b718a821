"""The JSON file that a benchmark leaves: its kind, where it was measured, and what it found."""

import json
from pathlib import Path
from typing import Any

from benchmarks.machine import machine


def write(file: Path | None, kind: str, **found: object) -> None:
    """Leaves what was found so far, unless nobody asked for a file."""
    if file:
        file.write_text(json.dumps({"kind": kind, "machine": machine(), **found}, indent=1) + "\n")


def read(file: Path) -> dict[str, Any]:
    """What such a file holds."""
    document: dict[str, Any] = json.loads(file.read_text())
    return document
