"""Where everybody comes in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from satselect.console.pages import show
from satselect.console.people import page
from satselect.scheduling.visible import EVERYONE, visible_fleets
from satselect.store.models import User


@page(*EVERYONE)
def home(request: HttpRequest, user: User) -> HttpResponse:
    """The page of the only fleet, or a choice among several."""
    fleets = list(visible_fleets(user).order_by("slug")[:2])
    if len(fleets) == 1:
        return redirect("console:fleet", fleets[0].slug)
    return show(request, "console/home.html", user)
