from pathlib import Path

import pytest

from satselect.config.databases import connection_settings


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///a.sqlite3", Path.cwd() / "a.sqlite3"),
        ("sqlite:////var/lib/a%20b.sqlite3", Path("/var/lib/a b.sqlite3")),
    ],
)
def test_a_sqlite_url_names_a_file(url: str, path: Path) -> None:
    settings = connection_settings(url, pool_size=1)
    assert (settings["NAME"], settings["OPTIONS"]["transaction_mode"]) == (str(path), "IMMEDIATE")


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_a_postgresql_url_is_read_as_libpq_reads_it(scheme: str) -> None:
    settings = connection_settings(f"{scheme}://me:p%40ss@db:6543/tasks?sslmode=require", pool_size=7)
    assert {name: settings[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")} == {
        "NAME": "tasks",
        "USER": "me",
        "PASSWORD": "p@ss",
        "HOST": "db",
        "PORT": "6543",
    }
    assert settings["OPTIONS"]["sslmode"] == "require"
    assert settings["OPTIONS"]["pool"]["max_size"] == 7
    assert "idle_in_transaction_session_timeout" in settings["OPTIONS"]["options"]
    assert "-c jit=off" in settings["OPTIONS"]["options"]


@pytest.mark.parametrize("url", ["postgres://me@db", "postgres://me@db:5432/", "postgres://"])
def test_a_postgresql_url_names_a_database(url: str) -> None:
    with pytest.raises(ValueError, match="must name a database"):
        connection_settings(url, pool_size=1)


def test_options_of_the_url_come_last_and_so_count() -> None:
    url = "postgres://db/tasks?options=-c%20idle_in_transaction_session_timeout%3D1min"
    assert connection_settings(url, pool_size=1)["OPTIONS"]["options"].endswith("=1min")
