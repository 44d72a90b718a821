import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from django.test import RequestFactory

from satselect.observe.logs import JsonLines, Notes, TextLines
from satselect.telemetry.log_context import noted
from tests.services import SERVE, free_port, wait_until_ready

SECRETS = ("sat_secretkey", "secret name", "secret payload", "secret-reference")


def record(error: BaseException | None = None, **facts: object) -> logging.LogRecord:
    raised = (type(error), error, error.__traceback__) if error else None
    made = logging.LogRecord("satselect.x", logging.WARNING, "x.py", 1, "thing.%s", ("done",), raised)
    made.__dict__.update(facts)
    return made


def test_text_is_an_event_with_facts() -> None:
    line = TextLines().format(record(fleet="default", profit=9.2))
    assert line.partition(" ")[2] == "WARNING thing.done fleet=default profit=9.2"


def test_json_is_one_object_with_what_was_noted_around_it() -> None:
    line = record(fleet="default")
    with noted(request_id="a", fleet="another"):
        assert Notes().filter(line)
    told = json.loads(JsonLines().format(line))
    assert (told["event"], told["level"], told["fleet"], told["request_id"]) == (
        "thing.done",
        "warning",
        "default",
        "a",
    )
    assert told["program"].startswith("satselect ")


@pytest.mark.parametrize("lines", [TextLines(), JsonLines()])
def test_an_error_says_where_it_was_and_not_what_the_row_held(lines: logging.Formatter) -> None:
    row, long = "\n".join(["violates a constraint", *SECRETS]), "x" * 300
    try:
        try:
            raise ValueError(row)
        except ValueError as cause:
            raise RuntimeError(long) from cause
    except RuntimeError as error:
        line = lines.format(record(error))
    assert "test_logs.py" in line
    assert "builtins.ValueError: violates a constraint" in line
    assert "builtins.RuntimeError: xxx" in line
    assert not [secret for secret in (*SECRETS, long) if secret in line]


@pytest.mark.parametrize("lines", [TextLines(), JsonLines()])
def test_what_django_tells_of_a_request_is_left_out(lines: logging.Formatter) -> None:
    line = lines.format(record(status_code=500, request=RequestFactory().get("/x", {"name": SECRETS[1]})))
    assert "500" in line
    assert "secret" not in line
    assert "WSGIRequest" not in line


@pytest.fixture
def logged(migrated_folder: Path) -> list[str]:
    """The lines of a service, at the chattiest, that was sent secrets in every place, rightly and wrongly."""
    port = free_port()
    settings = {"SATSELECT_LOG": "json", "SATSELECT_LOG_LEVEL": "debug", "SATSELECT_AUTH": "open"}
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(port)],
        cwd=migrated_folder,
        env=os.environ | settings,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    address = f"http://127.0.0.1:{port}"
    wait_until_ready(address, process)
    key, name, payload, reference = SECRETS
    headers = {"Authorization": f"Bearer {key}", "authorizationToken": key, "Idempotency-Key": key, "Cookie": key}
    tasks = [{"name": name, "resources": [name], "profit": 1, "payload": {"x": payload}, "reference": reference}]
    with httpx.Client(base_url=address, headers=headers) as client:
        assert client.post("/api/tasks/", json=tasks, headers={"X-Request-ID": "mine"}).status_code == 201
        assert client.post("/api/tasks/", json=[{**tasks[0], "profit": name}]).status_code == 422
        assert client.post("/api/tasks/", content=payload.encode()).status_code == 415
        assert client.get(f"/api/v1/tasks?name={name}").status_code == 200
        assert client.get(f"/api/v1/tasks?name={name}&key={key}").status_code == 422
        assert client.get(f"/{name}/{key}").status_code == 404
    process.terminate()
    return process.communicate(timeout=30)[1].splitlines()


def test_logs_tell_of_requests_batches_and_iterations_and_never_what_was_sent(logged: list[str]) -> None:
    lines = [json.loads(line) for line in logged if line.startswith("{")]
    told = {line["event"]: line for line in lines if line.get("request_id") == "mine"}
    assert set(told) == {"batch.accepted", "buffer.ready", "iteration.done", "request.answered"}
    assert told["batch.accepted"]["fleet"] == "default"
    assert told["iteration.done"]["version"] == 1
    assert (told["request.answered"]["route"], told["request.answered"]["status"]) == ("/api/tasks/", 201)
    assert not [line for line in logged for secret in SECRETS if secret in line]
