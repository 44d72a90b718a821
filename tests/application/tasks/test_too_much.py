"""What one request may ask for, in all: resources and satellites, each counted for every task."""

import json
from dataclasses import replace

import pytest

from satselect.application.fleets.fleets import create_fleet, create_satellite
from satselect.application.fleets.supplies import add_resource
from satselect.application.tasks.submit import submit
from satselect.schemas.fields.limits import Limits
from satselect.schemas.reading.faults import InvalidError
from satselect.schemas.tasks import NewTask, read_tasks
from satselect.schemas.what_if import read_question
from satselect.store.models import Task
from tests.application.buffers import NOW, submission, task
from tests.application.constellations import act

FEW = Limits(uses=5)
FIT = [
    {"name": "a", "resources": ["r", "s", "t"], "profit": 1},
    {"name": "b", "resources": {"r": 1, "s": 9}, "profit": 1},
]
TOO_MANY = [*FIT, {"name": "c", "resources": ["r"], "profit": 1}]
USES = "the tasks name 6 resources in all; at most 5 fit in one request"


def test_resources_are_counted_for_every_task() -> None:
    assert len(read_tasks(json.dumps(FIT).encode(), FEW)) == 2
    with pytest.raises(InvalidError, match=USES):
        read_tasks(json.dumps(TOO_MANY).encode(), FEW)


def test_questions_are_bounded_as_batches_are() -> None:
    assert len(read_question(json.dumps({"tasks": FIT}).encode(), FEW).tasks) == 2
    with pytest.raises(InvalidError, match=USES) as refused:
        read_question(json.dumps({"tasks": TOO_MANY}).encode(), FEW)
    assert [fault.pointer for fault in refused.value.faults] == ["/tasks"]


@pytest.mark.parametrize("odd", [None, 1, "r", {}, {"resources": None}, {"resources": "rstuvw"}, {"resources": 7}])
def test_what_is_no_task_is_told_by_who_looks_for_that(odd: object) -> None:
    with pytest.raises(InvalidError) as refused:
        read_tasks(json.dumps([*FIT, odd]).encode(), FEW)
    assert "fit in one request" not in str(refused.value)


@pytest.mark.usefixtures("database")
def test_satellites_are_counted_for_every_task_that_may_run_on_them() -> None:
    def bounded(*tasks: NewTask) -> None:
        submit(replace(submission(*tasks, fleet="wide"), most_candidates=7), at=NOW)

    wide = create_fleet({"name": "wide", "slug": "wide"}, act())
    for name in ("a", "b", "c"):
        add_resource(create_satellite(wide, {"name": name}, act()), "camera", 1, act())
    anywhere, narrow = task("any", "camera"), task("one", "camera", satellites=["b"])
    bounded(anywhere, anywhere, narrow)  # 3 + 3 + 1
    with pytest.raises(InvalidError, match=r"have 8 satellites to choose from.*at most 7 fit in one request"):
        bounded(anywhere, anywhere, narrow, narrow)
    assert Task.objects.count() == 3
