"""Takes a picture of every page with much on it, in each look, to be looked at by people.

python -m tests.console.gallery FOLDER [--only PART-OF-ADDRESS] [--looks 1440-light 390-dark]

A fleet of 1,000 tasks whose names have 200 characters, one that plans by orbits, and the demo, on a service of its own.
"""

import argparse
import os
import re
import tempfile
from pathlib import Path
from typing import Any

import django
import httpx

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "satselect.config.settings")
django.setup()

from benchmarks.console_world import make_orbits  # noqa: E402 - set up by the line above
from satselect.cli.main import main as satselect  # noqa: E402
from tests.console.browsers import SIZES, chromium  # noqa: E402
from tests.console.pages import ALL_PAGES  # noqa: E402
from tests.console.worlds import LONG  # noqa: E402
from tests.services import start  # noqa: E402

LOOKS = [f"{width}-{scheme}" for width in SIZES for scheme in ("light", "dark")]
OF_THE_DEMO = [path.replace("default", "demo") for path in ALL_PAGES if "/fleets/default" in path and "{" not in path]
OF_PLANNING = ("/fleets/demo-plan/plan?span=259200", "/fleets/demo-plan/map")
Facts = dict[str, Any]


def main() -> None:
    """Writes a PNG file for each page and look."""
    parser = argparse.ArgumentParser(prog="python -m tests.console.gallery", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="of pages whose address has this")
    parser.add_argument("--looks", nargs="+", choices=LOOKS, default=LOOKS)
    parser.add_argument("--address", help="of a service that is filled already")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        address, process = (options.address, None) if options.address else start(f"sqlite:///{home}/gallery.sqlite3")
        try:
            with httpx.Client(base_url=address, timeout=120) as client:
                facts = _facts(client, {} if options.address else _filled(client))
            _take(address, facts, options)
        finally:
            if process:
                process.terminate()
                process.wait(timeout=30)


def _filled(client: httpx.Client) -> Facts:
    address = str(client.base_url)
    satselect(["demo", "--url", address, "--days", "3", "--speed", "1e9"])
    satselect(["demo", "--url", address, "--plan", "--days", "2", "--speed", "1e9"])
    tasks = [
        {
            "name": f"{LONG[:190]} {number}",
            "resources": {f"resource {number % 40} {LONG[:150]}": 1},
            "profit": round(1000 / (1 + number), 2),
            "reference": f"a reference of a customer, {number}",
        }
        for number in range(1000)
    ]
    for first in range(0, 1000, 50):
        client.post("/api/v1/fleets/default/tasks", json=tasks[first : first + 50]).raise_for_status()
    for path, sent in (
        ("/api/v1/webhooks", {"url": "https://hooks.example.org/a", "name": LONG[:60]}),
        ("/api/v1/fleets/default/outages", {"satellite": "default", "words": "too warm"}),
    ):
        client.post(path, json=sent)
    return make_orbits(client, 300)


def _facts(client: httpx.Client, others: Facts) -> Facts:
    def found(query: str) -> Any:  # noqa: ANN401 - JSON
        return client.get(f"/api/v1/{query}").json()["items"]

    def task(fleet: str, status: str) -> str:
        return str((found(f"tasks?fleet={fleet}&status={status}&limit=1") or [{"id": None}])[0]["id"])

    last, *_, first = found("fleets/demo/iterations?limit=20")
    return {
        "night": task("demo", "buffered"),
        "won": task("demo", "completed"),
        "coast": task("demo", "failed"),
        "long": task("default", "buffered"),
        "planned": task("orbit", "scheduled"),
        "waits": task("orbit", "buffered"),
        "contact": found("fleets/orbit/passes?limit=1")[0]["id"],
        "plan": found("fleets/orbit/iterations?limit=1")[0]["id"],
        "last": last["id"],
        "first": first["id"],
        "version": 20,
    } | others


def _take(address: str, facts: Facts, options: argparse.Namespace) -> None:
    paths = list(dict.fromkeys([*ALL_PAGES, *OF_THE_DEMO, *OF_PLANNING]))
    with chromium() as browser:
        for look in options.looks:
            width, scheme = look.split("-")
            context = browser.new_context(
                base_url=address,
                viewport={"width": int(width), "height": SIZES[int(width)]},
                color_scheme=scheme,
                reduced_motion="reduce",
            )
            page = context.new_page()
            for path in paths:
                if options.only in path:
                    page.goto(path.format(**facts))
                    page.wait_for_timeout(900)  # for what is loaded afterwards
                    name = re.sub(r"\W+", "-", path).strip("-") or "home"
                    page.screenshot(path=options.folder / f"{name}.{look}.png", full_page=True)
            context.close()


if __name__ == "__main__":
    main()
