from secrets import token_hex, token_urlsafe

import pytest
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse

from satselect.config.environment import Environment, read_environment
from satselect.web.middleware.loopback import LoopbackOnly


def test_own_pages_are_told_by_the_names_of_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SATSELECT_ALLOWED_HOSTS", "satselect.example.org,.example.net,*")
    assert Environment(https=True).origins == ["https://satselect.example.org", "https://*.example.net"]
    assert Environment(https=False).origins == []


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "localhost", "::1"])
def test_open_answers_on_loopback(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("SATSELECT_HOST", host)
    assert read_environment().host == host


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.7", "example.org", ""])  # noqa: S104 - refused
def test_open_refuses_any_other_address(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("SATSELECT_HOST", host)
    with pytest.raises(ImproperlyConfigured, match="loopback only"):
        read_environment()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://localhost/x"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", "sqlite://file"),
        ("DATABASE_URL", "postgres://host/x?colour=red"),
        ("BUS_URL", "http://127.0.0.1"),
        ("BUS_URL", "nats://127.0.0.1/a.b"),
        ("BUS_URL", "nats://"),
        ("WORKER_THREADS", "0"),
        ("TIME_LIMIT", "soon"),
        ("TIME_LIMIT", "nan"),
        ("TIME_LIMIT", "0"),
        ("AUTH", "nobody"),
        ("MAX_TASKS", "-1"),
        ("MAX_USES", "0"),
        ("MAX_CANDIDATES", "0"),
        ("SECRET_KEY", "short"),
    ],
)
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"SATSELECT_{name}", value)
    with pytest.raises(ImproperlyConfigured, match=f"SATSELECT_{name}: "):
        read_environment()


def test_a_bus_needs_a_database_that_can_be_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SATSELECT_BUS_URL", "nats://127.0.0.1:4222/name")
    with pytest.raises(ImproperlyConfigured, match="BUS_URL needs PostgreSQL"):
        read_environment()
    monkeypatch.setenv("SATSELECT_DATABASE_URL", "postgres://me@db/tasks")
    assert read_environment().bus_url == "nats://127.0.0.1:4222/name"


def test_without_any_setting_there_is_a_secret_of_this_process_only() -> None:
    assert read_environment().secret_key != read_environment().secret_key


def test_keys_may_answer_anywhere_with_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SATSELECT_AUTH", "keys")
    monkeypatch.setenv("SATSELECT_HOST", "10.0.0.7")
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY must be set"):
        read_environment()
    monkeypatch.setenv("SATSELECT_SECRET_KEY", token_urlsafe(50))
    assert read_environment().host == "10.0.0.7"


def test_hosts_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SATSELECT_ALLOWED_HOSTS", "a.example, b.example")
    assert read_environment().allowed_hosts == ("a.example", "b.example")


@pytest.mark.parametrize(("caller", "is_answered"), [("127.0.0.1", True), ("::1", True), ("10.0.0.7", False)])
def test_other_machines_are_refused_whoever_started_the_server(caller: str, is_answered: bool) -> None:
    request = HttpRequest()
    request.META["REMOTE_ADDR"] = caller
    middleware = LoopbackOnly(lambda _: HttpResponse())
    if is_answered:
        assert middleware(request).status_code == 200
    else:
        with pytest.raises(PermissionDenied):
            middleware(request)


@pytest.mark.parametrize(
    "secret",
    [
        "s" * 40,
        "ab" * 20,
        "0123456789" * 4,
        "abcdefghijklmnopqrstuvwxyz0123456789",
        "password" * 5,
        f"{'a' * 39}b",
        f"django-insecure-{'k3vq8mzt7xw2' * 3}p",
    ],
)
def test_a_secret_that_can_be_guessed_is_for_loopback_only(monkeypatch: pytest.MonkeyPatch, secret: str) -> None:
    monkeypatch.setenv("SATSELECT_AUTH", "keys")
    monkeypatch.setenv("SATSELECT_SECRET_KEY", secret)
    assert read_environment().secret_key == secret
    monkeypatch.setenv("SATSELECT_HOST", "0.0.0.0")  # noqa: S104 - refused
    with pytest.raises(ImproperlyConfigured, match="too easily guessed") as caught:
        read_environment()
    assert secret not in str(caught.value)


def test_what_our_documents_make_a_secret_with_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SATSELECT_AUTH", "keys")
    monkeypatch.setenv("SATSELECT_HOST", "0.0.0.0")  # noqa: S104 - never bound
    for secret in [token_hex(32) for _ in range(200)] + [token_urlsafe(50) for _ in range(200)]:
        monkeypatch.setenv("SATSELECT_SECRET_KEY", secret)
        assert read_environment().secret_key == secret


def test_debugging_is_for_loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SATSELECT_AUTH", "keys")
    monkeypatch.setenv("SATSELECT_SECRET_KEY", token_urlsafe(50))
    monkeypatch.setenv("SATSELECT_DEBUG", "true")
    assert read_environment().debug
    monkeypatch.setenv("SATSELECT_HOST", "10.0.0.7")
    with pytest.raises(ImproperlyConfigured, match="DEBUG"):
        read_environment()
