import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from satselect.config.environment import Environment, read_environment
from satselect.schemas.administration.settings import KNOWN, OF_COMPOSE, OF_THE_SERVICE, PREFIX, unknown_settings
from tests.services import environment_with

ROOT = Path(__file__).parents[2]
WRONG = "SATSELECT_AUHT is no setting; did you mean SATSELECT_AUTH?"


def test_every_setting_is_known_by_its_name() -> None:
    assert {name.upper() for name in Environment.model_fields} == OF_THE_SERVICE


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("SATSELECT_AUHT", "SATSELECT_AUTH"),
        ("satselect_auht", "SATSELECT_AUTH"),
        ("SATSELECT_DATABSE_URL", "SATSELECT_DATABASE_URL"),
        ("SATSELECT_WEBHOOK", "SATSELECT_WEBHOOKS"),
        ("SATSELECT_KEYS", "SATSELECT_KEY"),
        ("SATSELECT_", None),
        ("SATSELECT_COLOUR", None),
        ("SATSELECT_PORT", None),
        ("SATSELCT_AUTH", "SATSELECT_AUTH"),
        ("SATSELECTAUTH", "SATSELECT_AUTH"),
        ("SAT_SELECT_SECRET_KEY", "SATSELECT_SECRET_KEY"),
    ],
)
def test_a_name_that_is_no_setting_is_told_with_the_nearest(name: str, meant: str | None) -> None:
    (said,) = unknown_settings({name: "8000", "SATSELECT_AUTH": "keys"})
    assert said.startswith(f"{name} is no setting; ")
    assert (f"did you mean {meant}?" in said) if meant else ("did you mean" not in said)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SATSELECT_AUTH", "keys"),
        ("satselect_auth", "keys"),
        ("SATSELECT_TEST_POSTGRES_URL", "x"),
        ("SATSELECT_KEY", "x"),
        ("SATSELECT_IMAGE", "satselect:1"),
        ("SATSELECTION", "x"),
        ("KEY", "x"),
        ("MY_DATABASE_URL", "x"),
        # What Kubernetes tells the pods beside a service called satselect.
        ("SATSELECT_SERVICE_HOST", "10.0.0.1"),
        ("SATSELECT_SERVICE_PORT", "8000"),
        ("SATSELECT_SERVICE_PORT_HTTP", "8000"),
        ("SATSELECT_PORT", "tcp://10.0.0.1:8000"),
        ("SATSELECT_PORT_8000_TCP", "tcp://10.0.0.1:8000"),
        ("SATSELECT_PORT_8000_TCP_PROTO", "tcp"),
        ("SATSELECT_API_PORT_8000_TCP_ADDR", "10.0.0.1"),
    ],
)
def test_what_is_a_setting_or_of_others_is_none_of_that(name: str, value: str) -> None:
    assert not unknown_settings({name: value})


def test_it_is_refused_by_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SATSELECT_AUHT", "keys")
    with pytest.raises(ImproperlyConfigured, match=re.escape(WRONG)):
        read_environment()


@pytest.mark.parametrize(
    "command",
    [
        ["-m", "satselect", *words.split()]
        for words in (
            "serve --port 0",
            "worker",
            "users create anna --role customer",
            "users password anna",
            "keys create --user anna",
            "batches list",
            "prune --days 3",
            "status 1",
            "submit tasks.json",
            "demo",
            "select tasks.json",
        )
    ]
    + [["manage.py", "migrate"], ["manage.py", "check"]],
    ids=" ".join,
)
def test_no_command_starts_with_one(command: list[str], tmp_path: Path) -> None:
    database = {"SATSELECT_DATABASE_URL": f"sqlite:///{tmp_path}/x.sqlite3"}
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment_with(SATSELECT_AUHT="keys", **database),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (2, f"satselect: {WRONG}\n")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "value", "meant"),
    [
        ("AUTH", "key", "keys"),
        ("AUTH", "Keys", "keys"),
        ("WEBHOOKS", "pubic", "public"),
        ("LOG", "jsn", "json"),
        ("LOG_LEVEL", "warn", "warning"),
        ("HTTPS", "ture", "true"),
        ("DEBUG", "flase", "false"),
    ],
)
def test_the_nearest_value_is_told(monkeypatch: pytest.MonkeyPatch, name: str, value: str, meant: str) -> None:
    monkeypatch.setenv(PREFIX + name, value)
    with pytest.raises(ImproperlyConfigured, match=f"{name}: .*did you mean '{meant}'"):
        read_environment()


def test_a_secret_is_never_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SATSELECT_SECRET_KEY", "hush")
    with pytest.raises(ImproperlyConfigured) as caught:
        read_environment()
    assert "hush" not in str(caught.value)


def test_what_we_deploy_and_document_sets_nothing_else() -> None:
    files = [path for folder in ("deploy", "docs") for path in (ROOT / folder).rglob("*") if path.is_file()]
    texts = [path.read_text() for path in [*files, ROOT / "README.md", ROOT / "Makefile"] if path.suffix != ".png"]
    named = {name for text in texts for name in re.findall(r"\bSATSELECT_([A-Z][A-Z_]*[A-Z])\b", text)}
    assert {"AUTH", "SECRET_KEY"} | OF_COMPOSE < named
    assert named - {"TEST_POSTGRES_URL", "TEST_SERVICES", "TEST_NATS_URL"} <= KNOWN | {"AUHT"}


def test_the_table_of_settings_has_them_all() -> None:
    table = (ROOT / "docs" / "settings.md").read_text()
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", table, re.MULTILINE)) == OF_THE_SERVICE


def test_this_process_has_no_other() -> None:
    assert not unknown_settings(os.environ)
