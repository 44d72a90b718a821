"""What is said of compiling where the service starts."""

import gc

import pytest

from satselect.cli.service.setup import engine_ready
from satselect.engine import loaded, warm


def test_a_machine_that_has_compiled_is_told_nothing_of_a_first_time(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("is_cached", "is_cached_to_plan"):
        monkeypatch.setattr(warm, name, lambda: True)
    monkeypatch.setattr(warm, "get_ready", lambda: None)
    monkeypatch.setattr(loaded, "keep_little", lambda: 0)  # this process would keep little from then on
    for name in ("freeze", "set_threshold"):
        monkeypatch.setattr(gc, name, lambda *_: None)
    with engine_ready():
        pass
    told = capsys.readouterr()
    assert "compil" not in told.out + told.err
