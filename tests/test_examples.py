"""The programs in `examples/`, run as somebody who tries them would."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.databases import AND_OVER_THE_BUS, Database
from tests.services import free_port, start

DATABASES = AND_OVER_THE_BUS

EXAMPLES = Path(__file__).parents[1] / "examples"
LONGEST = 40
TASKS = [
    {"name": "capture", "resources": ["camera", "disk"], "profit": 9.2},
    {"name": "clean", "resources": ["disk"], "profit": 0.4},
]


def printed(name: str, **settings: str) -> list[str]:
    """What a program printed, line by line, when it has ended."""
    command = [sys.executable, str(EXAMPLES / name)]
    done = subprocess.run(command, env=environment(settings), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def environment(settings: dict[str, str]) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("SATSELECT_")}
    return own | settings


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.name)
def test_an_example_is_short_and_says_what_it_shows(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) < LONGEST
    assert text.startswith('"""')


def test_the_engine_embedded() -> None:
    assert printed("embed_the_engine.py") == [
        "sat-1: harbour, sharp, worth 9.2",
        "sat-2: volcano, infrared, worth 6.5",
        "together 15.7; nothing earns more than 15.7 (optimal)",
        "forest, wide waits: it would be selected from a profit of 6.1",
        "old pictures down waits: it would be selected from a profit of 5.2",
    ]


def test_a_buffer_kept() -> None:
    assert printed("keep_a_buffer.py") == [
        "round 1: harbour, forest; worth 13.0, 1 wait",
        "round 2: volcano, glacier; worth 11.5, 1 wait",
        "round 3: dunes, delta; worth 9.0, 0 wait",
    ]


def test_a_plan_read(service: httpx.Client) -> None:
    service.post("/api/tasks/", json=TASKS)
    when, *lines = printed("read_a_plan.py", SATSELECT_URL=str(service.base_url))
    assert when.endswith("worth 9.2, proven best")
    assert lines == ["    default: capture (camera, disk), now scheduled"]


@contextmanager
def receiver(secret: str, port: int) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, str(EXAMPLES / "react_to_a_webhook.py")]
    settings = environment({"SECRET": secret, "PORT": str(port)})
    with subprocess.Popen(command, env=settings, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as one:
        yield one
        one.terminate()


def test_a_webhook_reacted_to(database: Database) -> None:
    address, process = start(database.url, SATSELECT_WEBHOOKS="private")
    port = free_port()
    try:
        with httpx.Client(base_url=address, timeout=30) as client:
            made = client.post("/api/v1/webhooks", json={"address": f"http://127.0.0.1:{port}/"})
            with receiver(made.json()["secret"], port) as one:
                client.post("/api/tasks/", json=TASKS)
                assert one.stdout
                assert one.stdout.readline() == "tasks.scheduled capture scheduled\n"
                forged = {"webhook-id": "1", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA"}
                assert httpx.post(f"http://127.0.0.1:{port}/", headers=forged, json={}).status_code == 401
    finally:
        process.terminate()
        process.wait(timeout=20)


def test_tasks_submitted_and_followed(service: httpx.Client) -> None:
    assert printed("submit_and_follow.py", SATSELECT_URL=str(service.base_url)) == [
        "at once: harbour",
        "forest waits: it would be selected from a profit of 6.1",
        "old pictures down waits: it would be selected from a profit of 5.2",
        "later: forest",
        "later: old pictures down",
    ]
