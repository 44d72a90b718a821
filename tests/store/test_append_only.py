from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from satselect.application.access.accounts import find_user
from satselect.application.act import Act
from satselect.application.audit import audit
from satselect.store.defaults import LOCAL
from satselect.store.models import Audit
from tests.application.buffers import NOW

pytestmark = pytest.mark.usefixtures("database")


def _truncate() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM store_audit" if connection.vendor == "sqlite" else "TRUNCATE store_audit")


@pytest.mark.parametrize(
    "change",
    [
        lambda: Audit.objects.update(action="nothing"),
        lambda: Audit.objects.all().delete(),
        lambda: Audit.objects.get().delete(),
        _truncate,
    ],
)
def test_the_database_refuses_to_change_the_audit(change: Callable[[], object]) -> None:
    audit(Act(find_user(LOCAL), NOW), "key.revoke", "abcdefgh", {})
    before = list(Audit.objects.values())
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        change()
    assert list(Audit.objects.values()) == before


def test_it_still_does_after_the_next_migration() -> None:
    call_command("migrate", verbosity=0)
    audit(Act(find_user(LOCAL), NOW), "key.revoke", "abcdefgh", {})
    with pytest.raises(DatabaseError), transaction.atomic():
        Audit.objects.all().delete()
