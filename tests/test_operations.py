"""What the documents for operations name is what the program has."""

import re
from pathlib import Path

from satselect.observe.inbox import GAUGES
from satselect.observe.metrics import Metrics

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs" / "operations"


def exported() -> dict[str, tuple[str, ...]]:
    """Each metric of the program with its labels, as a scrape names it."""
    return {**GAUGES, **Metrics().names()}


def test_every_metric_has_its_row_in_the_documents() -> None:
    rows = re.findall(r"^\| `(satselect_\w+)` \| \w+ \| (.*?) \|", (DOCS / "metrics.md").read_text(), re.MULTILINE)
    assert {name: tuple(re.findall(r"`(\w+)`", labels)) for name, labels in rows} == exported()
