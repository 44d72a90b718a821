"""Takes the pictures of the documents: plays the demo on a service of its own, and looks at it.

python -m tests.console.screenshots docs/pictures
"""

import os
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django
import httpx
from playwright.sync_api import Page

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "satselect.config.settings")
django.setup()

from satselect.cli.demo.days import written  # noqa: E402 - set up by the line above
from satselect.cli.demo.planning import PlanningService  # noqa: E402
from satselect.cli.main import main as satselect  # noqa: E402
from tests.console.browsers import SIZES, chromium  # noqa: E402
from tests.services import start  # noqa: E402

PICTURES = (
    ("timeline", "/fleets/demo", 1440, "light"),
    ("timeline-narrow", "/fleets/demo", 390, "dark"),
    ("buffer", "/fleets/demo/buffer", 1440, "light"),
    ("iteration", "/iterations/{iteration}", 1440, "light"),
    ("profit", "/fleets/demo/profit", 1440, "dark"),
    ("plan", "/fleets/demo-plan/plan?span=43200&from={played}", 1440, "light"),
    ("plan-narrow", "/fleets/demo-plan/plan?span=21600&from={played}", 390, "dark"),
)
BEFORE = timedelta(hours=4)
"""How much of what was played the pictures of a plan show."""


def main(folder: Path) -> None:
    """Writes a PNG file for each picture."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        address, process = start(f"sqlite:///{home}/demo.sqlite3")
        try:
            satselect(["demo", "--url", address, "--days", "4", "--speed", "7200"])
            morning = _play_until_morning(address)
            _take(address, folder, morning)
        finally:
            process.terminate()
            process.wait(timeout=30)


def _play_until_morning(address: str) -> datetime:
    """The demo that plans, up to an hour at which much is to come over Europe; at another there is less to look at."""
    morning = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=2)
    with PlanningService(address, None) as service:
        service.prepare(morning - timedelta(days=1))
        service.roll_to(morning - timedelta(days=1))
    satselect(["demo", "--url", address, "--plan", "--days", "1", "--speed", "1e9"])
    return morning


def _take(address: str, folder: Path, morning: datetime) -> None:
    (last,) = httpx.get(f"{address}/api/v1/fleets/demo/iterations?limit=1").json()["items"]
    with chromium() as browser:
        for name, path, width, scheme in PICTURES:
            context = browser.new_context(
                base_url=address,
                viewport={"width": width, "height": SIZES[width]},
                color_scheme=scheme,  # type: ignore[arg-type]
                reduced_motion="reduce",
            )
            page = context.new_page()
            page.goto(path.format(iteration=last["id"], played=written(morning - BEFORE)))
            page.wait_for_timeout(1_500)  # for what is loaded afterwards
            if name == "timeline":
                page.locator(".block rect").nth(-6).hover()
            if name == "plan":
                _point_at_who_waits(page)
            page.screenshot(path=folder / f"{name}.png")
            context.close()


def _point_at_who_waits(page: Page) -> None:
    """At one that could still run: of what lies in the frozen part there is less to say."""
    waiting = [(block.bounding_box() or {"x": 0.0})["x"] for block in page.locator(".block.faint rect").all()]
    page.locator(".block.faint rect").nth(waiting.index(max(waiting))).hover()
    page.wait_for_timeout(4_000)  # why it waits is planned again


if __name__ == "__main__":
    main(Path(sys.argv[1]))
