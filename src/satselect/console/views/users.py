"""The users of the service: for admins."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from satselect.application.access.accounts import NewUser, create_user, find_user
from satselect.application.access.passwords import check_password, set_password
from satselect.application.access.rights import Right, role_named
from satselect.application.act import Act
from satselect.application.errors import RefusedError
from satselect.console.pages import show
from satselect.console.people import page
from satselect.store.models import Fleet, Role, User

MOST_SHOWN = 500


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
@page(Right.ADMINISTER)
def show_users(request: HttpRequest, user: User) -> HttpResponse:
    """The users; a new one is made, with a password if one is given."""
    if request.method != "POST":
        return _shown(request, user)
    sent = request.POST
    new = NewUser(
        name=sent.get("name", "").strip(),
        role=role_named(sent.get("role", "")),
        account=sent.get("account", "").strip() or None,
        fleets=sent.getlist("fleets"),
    )
    try:
        # Before the user is made: else the name would be taken by one whom nobody knows how to sign in.
        if password := sent.get("password", ""):
            check_password(password, User(username=new.name))  # which must not be like the name
        made = create_user(new, Act(user, timezone.now()))
        if password:
            set_password(made, password, Act(user, timezone.now()))
    except RefusedError as error:
        return _shown(request, user, fault=str(error))
    return redirect("console:users")


@require_POST
@sensitive_post_parameters("password")
@page(Right.ADMINISTER)
def give_password(request: HttpRequest, user: User, name: str) -> HttpResponse:
    """Gives a user a password."""
    try:
        set_password(find_user(name), request.POST.get("password", ""), Act(user, timezone.now()))
    except RefusedError as error:
        return _shown(request, user, fault=str(error))
    return redirect("console:users")


def _shown(request: HttpRequest, user: User, *, fault: str = "") -> HttpResponse:
    users = User.objects.select_related("account").prefetch_related("fleets").order_by("username")
    return show(
        request,
        "console/users.html",
        user,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK,
        users=users[:MOST_SHOWN],
        fault=fault,
        roles=Role.values,
        all_fleets=Fleet.objects.order_by("slug")[:MOST_SHOWN],
        sent=request.POST,
    )
