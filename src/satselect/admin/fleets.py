"""Fleets in the admin site. What they have is changed by the API and the console."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from satselect.admin.through import ThroughUseCases
from satselect.application.act import Act
from satselect.application.fleets.fleets import edit_fleet
from satselect.store.models import Fleet


class FleetAdmin(ThroughUseCases):
    """Fleets: their names, and whether they are open."""

    list_display = ("slug", "name", "is_open", "buffered")
    search_fields = ("slug", "name")
    fields = ("slug", "name", "is_open", "shows_break_even", "settle_s", "iterate_every_s", "buffered", "created")
    readonly_fields = ("slug", "buffered", "created")

    def change(self, row: Fleet, sent: Mapping[str, Any], act: Act) -> None:
        """Gives the fleet these fields."""
        if sent:
            edit_fleet(row, sent, act)

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """As for seeing it."""
        return self.has_view_permission(request)
