import json
from pathlib import Path

import pytest

from tests.cli.test_keys import satselect


def test_a_user_gets_a_password_and_a_limit(migrated_folder: Path) -> None:
    assert satselect(migrated_folder, "users", "create", "anna", "--role", "admin").returncode == 0
    done = satselect(migrated_folder, "users", "password", "anna", "--json", typed="one long horse\n")
    assert json.loads(done.stdout) == {"user": "anna"}
    limited = satselect(migrated_folder, "users", "limit", "anna", "7", "--json")
    assert json.loads(limited.stdout) == {"user": "anna", "buffered_limit": 7}
    assert satselect(migrated_folder, "users", "limit", "anna", "usual").stdout == "anna has the usual limit\n"


@pytest.mark.parametrize(
    ("arguments", "typed", "words"),
    [
        (("password", "nobody"), "one long horse\n", "nobody"),
        (("password", "local"), "short\n", "at least 12 characters"),
        (("create", "eva", "--role", "executor"), "", "'eva' needs a fleet"),
        (("limit", "nobody", "7"), "", "nobody"),
        (("limit", "local", "many"), "", "'many'"),
    ],
)
def test_wrong_input_is_told_in_one_line(
    migrated_folder: Path, arguments: tuple[str, ...], typed: str, words: str
) -> None:
    done = satselect(migrated_folder, "users", *arguments, typed=typed)
    assert done.returncode == 2
    assert words in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_users_are_listed(migrated_folder: Path) -> None:
    satselect(migrated_folder, "users", "create", "eva", "--role", "executor", "--fleet", "default")
    satselect(migrated_folder, "users", "limit", "eva", "7")
    listed = json.loads(satselect(migrated_folder, "users", "list", "--json").stdout)["items"]
    assert {
        "user": "eva",
        "role": "executor",
        "account": "local",
        "fleets": ["default"],
        "is_active": True,
        "buffered_limit": 7,
    } in listed
    lines = satselect(migrated_folder, "users", "list").stdout.splitlines()
    assert lines[0].split() == ["user", "role", "account", "fleets", "active", "limit"]
    assert lines[1].split() == ["eva", "executor", "local", "default", "yes", "7"]
    assert lines[2].split() == ["local", "operator", "local", "-", "yes", "usual"]
