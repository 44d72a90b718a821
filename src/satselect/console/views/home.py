"""Where everybody comes in: the fleets."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from satselect.application.access.rights import Right, Sight, sight_of
from satselect.application.access.visibility import visible_fleets
from satselect.application.act import Act
from satselect.application.errors import ConflictError
from satselect.application.fleets.fleets import create_fleet
from satselect.console.pages import show
from satselect.console.people import page
from satselect.schemas.fleets import NEW_FLEET
from satselect.schemas.reading.faults import InvalidError
from satselect.schemas.reading.validation import validate
from satselect.store.models import User


@page(Right.READ)
def home(request: HttpRequest, user: User) -> HttpResponse:
    """The page of the only fleet, or a choice among several; for executors what there is to do now."""
    if sight_of(user) is Sight.EXECUTED and "all" not in request.GET:
        return redirect("console:all_tasks")
    fleets = list(visible_fleets(user).order_by("slug")[:2])  # two tell that there is more than one
    if len(fleets) == 1 and "all" not in request.GET:
        return redirect("console:fleet", fleets[0].slug)
    return show(request, "console/home.html", user)


@require_POST
@page(Right.OPERATE)
def post_fleet(request: HttpRequest, user: User) -> HttpResponse:
    """Makes a fleet, and goes on to its settings: it has no satellites yet."""
    try:
        new = validate(NEW_FLEET, {"name": request.POST.get("name", "")}).model_dump()
        fleet = create_fleet({"slug": new.pop("fleet"), **new}, Act(user, timezone.now()))
    except InvalidError as error:
        return _refused(request, user, str(error.faults[0]))
    except ConflictError as error:
        return _refused(request, user, str(error))
    return redirect("console:settings", fleet.slug)


def _refused(request: HttpRequest, user: User, fault: str) -> HttpResponse:
    return show(request, "console/home.html", user, status=HTTPStatus.UNPROCESSABLE_ENTITY, fault=fault)
