import pytest

from satselect.application.errors import KeyReusedError, UnknownFleetError
from satselect.application.tasks import resources
from satselect.application.tasks.submission import Submission
from satselect.application.tasks.submit import submit
from satselect.schemas.reading.faults import InvalidError
from satselect.schemas.tasks import NewTask
from satselect.store.models import Batch, Fleet, Resource, Signature, Supply, Task
from satselect.store.queries.uses import uses_of
from tests.application.buffers import NOW, buffer, submission, task
from tests.databases import counts
from tests.tracers import named, traced

pytestmark = pytest.mark.usefixtures("database")


def test_unknown_resources_of_an_open_fleet_are_made_with_capacity_1() -> None:
    buffer(task("a", "camera"), task("b", "camera", "disk"))
    supplies = Supply.objects.order_by("resource__name").values_list("resource__name", "satellite__slug", "capacity")
    assert list(supplies) == [("camera", "default", 1), ("disk", "default", 1)]


def test_an_open_fleet_makes_no_more_resources_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "MOST_RESOURCES", 3)
    buffer(task("a", "camera", "disk"))
    before = counts()
    with pytest.raises(InvalidError, match="/1/resources: the fleet would have more than 3 resources"):
        buffer(task("b", "camera"), task("c", "camera", "proc", "radar"))
    assert counts() == before
    buffer(task("d", "proc"))


def test_a_closed_fleet_refuses_unknown_resources_and_stores_nothing() -> None:
    Fleet.objects.update(is_open=False)
    before = counts()
    with pytest.raises(InvalidError) as caught:
        buffer(task("a"), task("b", "camera", "disk"))
    assert [fault.pointer for fault in caught.value.faults] == ["/1/resources/0", "/1/resources/1"]
    assert counts() == before


def test_what_could_never_fit_is_refused() -> None:
    buffer(task("a", "disk"))
    Supply.objects.update(capacity=2)
    heavy = NewTask.model_validate({"name": "b", "resources": {"disk": 3}, "profit": 1})
    with pytest.raises(InvalidError) as caught:
        buffer(heavy)
    assert caught.value.faults[0].pointer == "/0/resources/disk"


def test_tasks_that_use_the_same_share_a_signature() -> None:
    buffer(task("a", "camera", "disk"), task("b", "disk", "camera"), task("c", "disk"))
    buffer(task("d", "camera", "disk"))
    assert Signature.objects.count() == 2
    assert len(set(Task.objects.filter(name__in="abd").values_list("signature", flat=True))) == 1


def test_resources_keep_the_order_sent() -> None:
    sent = [("disk", "camera", "antenna"), ("camera", "antenna", "disk"), ("antenna", "disk", "camera"), ()]
    buffer(*(task(f"{number}", *names) for number, names in enumerate(sent)))
    ids = list(Task.objects.order_by("position").values_list("id", flat=True))
    uses = uses_of(ids)
    assert [tuple(uses[id].items()) for id in ids] == [tuple((name, 1) for name in names) for names in sent]
    assert Signature.objects.count() == 2


def test_submitting_twice_with_one_key_is_submitting_once() -> None:
    first = submit(submission(task("a"), key="k", digest="d"), at=NOW)
    before = counts()
    second = submit(submission(task("a"), key="k", digest="d"), at=NOW)
    assert (first.is_replay, second.is_replay, second.batch) == (False, True, first.batch)
    assert counts() == before


def test_a_key_belongs_to_one_body() -> None:
    submit(submission(task("a"), key="k", digest="d"), at=NOW)
    with pytest.raises(KeyReusedError):
        submit(submission(task("a"), key="k", digest="other"), at=NOW)


def test_a_submission_moves_the_seq_and_not_the_version() -> None:
    buffer(task("a"), task("b"))
    fleet = Fleet.objects.get()
    assert (fleet.seq, fleet.version, fleet.buffered) == (1, 0, 2)


def test_an_unknown_fleet_is_refused() -> None:
    made = submission()
    nowhere = Submission(fleet="nowhere", account_id=made.account_id, user_id=made.user_id, tasks=[], digest="")
    with pytest.raises(UnknownFleetError):
        submit(nowhere, at=NOW)
    assert Resource.objects.count() == 0


def test_a_batch_knows_the_span_in_which_it_was_submitted() -> None:
    with traced():
        submit(submission(task("a"), key="k"), at=NOW)
    with traced():
        submit(submission(task("a"), key="k"), at=NOW)
    buffer(task("b"))
    assert list(Batch.objects.order_by("seq").values_list("traceparent", flat=True)) == [named("submit"), None]
