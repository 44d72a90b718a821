"""Pages about past iterations show what there was then, whatever capacities and outages are now."""

from datetime import timedelta

import pytest

from satselect.application.fleets.outages import OutageTimes, add_outage, delete_outage
from satselect.application.fleets.supplies import set_capacity
from satselect.console.drawing.timeline import draw
from satselect.console.reading.iterations.earnings import read_earnings
from satselect.console.reading.iterations.idle import read_idle
from satselect.console.reading.iterations.lanes import Lane, lanes_for
from satselect.console.reading.iterations.outcomes import read_outcomes
from satselect.console.reading.iterations.then import read_recorded
from satselect.store.models import Fleet, Outage, User
from tests.application.buffers import NOW, buffer, run, task
from tests.application.constellations import act, constellation, supply

pytestmark = pytest.mark.usefixtures("database")

MINUTE = timedelta(minutes=1)


@pytest.fixture
def fleet(database: object) -> Fleet:
    """Three iterations: camera 4 with two used; then 2 with two used; then out, with three waiting; now 50."""
    made = constellation({"a": {"camera": 4, "spare": 7}})
    buffer(*(task(f"{n}", "camera") for n in range(2)), fleet="pair")
    run(NOW, fleet="pair")
    set_capacity(supply("camera", "a"), 2, act())
    buffer(*(task(f"{n}", "camera") for n in range(5)), at=NOW + MINUTE, fleet="pair")
    run(NOW + MINUTE, fleet="pair")
    add_outage(made, "a", "camera", OutageTimes(NOW + MINUTE, None), act())
    run(NOW + 2 * MINUTE, fleet="pair")
    delete_outage(Outage.objects.get(), act())
    set_capacity(supply("camera", "a"), 50, act())
    return made


def lanes(fleet: Fleet) -> dict[str, Lane]:
    shown = lanes_for(User.objects.get(), fleet, read_outcomes(User.objects.get(), fleet))
    return {lane.name: lane for group in shown.groups for lane in group.lanes}


def test_lanes_have_the_capacities_of_the_iterations_shown(fleet: Fleet) -> None:
    found = lanes(fleet)
    assert (found["camera"].least, found["camera"].capacity) == (2, 4)
    assert (found["spare"].least, found["spare"].capacity) == (None, 7)
    run(NOW + 3 * MINUTE, fleet="pair")
    assert (lanes(fleet)["camera"].least, lanes(fleet)["camera"].capacity) == (2, 50)


def test_usage_is_of_what_there_was(fleet: Fleet) -> None:
    usage = {one.resource: one.share for one in read_earnings(fleet, 100).usage}
    assert usage == {"camera": (2 + 2) / (4 + 2), "spare": 0}


def test_what_was_out_then_is_hatched_though_the_outage_was_taken_back(fleet: Fleet) -> None:
    user = User.objects.get()
    outcomes = read_outcomes(user, fleet)
    recorded = read_recorded(outcomes.iterations)
    timeline = draw(outcomes, lanes_for(user, fleet, outcomes, recorded), idle=read_idle(fleet, outcomes, recorded))
    assert [len(column.hatches) for column in timeline.columns] == [0, 0, 1]
    add_outage(fleet, "a", None, OutageTimes(NOW, NOW + MINUTE / 2), act())  # afterwards: the iteration did not know it
    timeline = draw(outcomes, lanes_for(user, fleet, outcomes, recorded), idle=read_idle(fleet, outcomes, recorded))
    hatched = [sum(hatch.height for hatch in column.hatches) for column in timeline.columns]
    assert hatched[1:] == [0, hatched[2]]
    assert len(timeline.columns[0].hatches) == 1  # the spare resource, of which nothing was recorded
