"""What the documents say is what happens."""

import json
import re
import shlex
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

import satselect
from tests.databases import AND_OVER_THE_BUS
from tests.people import key_of, user

DATABASES = AND_OVER_THE_BUS

DOCS = Path(__file__).parents[1] / "docs"
README = (Path(__file__).parents[1] / "README.md").read_text()


def _blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_the_curls_of_the_readme_answer_what_it_says(service: httpx.Client) -> None:
    calls = [shlex.split(block) for block in _blocks("sh") if block.startswith("curl")]
    answers = _blocks("json")
    assert len(calls) == len(answers) == 2
    for (_, _, method, url, _, header, _, body), answer in zip(calls, answers, strict=True):
        response = service.request(method, urlsplit(url).path, headers=dict([header.split(": ")]), content=body)
        assert response.status_code == 201
        assert response.json() == json.loads(answer)


def test_the_curls_about_fleets_make_what_they_say(service: httpx.Client) -> None:
    calls = [shlex.split(line) for line in (DOCS / "fleets.md").read_text().splitlines() if line.startswith("curl")]
    assert calls
    for _, _, method, url, _, header, _, body in calls:
        response = service.request(method, urlsplit(url).path, headers=dict([header.split(": ")]), content=body)
        assert response.status_code == (200 if url.endswith("/search") else 201), response.text


@pytest.mark.parametrize("block", _blocks("python"))
def test_the_python_of_the_readme_runs(block: str) -> None:
    exec(compile(block, "README.md", "exec"), {})  # noqa: S102


@pytest.mark.parametrize("name", ["planning.md", "extending.md"])
def test_the_python_of_a_page_runs(name: str) -> None:
    names: dict[str, object] = {}
    for block in re.findall(r"```python\n(.*?)```", (DOCS / name).read_text(), re.DOTALL):
        exec(compile(block, name, "exec"), names)  # noqa: S102


def test_the_citation_names_this_version() -> None:
    assert f'version: "{satselect.__version__}"' in (DOCS.parent / "CITATION.cff").read_text()


def test_the_python_about_the_client_runs(guarded: httpx.Client, capsys: pytest.CaptureFixture[str]) -> None:
    blocks = re.findall(r"```python\n(.*?)```", (DOCS / "client.md").read_text(), re.DOTALL)
    key = key_of(user("oskar", "operator"))
    asking = {"Authorization": f"Bearer {key}"}
    disk = {"name": "disk", "capacity": 4, "kind": "reservoir"}
    for path, sent in (("", {"name": "Imagers", "horizon_s": 86_400}), ("/imagers/resources", disk)):
        guarded.post(f"/api/v1/fleets{path}", json=sent, headers=asking).raise_for_status()
    program = "\n".join(blocks).replace("http://localhost:8000", str(guarded.base_url)).replace("sat_...", key)
    exec(compile(program, "client.md", "exec"), {})  # noqa: S102
    *said, secret, known = capsys.readouterr().out.splitlines()
    assert said == [
        "capture for client 1098 default",
        "clean satellite disk 9.2",
        "scheduled: capture for client 1098",
    ]
    # Whoever works out passes may be done before it is asked.
    assert re.fullmatch(r"(None|\d{4}-\d\d-\d\d .*\+00:00) \[\]", known)
    assert secret.startswith("whsec_")


@pytest.mark.parametrize("path", sorted((DOCS / "decisions").glob("*.md")), ids=lambda path: path.stem)
def test_a_decision_has_its_number_and_names_what_took_its_place(path: Path) -> None:
    text = path.read_text()
    assert text.startswith(f"# {path.name[:4]}")
    for target in re.findall(r"\]\((\d{4}-[^)]*)\)", text):
        assert (path.parent / target).exists(), target
    status = re.search(r"^\*\*Status\.\*\* (.*)$", text, re.MULTILINE)
    assert status is None or re.match(r"Holds[.,;]|Superseded by \[\d{4}\]", status[1])
