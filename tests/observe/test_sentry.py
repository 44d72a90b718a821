import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from satselect.observe.sentry import report_to_sentry
from tests.observe.collectors import collector

FAILING = """
import django
django.setup()
from django.db import IntegrityError
from django.test import RequestFactory
from satselect.web.problems import answer
from satselect.telemetry.log_context import noted

def insert(row):
    raise IntegrityError("refused\\nDETAIL: the row holds secret name")

request = RequestFactory().post(
    "/api/tasks/?secret=query", data="secret body", content_type="application/json",
    headers={"Authorization": "Bearer secret-key", "Cookie": "secret-cookie"}, REMOTE_ADDR="192.0.2.77",
)
with noted(request_id="mine"):
    try:
        insert("secret row")
    except IntegrityError as error:
        answer(request, error)
"""


@pytest.fixture
def reported(tmp_path: Path) -> bytes:
    """What a process sent to Sentry when a request failed."""
    bodies: list[bytes] = []

    def take(path: str, body: bytes) -> None:
        assert path.startswith("/api/7/envelope/")
        bodies.append(gzip.decompress(body) if path.endswith("gzip") else body)

    with collector(take) as port:
        settings = {"SATSELECT_SENTRY_DSN": f"http://public@127.0.0.1:{port}/7", "SENTRY_ENVIRONMENT": "test"}
        settings["DJANGO_SETTINGS_MODULE"] = "satselect.config.settings"
        script = tmp_path / "failing.py"
        script.write_text(FAILING)
        subprocess.run([sys.executable, str(script)], cwd=tmp_path, env=os.environ | settings, timeout=60, check=True)
    return b"\n".join(bodies)


def test_a_failed_request_is_reported_with_its_place_and_nothing_that_was_sent(reported: bytes) -> None:
    event = next(json.loads(line) for line in reported.splitlines() if b'"exception"' in line)
    (failure,) = event["exception"]["values"]
    assert failure["type"] == "IntegrityError"
    assert failure["stacktrace"]["frames"][-1]["function"] == "insert"
    assert event["logentry"] == {"message": "request.failed"}
    assert (event["tags"]["request_id"], event["environment"]) == ("mine", "test")
    assert event["release"].startswith("satselect@")
    told = json.dumps({**event, "exception": None})
    assert "secret" not in told
    assert "192.0.2.77" not in told
    frames = [
        {**frame, "context_line": "", "pre_context": "", "post_context": ""}
        for frame in failure["stacktrace"]["frames"]
    ]
    assert "secret" not in json.dumps(frames)  # the script's own lines hold some
    assert set(failure) <= {"type", "module", "stacktrace", "mechanism"}


def test_a_wrong_address_is_said() -> None:
    with pytest.raises(ImproperlyConfigured, match="SATSELECT_SENTRY_DSN"):
        report_to_sentry("nonsense")


def test_reports_without_their_package_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentry_sdk", None)
    with pytest.raises(ImproperlyConfigured, match=r"satselect\[observe\]"):
        report_to_sentry("http://public@127.0.0.1/7")
