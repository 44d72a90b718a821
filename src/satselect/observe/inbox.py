"""What waits in the database and how the bus is, told at each scrape. What waits, every process tells alike."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from time import monotonic
from typing import Any

from django.db import DatabaseError, models
from django.db.models import Count, F, Min, OuterRef, QuerySet, Subquery
from django.utils import timezone
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from satselect.observe.fleets import MOST_LABELS, OTHER
from satselect.observe.health import bus_state
from satselect.store.models import Batch, Fleet

GAUGES: dict[str, tuple[str, ...]] = {
    "satselect_database_up": (),
    "satselect_bus_up": (),
    "satselect_tasks_buffered": ("fleet",),
    "satselect_batches_pending": (),
    "satselect_batches_dead": (),
    "satselect_oldest_pending_batch_seconds": (),
}
"""Each with its labels."""
KEPT_S = 5.0
"""However often it is scraped, the database is asked no more often than that."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits in a fleet. `oldest` is when the first pending batch was accepted."""

    fleet: str
    buffered: int
    pending: int
    dead: int
    oldest: datetime | None


class Inbox(Collector):
    """Gauges of the buffers and of the batches that are not done."""

    def __init__(self, kept_s: float = KEPT_S) -> None:
        self._kept_s = kept_s
        self._lock = Lock()
        self._asked = float("-inf")
        self._known: Sequence[Waiting] | None = None

    def describe(self) -> Iterable[Metric]:
        """The gauges without figures: the database isn't asked for their names."""
        return [Metric(name, "", "gauge") for name in GAUGES]

    def collect(self) -> Iterator[Metric]:
        """The gauges; without an answer from the database only that there is none."""
        if (bus := bus_state()) != "none":
            yield _gauge("bus_up", "Whether the bus is connected", float(bus == "up"))
        waiting = self._waiting()
        yield _gauge("database_up", "Whether the database answers", float(waiting is not None))
        if waiting is None:
            return
        yield _gauge("batches_pending", "Batches that no iteration considered yet", sum(one.pending for one in waiting))
        yield _gauge("batches_dead", "Batches parked after too many attempts", sum(one.dead for one in waiting))
        yield _gauge("oldest_pending_batch_seconds", "Age of the oldest of them", _age_s(waiting))
        yield _buffered(waiting)

    def _waiting(self) -> Sequence[Waiting] | None:
        with self._lock:
            if monotonic() - self._asked >= self._kept_s:
                self._known = _read()
                # Also where there was no answer: a database that is down is asked no more often.
                self._asked = monotonic()
            return self._known


def _read() -> Sequence[Waiting] | None:
    counts = {state: _of_fleet(state, Count("id")) for state in (Batch.State.PENDING, Batch.State.DEAD)}
    rows = Fleet.objects.order_by("id").values_list(
        "slug",
        "buffered",
        Subquery(counts[Batch.State.PENDING]),
        Subquery(counts[Batch.State.DEAD]),
        Subquery(_of_fleet(Batch.State.PENDING, Min("created"))),
    )
    try:
        return [
            Waiting(slug, buffered, pending or 0, dead or 0, oldest) for slug, buffered, pending, dead, oldest in rows
        ]
    except DatabaseError:
        return None


def _of_fleet(state: Batch.State, figure: models.Aggregate) -> QuerySet[Batch, Any]:
    """Of one fleet, so that the index is used: nearly all batches are done."""
    some = Batch.objects.filter(fleet=OuterRef("id"), state=state).order_by().annotate(of=F("fleet"))
    return some.values("of").annotate(figure=figure).values("figure")


def _age_s(waiting: Sequence[Waiting]) -> float:
    oldest = min((one.oldest for one in waiting if one.oldest), default=None)
    return (timezone.now() - oldest).total_seconds() if oldest else 0.0


def _buffered(waiting: Sequence[Waiting]) -> Metric:
    gauge = GaugeMetricFamily("satselect_tasks_buffered", "Accepted tasks that are not scheduled yet", labels=["fleet"])
    for one in waiting[:MOST_LABELS]:
        gauge.add_metric([one.fleet], one.buffered)
    if rest := waiting[MOST_LABELS:]:
        gauge.add_metric([OTHER], sum(one.buffered for one in rest))
    return gauge


def _gauge(name: str, says: str, value: float) -> Metric:
    return GaugeMetricFamily(f"satselect_{name}", says, value=value)
