"""Who waits, or works for long without a statement, has no connection: others use it, and a pool of two is enough."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Event, Timer

import pytest
from django.db import connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper

import satselect
from satselect.application.act import Act
from satselect.application.dispatch.inbox import settle_pending
from satselect.application.dispatch.lane import Settled
from satselect.application.dispatch.settling import LeavesToWorkers
from satselect.application.dispatch.shared import Shared
from satselect.application.errors import BusyError
from satselect.application.explanation.questions import Places, question
from satselect.application.planning.courtesy import Courtesy
from satselect.application.planning.horizon import plan_ahead
from satselect.application.planning.iterate import iterate
from satselect.application.webhooks.fan_out import fan_out
from satselect.application.webhooks.register import register
from satselect.application.webhooks.request import WebhookRequest
from satselect.application.webhooks.send import work_off
from satselect.bus.base import Delivery
from satselect.bus.inline import InlineBus
from satselect.engine.limits import Limits
from satselect.store.models import Fleet, Iteration, User
from satselect.store.partitions import PARTITIONS
from satselect.store.sql import connections as lending
from satselect.store.sql.connections import giving_back
from satselect.store.sql.statements import ask
from satselect.store.sql.transactions import short_transaction
from tests.application import orbits
from tests.application.buffers import NOW, buffer, run, submission, task
from tests.databases import Database
from tests.owners import wait_until
from tests.planners import planner

DATABASES = ["postgresql"]
SUBMITTERS = 6
WAIT_S = 100.0

pytestmark = pytest.mark.usefixtures("database")


def is_lent() -> bool:
    """Whether this thread has a connection."""
    return connection.connection is not None


def has_one_while_it_works() -> bool:
    """The same, after what works has looked at its clock."""
    Limits().is_over()
    return is_lent()


@pytest.fixture
def _no_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that is worked takes long."""
    monkeypatch.setattr(lending, "MOMENT_S", -1.0)


@pytest.fixture
def _two_connections(database: Database) -> Iterator[None]:
    """As many as all threads but that of the test may have, on that database."""
    del database  # it is connected to
    own = connections.settings
    usual = own["default"]
    options = usual["OPTIONS"] | {"pool": {"min_size": 1, "max_size": 2, "timeout": WAIT_S}}
    connections.settings = own | {"default": usual | {"OPTIONS": options}}
    yield
    DatabaseWrapper._connection_pools.pop("default").close()  # type: ignore[attr-defined]
    connections.settings = own


@pytest.fixture
def notices() -> list[Delivery]:
    """What the bus was told, and no worker has begun with."""
    return []


@pytest.fixture
def bus(notices: list[Delivery]) -> Iterator[InlineBus]:
    made = InlineBus()
    for partition in range(PARTITIONS):
        made.consume(partition, notices.append)
    yield made
    made.close()


@pytest.mark.usefixtures("_two_connections")
@pytest.mark.parametrize("prefers", [None, WAIT_S])
def test_more_wait_for_a_worker_than_there_are_connections(
    bus: InlineBus, notices: list[Delivery], prefers: float | None
) -> None:
    settler = LeavesToWorkers(planner(), lambda: bus)

    def submit(number: int) -> Settled:
        try:
            return settler.submit(submission(task(f"{number}", "camera"), key=f"{number}"), prefers)
        finally:
            connections.close_all()

    buffer()  # the fleet is there
    with ThreadPoolExecutor(SUBMITTERS) as threads:
        found = threads.map(submit, range(SUBMITTERS))
        wait_until(lambda: len(notices) == SUBMITTERS)
        for id in settle_pending(planner(), notices[0].notice.fleet_id, is_retry=False):
            bus.announce(id)
        assert {each.iteration for each in found} == {Iteration.objects.get()}


@pytest.mark.usefixtures("_no_moment")
def test_who_selects_for_long_has_none() -> None:
    had: list[bool] = []

    def select(kept: satselect.Buffer, *, time_limit: float) -> satselect.Selection:
        had.append(has_one_while_it_works())
        return kept.select(time_limit=time_limit)

    buffer(task("a", "camera"))
    iterate(planner(select=select), Fleet.objects.get(slug="default").id, at=NOW)
    assert had == [False]


def test_who_selects_for_a_moment_keeps_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lending, "MOMENT_S", 3600.0)
    ask("SELECT 1")
    assert not giving_back(lambda: False)()
    assert is_lent()


@pytest.mark.usefixtures("_no_moment")
def test_who_plans_for_long_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    had, planned = list[bool](), plan_ahead.planned

    def noted(given: object, **named: object) -> satselect.Plan:
        had.append(has_one_while_it_works())
        return planned(given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(plan_ahead, "planned", noted)
    orbits.orbit()
    orbits.submit(orbits.timed("a", (15, 17)))
    orbits.run()
    assert had == [False]


@pytest.mark.usefixtures("_no_moment")
def test_a_question_that_takes_long_has_none() -> None:
    with question(Places(most=1, of_user=1), 1):
        ask("SELECT 1")
        assert not has_one_while_it_works()


def test_who_waits_for_a_place_to_ask_has_none() -> None:
    places = Places(most=1, of_user=1, patience_s=0.01)
    with places.taken(1):
        ask("SELECT 1")
        with pytest.raises(BusyError), places.taken(2):
            pass
    assert not is_lent()


def test_who_waits_for_what_another_makes_has_none() -> None:
    shared, begun, may_end = Shared(Courtesy(), lambda _: None), Event(), Event()

    def make() -> str:
        begun.set()
        assert may_end.wait(WAIT_S)
        return "made"

    def share() -> tuple[str, bool]:
        ask("SELECT 1")
        may_end_soon.start()
        try:
            return shared.made("all", make), is_lent()
        finally:
            connections.close_all()

    may_end_soon = Timer(0.1, may_end.set)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(shared.made, "all", make)
        assert begun.wait(WAIT_S)
        assert threads.submit(share).result() == ("made", False)
        assert first.result() == "made"


def test_who_finds_it_made_keeps_its_own() -> None:
    shared = Shared(Courtesy(), lambda _: None)
    ask("SELECT 1")
    assert [shared.made("all", lambda: "made") for _ in range(2)] == ["made"] * 2
    assert is_lent()


def test_who_gives_way_has_none() -> None:
    courtesy = Courtesy()
    ask("SELECT 1")
    with courtesy.hurried():
        courtesy.give_way()
    assert not is_lent()


def test_who_need_not_give_way_keeps_it() -> None:
    ask("SELECT 1")
    Courtesy().give_way()
    assert is_lent()


def test_who_waits_for_a_webhook_has_none() -> None:
    had: list[bool] = []

    def post(request: WebhookRequest, at: datetime) -> int:
        had.append(is_lent())
        return 204

    webhook = register("http://127.0.0.1:9/", "", Act(User.objects.get(), NOW), allows_private=True)
    buffer(task("a", "camera"))
    run()
    fan_out(at=NOW)
    assert work_off(webhook.id, post, lambda: NOW, Event()) == 1
    assert had == [False]


@pytest.mark.usefixtures("_no_moment")
def test_a_transaction_keeps_its_own() -> None:
    stop = giving_back(lambda: False)
    with short_transaction():
        ask("SELECT 1")
        assert not stop()
        assert is_lent()
