"""Resources and time: how much was used, or what it was worth."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from satselect.application.access.rights import Right
from satselect.console.pages import show
from satselect.console.people import fleet_of, page
from satselect.console.query_params import one_of
from satselect.console.reading.iterations.heat import STEPS, read_heat
from satselect.store.models import User


@page(Right.OPERATE)
def show_heat(request: HttpRequest, user: User, slug: str) -> HttpResponse:
    """The page of how busy the resources of a fleet were; of fleets that plan in time the plan shows it."""
    fleet = fleet_of(user, slug)
    if fleet.horizon_s is not None:
        return redirect("console:plan", slug=fleet.slug)
    shown = one_of(request, "show", ("use", "price"))
    heat = read_heat(fleet, by_price=shown == "price")
    return show(
        request, "console/heat.html", user, fleet, tab="heat", heat=heat, by_price=shown == "price", shades=range(STEPS)
    )
