"""For whoever keeps the service running."""

from functools import cache

from django.conf import settings
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest
from ninja import Router

from satselect.api.settling import current_bus

router = Router(tags=["health"])


@router.get("/livez", response=dict[str, str], auth=None)
def livez(request: HttpRequest) -> dict[str, str]:
    """The process answers. It asks nobody else."""
    return {"status": "alive"}


@router.get("/readyz", response=dict[str, str], auth=None)
def readyz(request: HttpRequest) -> dict[str, str]:
    """The database answers and has all the tables. Whether the bus is connected is told beside that."""
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    _check_migrated()
    return {"status": "ready", "bus": _bus()}


def _bus() -> str:
    """Without it the service is slower, and ready still."""
    if not settings.SATSELECT_BUS_URL:
        return "none"
    return "connected" if current_bus().is_connected else "disconnected"


@cache
def _check_migrated() -> None:
    # What is migrated stays so; a failure is not cached.
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise OperationalError("migrations are missing")
