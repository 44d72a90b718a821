"""The history of commits: what its line holds, and that it only grows."""

import csv
from pathlib import Path

import pytest

from benchmarks import history
from benchmarks.classes import generated

LINE = {"date": "2031-01-01", "commit": "abc", "free-1e3x20": "0.100", "statements of a POST": 20}


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(history, "FILE", tmp_path / "history.csv")
    return tmp_path / "history.csv"


def test_each_commit_adds_a_line(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for commit in ("abc", "def"):
        monkeypatch.setattr(history, "line", lambda commit=commit: LINE | {"commit": commit})
        assert history.main(["--append"]) == 0
    with file.open() as written:
        assert [row["commit"] for row in csv.DictReader(written)] == ["abc", "def"]


def test_what_is_not_committed_is_not_added(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(history, "line", lambda: LINE | {"commit": "abc-dirty"})
    assert history.main(["--append"]) == 1
    assert not file.exists()
    assert "commit first" in capsys.readouterr().err


def test_its_classes_exist_and_a_loop_is_a_yardstick() -> None:
    assert all(name in generated() for name in history.CLASSES)
    assert history._yardsticks(history._loop) == pytest.approx(1, rel=0.5)
