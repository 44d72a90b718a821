"""What is counted, for Prometheus: each fact moves the metrics that are about it (docs/operations/metrics.md)."""

from collections.abc import Callable
from typing import Any

from prometheus_client import (
    CONTENT_TYPE_PLAIN_0_0_4,
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    Info,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from satselect._version import __version__
from satselect.observe.fleets import FleetLabels
from satselect.observe.inbox import Inbox
from satselect.telemetry import facts
from satselect.telemetry.facts import Fact

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4

# Seconds, from a look-up to an iteration for which somebody waited as long as one may.
_ANSWER_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_SOLVE_S = (0.0005, 0.001, 0.0025, *_ANSWER_S)
_FLEET = ("fleet",)


class Metrics:
    """The metrics of a process. Tasks and users are never labels, fleets only so many."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series beside each counter, which only another format needs
        self.registry = CollectorRegistry()
        self._labels = FleetLabels()
        self._names: dict[str, tuple[str, ...]] = {"build_info": ("version",)}
        self._count_pipeline()
        self._count_workers()
        self._count_requests()
        self._hear: dict[type[Fact], Callable[[Any], None]] = {
            facts.BatchAccepted: self._accepted,
            facts.BatchRepeated: lambda fact: self._repeated.inc(),
            facts.BufferReady: lambda fact: self._buffers.labels("kept" if fact.was_kept else "read").inc(),
            facts.IterationDone: self._done,
            facts.CommitFenced: lambda fact: self._fenced.inc(),
            facts.TasksExpired: lambda fact: self._expired.inc(fact.tasks),
            facts.BatchesSwept: lambda fact: self._swept.inc(fact.batches),
            facts.BatchDied: lambda fact: self._died.inc(),
            facts.PartitionsOwned: lambda fact: self._partitions.set(fact.partitions),
            facts.RequestAnswered: self._answered,
        }
        Info("satselect_build", "What runs", registry=self.registry).info({"version": __version__})
        # Only the registry that all programs share has these by itself, and that one may hold metrics of others.
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self.registry)

    def watch_database(self) -> None:
        """Has every scrape tell, too, what waits in the database."""
        self.registry.register(Inbox())

    def hear(self, fact: Fact) -> None:
        """Moves the metrics that the fact is about."""
        if change := self._hear.get(type(fact)):
            change(fact)

    def page(self) -> bytes:
        """All metrics, as Prometheus reads them."""
        return generate_latest(self.registry)

    def names(self) -> dict[str, tuple[str, ...]]:
        """The name of each of our own metrics, as a scrape tells it, and its labels."""
        return {f"satselect_{name}": labels for name, labels in self._names.items()}

    def _count_pipeline(self) -> None:
        self._batches = self._counter("batches_accepted", "Batches committed", _FLEET)
        self._tasks = self._counter("tasks_accepted", "Tasks committed", _FLEET)
        self._repeated = self._counter("batches_repeated", "Batches that came again with their idempotency key")
        self._batches_done = self._counter("batches_done", "Batches that an iteration considered", _FLEET)
        self._iterations = self._counter("iterations", "Iterations committed", ("fleet", "status"))
        self._by_cause = self._counter("iterations_by_cause", "Iterations committed, by what they were for", ("cause",))
        self._scheduled = self._counter("tasks_scheduled", "Tasks scheduled", _FLEET)
        self._expired = self._counter("tasks_expired", "Tasks found overdue")
        self._profit = self._counter("profit_scheduled", "Profit of the tasks scheduled", _FLEET)
        self._gap = self._gauge("gap_ratio", "(bound - profit) / profit of the last iteration", _FLEET)
        self._solving = self._histogram("solve_duration_seconds", "Time the engine took for an iteration", _SOLVE_S)
        self._iterating = self._histogram("iteration_duration_seconds", "From reading to commit", _SOLVE_S)

    def _count_workers(self) -> None:
        self._buffers = self._counter("buffers", "Buffers selected from: kept in memory, or read anew", ("source",))
        self._fenced = self._counter("commits_fenced", "Iterations refused because the fleet had moved on")
        self._swept = self._counter("batches_swept", "Batches found in the inbox that the bus had not brought")
        self._died = self._counter("batches_died", "Batches parked after too many attempts")
        self._partitions = self._gauge("partitions_owned", "Partitions that this worker owns")

    def _count_requests(self) -> None:
        self._requests = self._counter("http_requests", "Requests answered", ("method", "route", "status"))
        self._answering = self._histogram(
            "http_request_duration_seconds", "Time to the end of the answer", _ANSWER_S, ("method", "route")
        )

    def _accepted(self, fact: facts.BatchAccepted) -> None:
        fleet = self._labels.label(fact.fleet_id)
        self._batches.labels(fleet).inc()
        self._tasks.labels(fleet).inc(fact.tasks)

    def _done(self, fact: facts.IterationDone) -> None:
        fleet = self._labels.label(fact.fleet_id)
        self._iterations.labels(fleet, fact.status).inc()
        self._by_cause.labels(fact.cause).inc()
        self._batches_done.labels(fleet).inc(fact.batches)
        self._scheduled.labels(fleet).inc(fact.scheduled)
        self._expired.inc(fact.expired)
        self._profit.labels(fleet).inc(fact.profit)
        # A gap that is not known is no gap of 0.
        self._gap.labels(fleet).set(float("nan") if fact.gap is None else fact.gap)
        self._solving.observe(fact.solve_s)
        self._iterating.observe(fact.duration_s)

    def _answered(self, fact: facts.RequestAnswered) -> None:
        self._requests.labels(fact.method, fact.route, fact.status).inc()
        self._answering.labels(fact.method, fact.route).observe(fact.duration_s)

    def _counter(self, name: str, says: str, labels: tuple[str, ...] = ()) -> Counter:
        self._names[f"{name}_total"] = labels
        return Counter(f"satselect_{name}", says, labels, registry=self.registry)

    def _gauge(self, name: str, says: str, labels: tuple[str, ...] = ()) -> Gauge:
        self._names[name] = labels
        return Gauge(f"satselect_{name}", says, labels, registry=self.registry)

    def _histogram(self, name: str, says: str, buckets: tuple[float, ...], labels: tuple[str, ...] = ()) -> Histogram:
        self._names[name] = labels
        return Histogram(f"satselect_{name}", says, labels, registry=self.registry, buckets=buckets)


METRICS = Metrics()
"""Those of this process."""
