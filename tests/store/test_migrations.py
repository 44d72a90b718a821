import pytest
from django.core.management import call_command

from satselect.store.defaults import create_defaults
from satselect.store.models import Account, Fleet, Satellite, User


@pytest.mark.usefixtures("database")
def test_the_migrations_make_what_the_models_say() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.usefixtures("database")
def test_a_new_database_has_the_default_fleet_and_the_local_operator() -> None:
    create_defaults()  # again
    assert [fleet.slug for fleet in Fleet.objects.filter(is_open=True)] == ["default"]
    assert [satellite.slug for satellite in Satellite.objects.all()] == ["default"]
    assert [account.slug for account in Account.objects.all()] == ["local"]
    (user,) = User.objects.all()
    assert not user.has_usable_password()
