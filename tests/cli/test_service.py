import subprocess
import sys
from pathlib import Path
from threading import Event

import pytest
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from satselect.cli.service.setup import work_beside
from satselect.store.models import User
from tests.databases import unmigrated
from tests.services import environment_with


class Stopped:
    """A delivery worker that notes that it was stopped."""

    is_stopped = False

    def stop(self) -> None:
        self.is_stopped = True


@pytest.mark.parametrize(("webhooks", "is_stopped"), [("private", True), ("off", False)])
def test_what_is_done_beside_ends_with_what_it_is_done_beside(
    webhooks: str, is_stopped: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, delivery_worker = Event(), Stopped()
    monkeypatch.setattr("satselect.application.maintenance.housekeeping.keep_house", lambda _: house)
    monkeypatch.setattr("satselect.application.webhooks.delivery_worker.deliver", lambda *_, **__: delivery_worker)
    with override_settings(SATSELECT_WEBHOOKS=webhooks), work_beside():
        assert (house.is_set(), delivery_worker.is_stopped) == (False, False)
    assert (house.is_set(), delivery_worker.is_stopped) == (True, is_stopped)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_of_processes_that_start_on_a_new_database_one_makes_the_tables(
    kind: str, tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock(), unmigrated(kind, tmp_path) as url:
        command = [sys.executable, "-m", "satselect", "users", "create"]
        environment = environment_with(SATSELECT_DATABASE_URL=url, SATSELECT_AUTH="keys")
        started = {
            name: subprocess.Popen(
                [*command, name, "--role", "operator"], env=environment, stderr=subprocess.PIPE, text=True
            )
            for name in ("anna", "berta", "carla")
        }
        ended = {name: (process.communicate(timeout=100)[1], process.returncode) for name, process in started.items()}
        assert {code for _, code in ended.values()} == {0}, ended
        assert set(User.objects.values_list("username", flat=True)) >= {"anna", "berta", "carla"}
