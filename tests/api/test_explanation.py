from datetime import timedelta
from itertools import pairwise

import httpx
import pytest
from django.utils import timezone

from satselect.application.explanation.explain import explain
from satselect.cli.main import main
from satselect.store.models import Supply, Task
from tests.application.buffers import NOW, buffer, run, task
from tests.databases import AND_OVER_THE_BUS
from tests.planners import forget_buffers

DATABASES = AND_OVER_THE_BUS


def explanation(service: httpx.Client, name: str) -> dict[str, object]:
    answer = service.get(f"/api/v1/tasks/{Task.objects.get(name=name).id}/explanation")
    assert answer.status_code == 200, answer.text
    shown: dict[str, object] = answer.json()
    return shown


@pytest.fixture
def settled(service: httpx.Client) -> httpx.Client:
    """A service whose last iteration scheduled `camera` and `disk`, and buffered `both` and `second`."""
    now = timezone.now()
    both, camera, disk = (
        task("both", "camera", "disk", profit=3),
        task("camera", "camera", profit=2),
        task("disk", "disk"),
    )
    buffer(both, camera, disk.model_copy(update={"profit": 2}), task("second", "camera", profit=0.5), at=now)
    run(now)
    return service


def test_a_buffered_task_is_displaced_by_those_that_hold_what_it_needs(settled: httpx.Client) -> None:
    shown = explanation(settled, "both")
    camera, disk = Task.objects.get(name="camera"), Task.objects.get(name="disk")
    assert shown["displaced_by"] == {
        "camera": [{"id": str(camera.id), "name": "camera", "profit": 2}],
        "disk": [{"id": str(disk.id), "name": "disk", "profit": 2}],
    }
    assert (shown["status"], shown["break_even_profit"]) == ("buffered", 4)
    assert shown["iteration"] == settled.get(f"/api/v1/tasks/{camera.id}").json()["iteration"]


def test_a_task_that_is_not_among_the_best_of_its_kind_has_a_break_even_profit_too(settled: httpx.Client) -> None:
    assert explanation(settled, "second")["break_even_profit"] == 2


def test_a_scheduled_task_has_a_price_and_is_displaced_by_nobody(settled: httpx.Client) -> None:
    shown = explanation(settled, "camera")
    assert (shown["status"], shown["displaced_by"], shown["break_even_profit"]) == ("scheduled", {}, None)
    assert isinstance(shown["price"], float)


def test_a_task_that_no_iteration_considered_has_no_explanation_yet(settled: httpx.Client) -> None:
    buffer(task("new", "camera"), at=timezone.now())
    shown = explanation(settled, "new")
    assert (shown["iteration"], shown["displaced_by"], shown["price"]) == (None, {}, None)


@pytest.mark.usefixtures("database")
def test_what_has_room_for_a_task_does_not_displace_it() -> None:
    buffer(task("a", "camera", "disk", profit=3), task("b", "camera", "disk"))
    Supply.objects.filter(resource__name="disk").update(capacity=2)
    run()
    found = explain(Task.objects.get(name="b"), at=NOW, time_limit_s=5)
    assert {name: [each.name for each in holders] for name, holders in found.displaced_by.items()} == {"camera": ["a"]}


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("is_kept", [True, False])
def test_the_break_even_profit_is_where_the_selection_turns(is_kept: bool) -> None:
    resources = ["r1", "r2", "r3"]
    buffer(*[task(f"{a}{b}", a, b, profit=5 + n) for n, (a, b) in enumerate(pairwise(resources))])
    buffer(task("wide", *resources, profit=3), task("wide, twice", *resources, profit=1))
    run()
    if not is_kept:
        forget_buffers()
    for name in ("wide", "wide, twice", "r1r2"):
        assert explain(Task.objects.get(name=name), at=NOW, time_limit_s=5).break_even == 6


def test_what_a_rival_became_since_changes_nothing_of_the_past(service: httpx.Client) -> None:
    now = timezone.now()
    both, camera, disk = (
        task("A", "camera", "disk", profit=10),
        task("B", "camera", profit=3),
        task("C", "disk", profit=6),
    )
    buffer(both, camera, disk, at=now)
    run(now)
    rival = f"/api/v1/tasks/{Task.objects.get(name='C').id}"
    assert (explanation(service, "B")["break_even_profit"], explanation(service, "B")["changed_since"]) == (4, [])
    for method, path, body in (("PATCH", rival, {"profit": 9}), ("POST", f"{rival}/cancel", {})):
        assert service.request(method, path, json=body).status_code == 200
        shown = explanation(service, "B")
        assert (shown["reason"], shown["why"], shown["break_even_profit"]) == ("held", "camera is held by A", 4)
        assert shown["changed_since"] == [
            {"what": "rivals", "of": None, "before": None, "now": None, "words": "other tasks that competed changed"}
        ]
        # this process, which iterated, says the same as the one that serves
        assert explain(Task.objects.get(name="B"), at=now, time_limit_s=5).break_even == 4


def test_who_failed_is_told_so(service: httpx.Client, capsys: pytest.CaptureFixture[str]) -> None:
    assert service.patch("/api/v1/fleets/default", json={"settle_s": None}).status_code == 200
    tasks = [{"name": "T", "resources": ["camera"], "profit": 5, "max_attempts": 2}]
    (made,) = service.post("/api/v1/fleets/default/tasks", json=tasks).json()["tasks"]
    assert service.post(f"/api/v1/tasks/{made['id']}/fail", json={}).json()["status"] == "buffered"
    shown = explanation(service, "T")
    assert (shown["reason"], shown["iteration"]) == ("failed", made["iteration"])
    assert (shown["displaced_by"], shown["break_even_profit"], shown["break_even_unknown"]) == ({}, None, "not waiting")
    assert main(["status", made["id"], "--url", str(service.base_url)]) == 0
    words = "it was selected then, failed, and competes again in the next iteration"
    assert f"It waits because {words}." in capsys.readouterr().out
    assert words in service.get(f"/tasks/{made['id']}").text
    assert words in service.get("/fleets/default/buffer").text


@pytest.mark.usefixtures("database")
def test_a_task_that_may_not_start_yet_or_is_over_has_no_explanation() -> None:
    hour = timedelta(hours=1)
    over = task("over", "camera", deadline=NOW + hour)
    buffer(task("rival", "camera", profit=9), task("later", "camera", not_before=NOW + hour), over)
    run()
    later, over_now = Task.objects.get(name="later"), Task.objects.get(name="over")
    assert explain(later, at=NOW, time_limit_s=5).iteration_id is None
    assert explain(over_now, at=NOW, time_limit_s=5).iteration_id is not None
    assert explain(over_now, at=NOW + 2 * hour, time_limit_s=5).iteration_id is None
