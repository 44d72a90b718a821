"""The settings of a fleet: what it is called, who may see what, how much it has of which resource."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from satselect.application.access.rights import Right
from satselect.application.act import Act
from satselect.application.conditions import unless_changed
from satselect.application.errors import ChangedError, ConflictError, NoOrbitsError
from satselect.application.fleets.fleets import create_satellite, edit_fleet
from satselect.application.fleets.outages import OutageTimes, add_outage, delete_outage, edit_outage
from satselect.application.fleets.supplies import add_resource, remove_resource, set_capacity
from satselect.console import query_params
from satselect.console.forms import moment_of, number_of, rates_of
from satselect.console.pages import show
from satselect.console.people import fleet_of, page
from satselect.console.seen import seen_of_outage, seen_of_station
from satselect.console.views.fleets.map import OLD
from satselect.schemas.fields.entity_tags import digest_of
from satselect.schemas.fleets import FLEET_PATCH, NEW_RESOURCE, NEW_SATELLITE, RESOURCE_PATCH, Release
from satselect.schemas.planning.outages import NEW_OUTAGE
from satselect.schemas.reading.faults import InvalidError
from satselect.schemas.reading.json_reader import Json
from satselect.schemas.reading.validation import validate
from satselect.store.models import ElementSet, Fleet, Outage, Satellite, Supply, User
from satselect.store.queries.orbits.targets import current_elements_of

MOST_SHOWN = 300


@require_http_methods(["GET", "HEAD", "POST"])
@page(Right.OPERATE)
def show_settings(request: HttpRequest, user: User, slug: str) -> HttpResponse:
    """The settings; what is sent becomes the fleet's."""
    fleet = fleet_of(user, slug)
    if request.method != "POST":
        return _shown(request, user, fleet)
    sent: dict[str, Any] = {
        "name": request.POST.get("name", ""),
        "is_open": "is_open" in request.POST,
        "shows_break_even": "shows_break_even" in request.POST,
        "release": request.POST.get("release", Release.ITERATION),
        "ageing_per_hour": number_of(request.POST.get("ageing_per_hour", "0")),
    }
    own_times = [name for name in ("settle_s", "iterate_every_s") if name in request.POST]
    sent |= {name: number_of(text) if (text := request.POST[name].strip()) else None for name in own_times}

    def edit() -> None:
        patch = validate(FLEET_PATCH, sent)
        condition = unless_changed("fleet", lambda: _seen(Fleet.objects.get(id=fleet.id)), request.POST.get("seen", ""))
        edit_fleet(fleet, patch.model_dump(include=patch.model_fields_set), Act(user, timezone.now(), condition))

    return done(request, user, fleet, edit, part="fleet")


@require_POST
@page(Right.OPERATE)
def post_resource(request: HttpRequest, user: User, slug: str) -> HttpResponse:
    """Gives a satellite a resource, or the fleet one for its satellites to share."""
    fleet = fleet_of(user, slug)
    slug = request.POST.get("satellite", "")
    owner = get_object_or_404(fleet.satellites, slug=slug) if slug else fleet

    def add() -> None:
        sent: dict[str, Json] = {
            "name": request.POST.get("name", ""),
            "capacity": number_of(request.POST.get("capacity", "")),
        }
        new = validate(NEW_RESOURCE, sent)
        add_resource(owner, new.name, new.capacity, Act(user, timezone.now()))

    return done(request, user, fleet, add, part="resources")


@require_POST
@page(Right.OPERATE)
def post_satellite(request: HttpRequest, user: User, slug: str) -> HttpResponse:
    """Adds a satellite to the fleet."""
    fleet = fleet_of(user, slug)

    def add() -> None:
        new = validate(NEW_SATELLITE, {"name": request.POST.get("name", "")})
        create_satellite(fleet, {"slug": None, "name": new.name}, Act(user, timezone.now()))

    return done(request, user, fleet, add, part="satellites")


@require_POST
@page(Right.OPERATE)
def post_capacity(request: HttpRequest, user: User, slug: str, supply_id: int) -> HttpResponse:
    """Changes how much there is of a resource, or takes it away."""
    fleet = fleet_of(user, slug)
    supply = get_object_or_404(Supply.objects.select_related("resource"), id=supply_id, resource__fleet=fleet)

    def change() -> None:
        condition = unless_changed("resource", lambda: _units(supply), request.POST.get("seen", ""))
        act = Act(user, timezone.now(), condition)
        if "remove" in request.POST:
            remove_resource(supply, act)
        else:
            sent: dict[str, Json] = {"capacity": number_of(request.POST.get("capacity", ""))}
            set_capacity(supply, validate(RESOURCE_PATCH, sent).capacity, act)

    return done(request, user, fleet, change, part="resources")


@require_POST
@page(Right.OPERATE)
def post_outage(request: HttpRequest, user: User, slug: str) -> HttpResponse:
    """Says that a satellite, or a resource, is out of service."""
    fleet = fleet_of(user, slug)

    def add() -> None:
        now = timezone.now()
        named = {name: request.POST.get(name, "").strip() or None for name in ("satellite", "resource", "words")}
        times = {name: moment_of(request.POST.get(name, "")) for name in ("from", "until")}
        sent = validate(NEW_OUTAGE, {**named, **times})
        window = OutageTimes(sent.starts or now, sent.until, sent.words or "")
        add_outage(fleet, sent.satellite, sent.resource, window, Act(user, now))

    return done(request, user, fleet, add, part="outages")


