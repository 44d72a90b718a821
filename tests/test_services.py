"""Services that tests share end once nobody asks for them, and start again for who does."""

import httpx
import pytest

from tests import services as shared
from tests.databases import Database
from tests.owners import wait_until
from tests.services import NO_TLS, Services

DATABASES = ["sqlite"]


def test_who_is_not_asked_for_ends_and_starts_again(
    database: Database, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = services.address(database)
    services.end_unused()
    assert services.address(database) == first, "somebody just asked for it"
    monkeypatch.setattr(shared, "UNUSED_S", 0)
    services.end_unused()
    wait_until(lambda: all(process.returncode is not None for process in services.ended))
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{first}/readyz", verify=NO_TLS)
    assert httpx.get(f"{services.address(database)}/readyz", verify=NO_TLS).status_code == httpx.codes.OK
