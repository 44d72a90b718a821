"""Takes the pictures of the documents: plays the demo on a service of its own, and looks at it.

python -m tests.console.screenshots docs/pictures
"""

import os
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

import django
import httpx

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
            satselect(["demo", "--url", address, "--plan", "--days", "2", "--speed", "1e9"])
            _take(address, folder)
        finally:
            process.terminate()
            process.wait(timeout=30)


def _take(address: str, folder: Path) -> None:
    (last,) = httpx.get(f"{address}/api/v1/fleets/demo/iterations?limit=1").json()["items"]
    with PlanningService(address, None) as service:
        played = service.begins_at() - BEFORE
    with chromium() as browser:
        for name, path, width, scheme in PICTURES:
            context = browser.new_context(
                base_url=address,
                viewport={"width": width, "height": SIZES[width]},
                color_scheme=scheme,  # type: ignore[arg-type]
                reduced_motion="reduce",
            )
            page = context.new_page()
            page.goto(path.format(iteration=last["id"], played=written(played)))
            page.wait_for_timeout(1_500)  # for what is loaded afterwards
            if name == "timeline":
                page.locator(".block rect").nth(-6).hover()
            if name == "plan":
                page.locator(".block.faint rect").first.hover()
                page.wait_for_timeout(4_000)  # why it waits is planned again
            page.screenshot(path=folder / f"{name}.png")
            context.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
