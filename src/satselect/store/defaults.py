"""The rows that every database starts with: where the quick endpoint's tasks go, and whose they are."""

from django.db import DEFAULT_DB_ALIAS

from satselect.store.models import Account, Fleet, Role, Satellite, User

DEFAULT_FLEET = "default"
DEFAULT_SATELLITE = "default"
LOCAL = "local"


def create_defaults(using: str = DEFAULT_DB_ALIAS, **_signal: object) -> None:
    """The open fleet `default` with its satellite, and the local operator, exist from now on."""
    fleet, _ = Fleet.objects.using(using).get_or_create(
        slug=DEFAULT_FLEET, defaults={"name": "Default", "is_open": True, "shows_break_even": True}
    )
    Satellite.objects.using(using).get_or_create(fleet=fleet, slug=DEFAULT_SATELLITE, defaults={"name": "Default"})
    account, _ = Account.objects.using(using).get_or_create(slug=LOCAL, defaults={"name": "Local"})
    # "!" is no hash of any password: nobody logs in as this user.
    User.objects.using(using).get_or_create(
        username=LOCAL, defaults={"account": account, "role": Role.OPERATOR, "password": "!"}
    )
