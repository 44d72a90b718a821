import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.commands import run


def satselect(folder: Path, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("SATSELECT_")}
    return run(*arguments, env=own, folder=folder, typed=typed)


def test_a_user_gets_a_key_and_loses_it(migrated_folder: Path) -> None:
    made = satselect(migrated_folder, "users", "create", "anna", "--role", "customer", "--json")
    assert json.loads(made.stdout) == {"user": "anna", "role": "customer", "account": "anna", "fleets": []}
    key = json.loads(satselect(migrated_folder, "keys", "create", "--user", "anna", "--json").stdout)
    assert key["key"].startswith(f"sat_{key['visible']}_")
    listed = satselect(migrated_folder, "keys", "list", "--user", "anna").stdout
    assert key["visible"] in listed
    assert key["key"] not in listed
    assert satselect(migrated_folder, "keys", "revoke", "--user", "anna", key["visible"]).returncode == 0
    (shown,) = json.loads(satselect(migrated_folder, "keys", "list", "--user", "anna", "--json").stdout)["items"]
    assert shown["revoked"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("users", "create", "Anna", "--role", "customer"), "'Anna'"),
        (("users", "create", "local", "--role", "customer"), "taken"),
        (("keys", "create", "--user", "nobody"), "nobody"),
        (("keys", "revoke", "--user", "local", "abcdefgh"), "abcdefgh"),
        (("keys", "create", "--user", "local", "--days", "999999999"), "999999999"),
        (("keys", "create", "--user", "local", "--days", "-5"), "-5"),
        (("keys", "create", "--user", "local", "--days", "0"), "0"),
        (("keys", "create", "--user", "local", "--overlap-hours", "nan"), "nan"),
        (("keys", "create", "--user", "local", "--overlap-hours", "1e300"), "1e300"),
        (("keys", "create", "--user", "local", "--overlap-hours", "-1"), "-1"),
        (("serve", "--port", "99999"), "99999"),
        (("serve", "--port", "-1"), "-1"),
        (("status", "--url", "http://[::1"), "http://[::1"),
        (("demo", "--url", "http://[::1"), "http://[::1"),
        (("users", "create", "x", "--role", "king"), "king"),
        (("users", "create", "x", "--role", "executor", "--fleet", "nowhere"), "nowhere"),
    ],
)
def test_wrong_input_is_told_in_one_line(migrated_folder: Path, arguments: tuple[str, ...], words: str) -> None:
    done = satselect(migrated_folder, *arguments)
    assert done.returncode == 2
    assert words in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
