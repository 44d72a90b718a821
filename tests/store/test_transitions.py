"""The database refuses two uses that are nearer than the transition between them, whoever writes them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from satselect.schemas.planning.plans import NewTimedTask
from satselect.store.models import AssignmentResource, Resource
from tests.application.orbits import at, orbit, planned, run, submit, timed

pytestmark = pytest.mark.usefixtures("database")

Turned = Callable[[dict[str, Any], dict[str, Any], dict[str, Any]], AssignmentResource]

SLEW: dict[str, Any] = {"detail": "off_nadir", "rate": 0.5, "settle_s": 20}
MODES = {"detail": "mode", "seconds": {"strip": {"spot": 80}, "spot": {"strip": 60, "spot": 30}}}


@pytest.fixture
def turned(database: object) -> Turned:
    """Makes a use from minute 20 to 22, beside one that starts at 30, and gives the latter."""

    def make(transition: dict[str, Any], first: dict[str, Any], second: dict[str, Any]) -> AssignmentResource:
        orbit()
        Resource.objects.filter(name="camera").update(transition=transition)
        one, other = timed("one", (20, 22)), timed("other", (30, 32))
        submit(_with(one, first), _with(other, second))
        run()
        assert len(planned()) == 2
        return AssignmentResource.objects.get(assignment__task__name="other")

    return make


def _with(task: NewTimedTask, details: dict[str, Any]) -> NewTimedTask:
    assert task.opportunities
    spot = task.opportunities[0]
    return task.model_copy(update={"opportunities": [spot.model_copy(update={"details": details})]})


CASES = [
    (SLEW, {"off_nadir": -20}, {"off_nadir": 10.0}, 80.0),
    (SLEW, {"off_nadir": 10.0}, {"off_nadir": 10}, 20.0),
    (MODES, {"mode": "strip"}, {"mode": "spot"}, 80.0),
    (MODES, {"mode": "spot"}, {"mode": "strip"}, 60.0),
    (MODES, {"mode": "strip"}, {"mode": "strip"}, 0.0),
]


@pytest.mark.parametrize(("transition", "first", "second", "seconds"), CASES)
def test_as_much_time_as_it_takes_is_enough_and_less_is_refused(
    turned: Turned, transition: dict[str, Any], first: dict[str, Any], second: dict[str, Any], seconds: float
) -> None:
    use = turned(transition, first, second)
    uses = AssignmentResource.objects.filter(id=use.id)
    uses.update(is_held=False)
    for late_ms, is_refused in ((0, False), (-2, True)):
        uses.update(is_held=False, starts=at(22) + timedelta(seconds=seconds, milliseconds=late_ms), ends=at(32))
        if is_refused:
            with pytest.raises(IntegrityError), transaction.atomic():
                uses.update(is_held=True)
            with pytest.raises(IntegrityError), transaction.atomic():
                _copied(uses.get())
        else:
            uses.update(is_held=True)
            uses.update(is_held=False)
            _copied(uses.get()).delete()


def test_one_before_is_looked_at_too(turned: Turned) -> None:
    use = turned(MODES, {"mode": "spot"}, {"mode": "strip"})
    uses = AssignmentResource.objects.filter(id=use.id)
    uses.update(is_held=False, starts=at(10), ends=at(20) - timedelta(seconds=79))
    with pytest.raises(IntegrityError), transaction.atomic():
        uses.update(is_held=True)
    uses.update(ends=at(20) - timedelta(seconds=80))
    uses.update(is_held=True)


def test_what_was_nearer_before_may_end_and_be_cut(turned: Turned) -> None:
    use = turned(SLEW, {"off_nadir": 0}, {"off_nadir": 10})
    Resource.objects.filter(name="camera").update(transition=SLEW | {"settle_s": 3600})
    uses = AssignmentResource.objects.filter(id=use.id)
    uses.update(ends=F("starts"))
    uses.update(is_held=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        uses.update(is_held=True)


def _copied(use: AssignmentResource) -> AssignmentResource:
    use.pk, use.is_held = None, True
    use._state.adding = True
    use.save()
    return use
