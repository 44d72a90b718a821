"""`satselect status`, `submit` and `demo` at a service that asks for keys."""

import httpx
import pytest

from satselect.cli.main import main
from satselect.store.models import Task
from tests.people import key_of, user

DATABASES = ["sqlite"]

COMMANDS = (["status"], ["demo", "--days", "1", "--speed", "1e9"])


@pytest.fixture(autouse=True)
def address(guarded: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("SATSELECT_URL", str(guarded.base_url))
    monkeypatch.delenv("SATSELECT_KEY", raising=False)
    return str(guarded.base_url)


def told(command: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """The one line that a command fails with."""
    assert main(command) == 1
    line = capsys.readouterr().err
    assert line.count("\n") == 1
    return line


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("key", [None, "", " \n"])
def test_without_a_key_it_says_which_setting_to_make(
    command: list[str], key: str | None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if key is not None:
        monkeypatch.setenv("SATSELECT_KEY", key)
    assert "set SATSELECT_KEY to an API key, or give --key" in told(command, capsys)


@pytest.mark.parametrize(("option", "named"), [([], "SATSELECT_KEY"), (["--key", "sat_wrong"], "--key")])
def test_a_key_that_does_not_hold_is_not_shown(
    option: list[str], named: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SATSELECT_KEY", "sat_wrong")
    line = told(["status", *option], capsys)
    assert line.endswith(f"the key of {named} does not hold\n")
    assert "sat_wrong" not in line


def test_what_can_be_no_key_is_wrong_input(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--key", "sat_wr\u00f6ng"]) == 2
    assert "sat_wr" not in capsys.readouterr().err


def test_a_customer_can_not_make_the_fleet_of_the_demo(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SATSELECT_KEY", key_of(user("anna", "customer")))
    assert "the role of the user of this key may not do that" in told(COMMANDS[1], capsys)


def test_the_demo_plays_with_a_key_of_an_operator(
    address: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SATSELECT_KEY", key_of(user("oskar", "operator")) + "\n")
    assert main(COMMANDS[1]) == 0
    assert f"Watch it at {address.rstrip('/')}/fleets/demo\n" in capsys.readouterr().err
    assert Task.objects.filter(fleet__slug="demo").count() > 100
