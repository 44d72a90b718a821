"""A real browser, and what every page that it shows must be: quiet, from here alone, and usable by everyone."""

from collections.abc import Iterator
from contextlib import contextmanager
from shutil import which
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from tests.templates import MUST_RUN

# The same engine of the same release without the windows around it takes less than half the processor time.
CHROMIUM = next((found for name in ("chromium-headless-shell", "chromium") if (found := which(name))), None)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
TOLD = (412, 422)
"""What a page says of these statuses is for people to read, and browsers write it down besides."""
SIZES = {1440: 900, 390: 844}


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser; without one the test is skipped, unless everything must run."""
    if CHROMIUM is None:
        (pytest.fail if MUST_RUN else pytest.skip)("no Chromium on the path")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright runs an event loop in this thread, and Django would refuse to read the database beside it.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


class Watch:
    """Takes down what a page says and asks for."""

    def __init__(self, page: Page, address: str) -> None:
        self.said: list[str] = []
        self.asked_elsewhere: list[str] = []
        self._host = urlsplit(address).netloc
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", self._see)

    def check(self) -> None:
        """The page said nothing, and asked nobody else."""
        assert not self.said, self.said
        assert not self.asked_elsewhere, self.asked_elsewhere

    def _hear(self, message: ConsoleMessage) -> None:
        is_told = any(f"status of {status}" in message.text for status in TOLD)
        if message.type in {"error", "warning"} and not is_told:
            self.said.append(f"{message.text} {message.location}")

    def _see(self, request: Request) -> None:
        if urlsplit(request.url).netloc != self._host:
            self.asked_elsewhere.append(request.url)


def opened_page(browser: Browser, address: str, width: int, scheme: str) -> Iterator[Page]:
    """A page of a browser of that width and scheme, watched."""
    context = browser.new_context(
        base_url=address,
        viewport={"width": width, "height": SIZES[width]},
        color_scheme=scheme,  # type: ignore[arg-type]
        reduced_motion="reduce",
    )
    opened = context.new_page()
    watch = Watch(opened, address)
    yield opened
    context.close()
    watch.check()


def check_access(page: Page) -> None:
    """No rule of axe-core is broken: names, roles, contrast."""
    broken = [
        (one["id"], node["target"], node["failureSummary"])
        for one in Axe().run(page).response["violations"]
        for node in one["nodes"][:3]
    ]
    assert not broken, f"{page.url}: {broken}"


def check_width(page: Page) -> None:
    """Nothing sticks out at the side."""
    sticks_out = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert sticks_out == 0, f"{page.url}: {sticks_out} pixels"
