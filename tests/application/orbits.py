"""A fleet of two satellites that plans two hours ahead, made without HTTP."""

from datetime import datetime, timedelta

from satselect.application.planning.iterate import iterate
from satselect.schemas.planning.plans import NewTimedTask
from satselect.store.models import Assignment, Event, Fleet, Iteration, Resource, Satellite, Supply, Task
from tests.application.buffers import NOW, buffer
from tests.planners import planner


def at(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def timed(
    name: str, *spots: tuple[float, float], profit: float = 1, satellite: str = "sat-1", **fields: object
) -> NewTimedTask:
    """A task with opportunities, from and until so many minutes from now."""
    given = [
        {"satellite": satellite, "from": at(start).isoformat(), "until": at(end).isoformat()} for start, end in spots
    ]
    sent = {"name": name, "resources": ["camera"], "profit": profit, "opportunities": given} | fields
    return NewTimedTask.model_validate(sent)


def orbit() -> Fleet:
    """The fleet, with a camera and a radio on each of two satellites."""
    made = Fleet.objects.create(slug="orbit", name="Orbit", horizon_s=7200, frozen_s=600)
    for slug in ("sat-1", "sat-2"):
        satellite = Satellite.objects.create(fleet=made, slug=slug, name=slug)
        for name in ("camera", "radio"):
            resource, _ = Resource.objects.get_or_create(fleet=made, name=name)
            Supply.objects.create(resource=resource, satellite=satellite, capacity=1)
    made.refresh_from_db()
    return made


def submit(*tasks: object, minute: float = 0) -> None:
    buffer(*tasks, at=at(minute), fleet="orbit")  # type: ignore[arg-type]


def run(minute: float = 0) -> Iteration:
    return iterate(planner(20), Fleet.objects.get(slug="orbit").id, at=at(minute))


def planned() -> dict[str, tuple[str, float, float]]:
    """Name to satellite, and start and end in minutes, of what is scheduled."""
    live = Assignment.objects.filter(is_live=True, task__status="scheduled", starts__isnull=False)
    rows = live.values_list("task__name", "satellite__slug", "starts", "ends")
    return {name: (slug, (a - NOW).total_seconds() / 60, (b - NOW).total_seconds() / 60) for name, slug, a, b in rows}  # type: ignore[operator]


def status(name: str) -> str:
    return Task.objects.get(name=name).status


def check_counters() -> None:
    fleet = Fleet.objects.get(slug="orbit")
    assert fleet.buffered == Task.objects.filter(fleet=fleet, status="buffered").count()
    numbers = list(Event.objects.filter(fleet=fleet).order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, fleet.event_number + 1))
