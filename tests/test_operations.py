"""What the documents for operations name is what the program has."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from satselect.config.environment import Environment
from satselect.observe.inbox import GAUGES
from satselect.observe.metrics import Metrics

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs" / "operations"
DEPLOY = ROOT / "deploy"
TEMPLATES = DEPLOY / "chart" / "templates"
PROMTOOL = shutil.which("promtool")
FOREIGN = {
    "up",
    "process_cpu_seconds_total",
    "process_resident_memory_bytes",
    "process_start_time_seconds",
    "jetstream_stream_total_messages",
    "gnatsd_varz_connections",
    "gnatsd_varz_slow_consumers",
    "pg_database_size_bytes",
    "pg_settings_max_connections",
    "pg_stat_database_numbackends",
    "pg_stat_database_xact_commit",
    "pg_stat_database_xact_rollback",
}
"""What Prometheus, its client library and the exporters for NATS and PostgreSQL tell."""


def exported() -> dict[str, tuple[str, ...]]:
    """Each metric of the program with its labels, as a scrape names it."""
    return {**GAUGES, **Metrics().names()}


def test_every_metric_has_its_row_in_the_documents() -> None:
    rows = re.findall(r"^\| `(satselect_\w+)` \| \w+ \| (.*?) \|", (DOCS / "metrics.md").read_text(), re.MULTILINE)
    assert {name: tuple(re.findall(r"`(\w+)`", labels)) for name, labels in rows} == exported()


def alerts() -> dict[str, dict[str, Any]]:
    groups = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yaml").read_text())["groups"]
    return {rule["alert"]: rule for group in groups for rule in group["rules"]}


def panels() -> list[dict[str, Any]]:
    dashboard = json.loads((DEPLOY / "grafana" / "dashboards" / "satselect.json").read_text())
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def queries() -> list[str]:
    asked = [target["expr"] for panel in panels() for target in panel["targets"]]
    return [*asked, *(rule["expr"] for rule in alerts().values())]


@pytest.mark.parametrize("query", sorted(set(queries())))
def test_every_metric_that_is_asked_for_is_exported(query: str) -> None:
    known = exported()
    histograms = {name for name in known if name.endswith("_seconds") and name not in GAUGES}
    series = {*known, *(f"{name}_{part}" for name in histograms for part in ("bucket", "count", "sum")), *FOREIGN}
    without_labels = re.sub(r"\{[^}]*\}|\[[^]]*\]|\b(by|on) \([^)]*\)", "", query)
    asked = set(re.findall(r"\b[a-z]+_[a-z_]+\b(?!\s*\()", without_labels)) | set(re.findall(r"\bup\b", without_labels))
    assert asked
    assert asked <= series
    for name, inside in re.findall(r"\b(satselect_\w+)\{([^}]*)\}", query):
        labels = {*known[re.sub("_bucket$", "", name)], "job", "instance"}
        assert set(re.findall(r"(\w+)\s*[=!]~?", inside)) <= labels


@pytest.mark.parametrize("name", alerts())
def test_every_alert_has_its_page(name: str) -> None:
    page = (DOCS / "alerts.md").read_text()
    section = page.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
    assert all(part in section for part in ("**Looks like:**", "**Look at:**", "**Do:**"))
    assert alerts()[name]["annotations"]["runbook_url"] == f"docs/operations/alerts.md#{name.lower()}"
    assert alerts()[name]["labels"]["severity"] in {"critical", "warning"}


def test_every_alert_is_raised_in_a_test_of_promtool() -> None:
    tests = yaml.safe_load((DEPLOY / "prometheus" / "alerts.test.yaml").read_text())["tests"]
    raised = {case["alertname"] for test in tests for case in test["alert_rule_test"] if case["exp_alerts"]}
    assert raised == set(alerts())


@pytest.mark.skipif(PROMTOOL is None, reason="no promtool: it is in Debian's package prometheus")
@pytest.mark.parametrize("command", [("check", "config", "prometheus.yaml"), ("test", "rules", "alerts.test.yaml")])
def test_promtool_agrees(command: tuple[str, ...]) -> None:
    done = subprocess.run(
        [PROMTOOL or "", *command], cwd=DEPLOY / "prometheus", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_panel_covers_another() -> None:
    cells = [
        (x, y)
        for place in (panel["gridPos"] for panel in panels())
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24


def test_containers_get_settings_that_exist() -> None:
    text = "".join(path.read_text() for path in DEPLOY.rglob("*") if path.is_file() and path.name != "requirements.txt")
    named = set(re.findall(r"\bSATSELECT_([A-Z_]*[A-Z])\b", text)) - {"IMAGE", "PUBLISH"}
    assert {name.lower() for name in named} <= set(Environment.model_fields)


def test_the_values_of_the_chart_fit_their_schema() -> None:
    values = yaml.safe_load((DEPLOY / "chart" / "values.yaml").read_text())
    schema = json.loads((DEPLOY / "chart" / "values.schema.json").read_text())
    jsonschema.validate(values, schema)
    assert set(values) == set(schema["properties"]) - {"global"}
    used = set(re.findall(r"\.Values\.(\w+)", "".join(path.read_text() for path in TEMPLATES.iterdir())))
    assert used == set(values)


def test_the_image_installs_what_is_locked() -> None:
    locked, image = (
        dict(re.findall(r"^([a-z0-9-]+)(?:\[\w+\])?==(\S+)", path.read_text(), re.MULTILINE))
        for path in (ROOT / "requirements.txt", DEPLOY / "requirements.txt")
    )
    assert len(image) > 20
    assert {name: locked.get(name) for name in image} == image


def test_the_image_fetches_nothing_that_is_not_locked() -> None:
    image = (DEPLOY / "Dockerfile").read_text()
    fetched = [
        words for words in re.findall(r"pip (?:install|wheel)((?: \S+)+)", image) if "--require-hashes" not in words
    ]
    assert fetched
    assert all("--no-deps" in words for words in fetched)
    assert all("--no-build-isolation" in words or words.endswith(".whl") for words in fetched)


def test_what_the_image_copies_is_sent_to_who_builds_it() -> None:
    sent = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copies = re.findall(r"^COPY (?!--from)(?:--\S+ )?(.*) \S+$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    assert {path for paths in copies for path in paths.split()} == sent
