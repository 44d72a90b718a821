"""Profit over time, and how much of the resources was used for it."""

from django.http import HttpRequest, HttpResponse

from satselect.application.access.rights import Right
from satselect.console.drawing.chart import draw_chart
from satselect.console.pages import show
from satselect.console.people import fleet_of, page
from satselect.console.query_params import one_of
from satselect.console.reading.iterations.earnings import read_earnings
from satselect.store.models import User

COUNTS = ("100", "30", "300", "1000")
"""Iterations to look back, the usual number first."""


@page(Right.OPERATE)
def show_profit(request: HttpRequest, user: User, slug: str) -> HttpResponse:
    """The page of a fleet's earnings."""
    fleet = fleet_of(user, slug)
    count = one_of(request, "last", COUNTS)
    earnings = read_earnings(fleet, int(count))
    return show(
        request,
        "console/profit.html",
        user,
        fleet,
        tab="profit",
        earnings=earnings,
        chart=draw_chart(earnings.iterations),
        count=count,
        counts=sorted(COUNTS, key=int),
    )
