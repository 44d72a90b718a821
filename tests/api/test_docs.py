"""The page of the description: true, complete, with nothing from elsewhere."""

import re
import shlex
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from satselect.api import docs
from satselect.api.docs.text import breakable, coloured, pretty, worded

DATABASES = ["sqlite"]

CSS = (Path(docs.__file__).parents[1] / "static/api/docs.css").read_text()


@pytest.fixture
def page(service: httpx.Client) -> str:
    answer = service.get("/api/docs")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    return answer.text


def commands(page: str) -> list[str]:
    written = [re.sub("<[^>]+>", "", block) for block in re.findall(r"<pre[^>]*>(.*?)</pre>", page, re.DOTALL)]
    return [unescape(text) for text in written if text.startswith("curl ")]


def test_every_call_is_on_the_page(service: httpx.Client, page: str) -> None:
    paths = service.get("/api/openapi.json").json()["paths"]
    calls = [call["operationId"] for methods in paths.values() for call in methods.values()]
    assert [name for name in calls if f'<article id="{name}">' not in page] == []
    assert len(commands(page)) == len(calls)


def test_every_link_within_the_page_leads_somewhere(page: str) -> None:
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)


def test_the_page_needs_nothing_from_elsewhere(service: httpx.Client, page: str) -> None:
    assert not re.search(r"<script[^>]*>[^<]", page)
    assert not re.search(r'\sstyle="|\son[a-z]+="', page)
    needed = re.findall(r'<link [^>]*href="([^"]+)"|src="([^"]+)"', page)  # and one script, to find things
    addresses = [address for pair in needed for address in pair if address and not address.startswith("data:")]
    assert [urlsplit(address).path for address in addresses] == ["/static/api/docs.css", "/static/api/docs.js"]
    assert service.get(addresses[0]).headers["Content-Type"].startswith("text/css")
    assert not re.search(r"url\(|@import", CSS)


def test_the_commands_are_answered_as_described(service: httpx.Client, page: str) -> None:
    paths = service.get("/api/openapi.json").json()["paths"]
    by_name = {call["operationId"]: call for methods in paths.values() for call in methods.values()}
    names = [name for name in re.findall(r'<article id="([^"]+)">', page) if name in by_name]
    for name, command in zip(names, commands(page), strict=True):
        if "curl -N" in command:  # it would not end
            continue
        answer = run(service, command)
        assert str(answer.status_code) in by_name[name]["responses"], (command, answer.text)
        assert answer.status_code not in {400, 401, 403, 413, 415}, (command, answer.text)


def run(client: httpx.Client, command: str) -> httpx.Response:
    _, *words = shlex.split(command.replace("\\\n", " "))
    method, body, address = "GET", None, ""
    headers: dict[str, str] = {}
    while words:
        match words:
            case ["-X", value, *rest]:
                method = value
            case ["-H", value, *rest]:
                headers |= dict([value.split(": ", 1)])
            case ["-d", value, *rest]:
                body = value
            case [address, *rest]:
                assert address.startswith(str(client.base_url).rstrip("/"))
        words = rest
    return client.request(method, urlsplit(address).path, headers=headers, content=body)


def test_where_keys_are_asked_for_the_commands_show_one(guarded: httpx.Client) -> None:
    shown = commands(guarded.get("/api/docs").text)
    assert [
        line for line in shown if "Bearer $KEY" not in line and "/livez" not in line and "/readyz" not in line
    ] == []


def test_json_is_broken_where_it_is_long() -> None:
    assert pretty({"a": [1, 2]}) == '{"a": [1, 2]}'
    assert pretty({"a": "x" * 80, "b": {}}) == '{\n  "a": "' + "x" * 80 + '",\n  "b": {}\n}'


def test_what_is_shown_can_be_no_markup() -> None:
    assert coloured('{"<b>": "&"}') == (
        '{<span class="name">&quot;&lt;b&gt;&quot;:</span> <span class="text">&quot;&amp;&quot;</span>}'
    )
    assert worded("<i> `a<b`") == "&lt;i&gt; <code>a&lt;b</code>"
    assert breakable("/a/<b>") == "/a<wbr>/&lt;b&gt;"