@require_POST
@page(Right.OPERATE)
def end_outage(request: HttpRequest, user: User, slug: str, outage_id: int) -> HttpResponse:
    """Ends an outage now; one that has not begun is taken back."""
    fleet = fleet_of(user, slug)
    outage = get_object_or_404(fleet.outages, id=outage_id)

    def end() -> None:
        now = timezone.now()
        condition = unless_changed("outage", lambda: _window(fleet, outage), request.POST.get("seen", ""))
        act = Act(user, now, condition)
        # It would end before it begins; and nothing was ever out of service by it.
        if outage.starts >= now:
            delete_outage(outage, act)
        else:
            edit_outage(outage, {"ends": now}, act)

    return done(request, user, fleet, end, part="outages")


def done(request: HttpRequest, user: User, fleet: Fleet, act: Callable[[], None], *, part: str) -> HttpResponse:
    """That part of the settings once it is done, or all of them with what is wrong with it."""
    try:
        act()
    except InvalidError as error:
        return _shown(request, user, fleet, faults=[str(fault) for fault in error.faults])
    except (ConflictError, NoOrbitsError) as error:
        return _shown(request, user, fleet, faults=[str(error)])
    except ChangedError as error:
        words = f"{error}. Below is what it is now."
        # Read anew: what somebody else changed meanwhile is what the form has to start from.
        return _shown(request, user, fleet_of(user, fleet.slug), faults=[words], status=HTTPStatus.PRECONDITION_FAILED)
    if request.POST.get("from") == "timeline":
        return redirect("console:fleet", fleet.slug)
    return redirect(f"{reverse('console:settings', args=(fleet.slug,))}#{part}-title")


def _seen(fleet: Fleet) -> str:
    """What tells one state of its settings from another."""
    return digest_of({name: getattr(fleet, name) for name in _SETTINGS})


_SETTINGS = ("name", "is_open", "shows_break_even", "ageing_per_hour", "release", "settle_s", "iterate_every_s")


def _units(supply: Supply) -> str:
    return str(Supply.objects.filter(id=supply.id).values_list("capacity", flat=True).first())


def _window(fleet: Fleet, outage: Outage) -> str:
    return seen_of_outage(get_object_or_404(fleet.outages, id=outage.id))


def _with_tag(outage: Outage) -> Outage:
    outage.seen = seen_of_outage(outage)  # type: ignore[attr-defined]
    return outage


def _station(request: HttpRequest, fleet: Fleet) -> dict[str, object]:
    """What the form of a station holds: nothing, what one is that is to be changed, or what was sent."""
    if "station" in request.POST:
        return dict(request.POST.items())
    row = fleet.stations.filter(slug=query_params.text(request, "station")).first()
    if row is None:
        return {}
    same = ("name", "latitude", "longitude", "height_m", "minimum_elevation")
    return {name: getattr(row, name) for name in same} | {
        "station": row.slug,
        "seen": seen_of_station(row),
        "minimum_length": row.minimum_length_s,
        "drains_per_s": rates_of(row),
        "satellites": ", ".join(row.satellites or ()),
    }


def _orbits(fleet: Fleet) -> list[tuple[Satellite, ElementSet | None, bool]]:
    """Each satellite with its elements, and whether these are old."""
    satellites = list(fleet.satellites.order_by("id")[:MOST_SHOWN])
    current, now = current_elements_of(one.id for one in satellites), timezone.now()
    found = [(one, current.get(one.id)) for one in satellites]
    return [(one, row, row is not None and abs(now - row.epoch) > OLD) for one, row in found]


def _outages(fleet: Fleet) -> QuerySet[Outage]:
    """Those that last, and those to come."""
    lasting = fleet.outages.filter(Q(ends=None) | Q(ends__gt=timezone.now())).order_by("starts", "id")
    return lasting.select_related("satellite", "supply__satellite", "supply__resource")[:MOST_SHOWN]


def _shown(
    request: HttpRequest,
    user: User,
    fleet: Fleet,
    *,
    faults: list[str] | None = None,
    status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY,
) -> HttpResponse:
    supplies = Supply.objects.filter(resource__fleet=fleet).select_related("resource", "satellite")
    return show(
        request,
        "console/settings.html",
        user,
        fleet,
        status=status if faults else HTTPStatus.OK,
        seen=_seen(fleet),
        tab="settings",
        faults=faults or [],
        supplies=supplies.order_by("satellite_id", "id")[:MOST_SHOWN],
        satellites=fleet.satellites.order_by("id")[:MOST_SHOWN],
        out_of=query_params.text(request, "satellite"),
        out_resource=query_params.text(request, "resource"),
        outages=[_with_tag(outage) for outage in _outages(fleet)],
        stations=[(row, seen_of_station(row), rates_of(row)) for row in fleet.stations.order_by("slug")],
        station=_station(request, fleet),
        orbits=_orbits(fleet),
    )
