"""What the pages about orders and about planning show is what a service answers."""

import re
import shlex
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

DATABASES = ["sqlite"]

DOCS = Path(__file__).parents[1] / "docs"


def calls_of(page: str, client: httpx.Client) -> list[httpx.Response]:
    """The answers to the curls of a page, in its order."""
    text = "\n".join(re.findall(r"```sh\n(.*?)```", (DOCS / page).read_text(), re.DOTALL)).replace("\\\n", " ")
    return [_asked(shlex.split(line), client) for line in text.splitlines() if line.startswith("curl ")]


def _asked(words: list[str], client: httpx.Client) -> httpx.Response:
    _, *rest = words
    method, url, body, headers = "GET", "", None, {}
    while rest:
        match rest.pop(0):
            case "-i":
                pass
            case "-X":
                method = rest.pop(0)
            case "-H":
                name, value = rest.pop(0).split(": ")
                headers[name] = value
            case "-d":
                body = rest.pop(0)
            case given:
                assert not given.startswith("-"), given
                url = given
    answer = client.request(method, urlsplit(url).path, headers=headers, content=body)
    assert answer.is_success, (words, answer.text)
    return answer


def test_the_curls_about_planning_make_what_they_say(service: httpx.Client) -> None:
    *made, changed = calls_of("planning.md", service)
    assert ([answer.status_code for answer in made], changed.status_code) == ([201, 201, 201], 200)
    assert changed.json()["transition"] == {"detail": "roll", "rate": 1.5, "settle_s": 4}


def test_what_the_page_about_orders_shows_is_answered(
    service: httpx.Client, capsys: pytest.CaptureFixture[str]
) -> None:
    *made, landing, parameters, order, search = calls_of("stapi.md", service)
    assert [answer.status_code for answer in made] == [201] * 4
    assert "conformsTo" in landing.json()
    assert "profit" in parameters.json()["properties"]
    assert (order.status_code, search.status_code) == (201, 201)
    service.post("/api/v1/fleets/imagers/iterations").raise_for_status()  # whether it planned by itself by now or not
    status = service.get(order.headers["Location"]).json()["properties"]["status"]
    assert (status["status_code"], status["reason_code"]) == ("accepted", "not_yet")
    names: dict[str, object] = {}
    for block in re.findall(r"```python\n(.*?)```", (DOCS / "stapi.md").read_text(), re.DOTALL):
        program = block.replace("http://localhost:8000", str(service.base_url)).replace("sleep(1)", "sleep(0.1)")
        exec(compile(program, "stapi.md", "exec"), names)  # noqa: S102
    (ordered, *found) = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"[0-9a-f-]{36} \w+", ordered)
    assert found
