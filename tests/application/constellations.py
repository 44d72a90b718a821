"""Fleets of several satellites, made without HTTP."""

from collections.abc import Mapping

from satselect.application.act import Act
from satselect.application.fleets.fleets import create_fleet, create_satellite
from satselect.application.fleets.supplies import add_resource
from satselect.store.models import Fleet, Supply, User
from tests.application.buffers import NOW

Capacities = Mapping[str, int]


def act() -> Act:
    return Act(User.objects.get(), NOW)


def constellation(
    satellites: Mapping[str, Capacities], shared: Capacities | None = None, *, slug: str = "pair", is_open: bool = False
) -> Fleet:
    """A fleet with these satellites, which own and share these resources."""
    fleet = create_fleet({"name": slug, "slug": slug, "is_open": is_open}, act())
    for name, capacity in (shared or {}).items():
        add_resource(fleet, name, capacity, act())
    for owner, capacities in satellites.items():
        satellite = create_satellite(fleet, {"name": owner, "slug": owner}, act())
        for name, capacity in capacities.items():
            add_resource(satellite, name, capacity, act())
    return fleet


def supply(name: str, satellite: str | None = None, *, fleet: str = "pair") -> Supply:
    return Supply.objects.select_related("resource").get(
        resource__fleet__slug=fleet, resource__name=name, satellite__slug=satellite
    )
