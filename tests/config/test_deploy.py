"""What Django's own check of a deployment says, with the settings that a deployment has."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

MANAGE = Path(__file__).parents[2] / "manage.py"
DEPLOYED = {
    "SATSELECT_AUTH": "keys",
    "SATSELECT_HOST": "0.0.0.0",  # noqa: S104 - never bound
    "SATSELECT_ALLOWED_HOSTS": "satselect.example",
    "SATSELECT_SECRET_KEY": "k3vq8mzt7xw2Lr5Yd9Bn4Gc6Hs1Jf0PzQeTaUvWxNiSoMk7Dq3Xh8",
    "SATSELECT_HSTS_SECONDS": "31536000",
}
PROGRAM = """
import django; django.setup()
from django.conf import settings
for name in {names!r}: print(getattr(settings, name))
"""


def run(*arguments: str, folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SATSELECT_")}
    clean["DJANGO_SETTINGS_MODULE"] = "satselect.config.settings"
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=clean | settings,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def told(folder: Path, *names: str, **settings: str) -> list[str]:
    """These of Django's settings, with these of ours."""
    done = run("-c", PROGRAM.format(names=names), folder=folder, **settings)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_the_check_of_a_deployment_finds_nothing(tmp_path: Path) -> None:
    done = run(str(MANAGE), "check", "--deploy", "--fail-level", "WARNING", folder=tmp_path, **DEPLOYED)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_nobody_starts_without_a_secret_outside_of_this_machine(tmp_path: Path) -> None:
    without = {name: value for name, value in DEPLOYED.items() if name != "SATSELECT_SECRET_KEY"}
    done = run(str(MANAGE), "check", folder=tmp_path, **without)
    assert done.returncode != 0
    assert "SATSELECT_SECRET_KEY must be set" in done.stderr


@pytest.mark.parametrize(
    ("settings", "is_secure"),
    [
        ({}, "False"),
        ({"SATSELECT_HTTPS": "true"}, "True"),
        (DEPLOYED, "True"),
        (DEPLOYED | {"SATSELECT_HTTPS": "false"}, "False"),
    ],
)
def test_cookies_go_over_https_only_where_others_could_listen(
    tmp_path: Path, settings: dict[str, str], is_secure: str
) -> None:
    names = "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"
    assert told(tmp_path, *names, **settings) == [is_secure] * 2


def test_nobody_debugs_unless_asked(tmp_path: Path) -> None:
    assert told(tmp_path, "DEBUG") == told(tmp_path, "DEBUG", **DEPLOYED) == ["False"]
