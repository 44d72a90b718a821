"""The keyboard comes into a timeline by one block: the newest, in whichever iteration that is."""

import re

import pytest
from django.test import Client

from tests.application.buffers import buffer, run, task

pytestmark = pytest.mark.usefixtures("database")


def reachable() -> list[str]:
    page = Client(headers={"Accept": "text/html"}).get("/fleets/default").content.decode()
    canvas = page.split('id="canvas"')[1].split('class="labels"')[0]
    return [link for link in re.findall(r"<a [^>]*>", canvas) if 'tabindex="0"' in link]


def test_the_newest_block_is_reached_though_the_newest_iteration_has_none() -> None:
    buffer(task("won", "camera", profit=9))
    made = run()
    run()
    (link,) = reachable()
    assert f'id="b-{made.id}' in link


def test_iterations_without_any_block_are_reached_too() -> None:
    run()
    made = run()
    (link,) = reachable()
    assert f"/iterations/{made.id}" in link
