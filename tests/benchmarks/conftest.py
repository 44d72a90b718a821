import pytest

from tests.databases import Databases
from tests.nats_server import NATS_URL, NatsName
from tests.templates import POSTGRES_URL


@pytest.fixture
def servers(databases: Databases, nats_name: NatsName) -> list[str]:
    """Options that say where databases and streams can be made. Where they can't, the test is skipped."""
    databases.get("postgresql")
    return ["--postgres", POSTGRES_URL, "--nats", NATS_URL]
