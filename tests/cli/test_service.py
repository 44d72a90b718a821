from threading import Event

import pytest
from django.test import override_settings

from satselect.cli.service import work_beside


class Stopped:
    """A postman that notes that it was stopped."""

    is_stopped = False

    def stop(self) -> None:
        self.is_stopped = True


@pytest.mark.parametrize(("webhooks", "is_stopped"), [("private", True), ("off", False)])
def test_what_is_done_beside_ends_with_what_it_is_done_beside(
    webhooks: str, is_stopped: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, postman = Event(), Stopped()
    monkeypatch.setattr("satselect.scheduling.upkeep.housekeeping.keep_house", lambda: house)
    monkeypatch.setattr("satselect.scheduling.webhooks.postman.deliver", lambda **_: postman)
    with override_settings(SATSELECT_WEBHOOKS=webhooks), work_beside():
        assert (house.is_set(), postman.is_stopped) == (False, False)
    assert (house.is_set(), postman.is_stopped) == (True, is_stopped)
