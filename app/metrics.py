"""Prometheus metrics of the process: what it counts itself, and what it reads when it is scraped.

Names begin with `PREFIX`; those of the process and of Python are the ones that every exporter uses.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from prometheus_client import (
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4 as MEDIA_TYPE
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from app.siblings import Siblings

__all__ = ["MEDIA_TYPE", "READINGS", "Metrics", "Reading"]

PREFIX: Final = "centre_recognition"
# In seconds. Every request should be answered within ten.
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Reading(NamedTuple):
    """A value that is read at each scrape; its name is a key of `READINGS`."""

    name: str
    value: float
    labels: tuple[str, ...] = ()


class _Described(NamedTuple):
    family: type[GaugeMetricFamily | CounterMetricFamily]
    help: str
    labels: tuple[str, ...] = ()


READINGS: Final = {
    "build_info": _Described(
        GaugeMetricFamily, "Always 1; its labels say which release runs.", ("version", "revision", "migration")
    ),
    "database_up": _Described(GaugeMetricFamily, "1 if the database is reachable."),
    "jobs": _Described(GaugeMetricFamily, "Jobs in the queue; failed ones are held for a person.", ("kind", "status")),
    "job_oldest_seconds": _Described(GaugeMetricFamily, "Age of the oldest job that waits for a worker.", ("kind",)),
    "emails": _Described(GaugeMetricFamily, "Emails that are not sent.", ("status",)),
    "events_unpublished": _Described(GaugeMetricFamily, "Events that wait to be published, counted up to 10,000."),
    "file_unscanned_oldest_seconds": _Described(
        GaugeMetricFamily, "How long the oldest uploaded file has waited for the virus scanner; 0 if none waits."
    ),
    "breached_passwords": _Described(
        CounterMetricFamily, "Questions of this process about breached passwords, by how they ended.", ("outcome",)
    ),
    "scans": _Described(CounterMetricFamily, "Scans of this process, by how they ended.", ("outcome",)),
    "inspection_unforeseen": _Described(
        CounterMetricFamily,
        "Uploads that were called damaged because of an error of the inspection that nobody foresaw.",
    ),
    "inspection_unconfined": _Described(
        GaugeMetricFamily, "1 if the kernel does not filter what the inspection of files asks of it."
    ),
    "recurring_job_late_seconds": _Described(
        GaugeMetricFamily, "How long a recurring job is overdue, which any worker would run.", ("kind",)
    ),
    "documents_damaged": _Described(
        GaugeMetricFamily, "Documents that are missing from the document store, or not what their rows say."
    ),
    "store_check_age_seconds": _Described(
        GaugeMetricFamily,
        "Time since a scheduled check of the document store was last complete; since its first use if none ever was.",
        ("check",),
    ),
    "store_check_found": _Described(
        GaugeMetricFamily, "What the last complete check found: damaged documents, or orphaned files.", ("check",)
    ),
    "security_events": _Described(
        CounterMetricFamily, "Security events that this process has recorded.", ("kind", "outcome")
    ),
    "security_events_recent": _Described(
        GaugeMetricFamily,
        "Security events of the last 15 minutes, of commands too, counted up to 100,000.",
        ("kind", "outcome"),
    ),
    "database_connections": _Described(GaugeMetricFamily, "Connections of the process to the database.", ("state",)),
    "database_connections_limit": _Described(GaugeMetricFamily, "The most connections that the process opens."),
    "database_waiting": _Described(GaugeMetricFamily, "Requests and jobs that wait for a connection."),
    "database_connection_timeouts": _Described(
        CounterMetricFamily, "Requests and jobs that waited for a connection in vain."
    ),
    "database_connections_lost": _Described(CounterMetricFamily, "Connections that were found lost, or given up."),
    "log_lines_suppressed": _Described(
        CounterMetricFamily, "Warnings and errors that are not in the log, because they repeat one of the same minute."
    ),
    "jobs_run": _Described(
        CounterMetricFamily, "Jobs that a worker has run, by what became of them.", ("kind", "outcome")
    ),
    "jobs_running": _Described(GaugeMetricFamily, "Jobs that a worker runs.", ("kind",)),
    "jobs_running_limit": _Described(GaugeMetricFamily, "The most jobs of a kind that a worker runs.", ("kind",)),
    "queue_asked_seconds": _Described(
        GaugeMetricFamily, "How long ago a worker last asked the queue for jobs, or tried to reach it."
    ),
    "relay_connections": _Described(GaugeMetricFamily, "Connections of a worker to the mail relay."),
    "relay_connections_limit": _Described(GaugeMetricFamily, "The most connections to the relay that a worker opens."),
    "relay_accepted": _Described(CounterMetricFamily, "Messages that the relay has accepted from a worker."),
    "webhook_attempts": _Described(
        CounterMetricFamily, "Attempts of a worker to deliver webhooks, by what became of them.", ("outcome",)
    ),
    "webhook_endpoints_served": _Described(GaugeMetricFamily, "Webhook endpoints that a worker delivers to now."),
    "webhook_oldest_seconds": _Described(
        GaugeMetricFamily, "Age of the oldest event that has not arrived at an enabled webhook endpoint."
    ),
    "webhook_endpoints": _Described(
        GaugeMetricFamily, "Webhook endpoints: `healthy`, `failing`, or disabled for a reason.", ("state",)
    ),
    "places_limit": _Described(GaugeMetricFamily, "How much costly work runs at once.", ("kind",)),
    "places_running": _Described(GaugeMetricFamily, "Costly work that runs.", ("kind",)),
    "places_waiting": _Described(GaugeMetricFamily, "Costly work that waits in line.", ("kind",)),
    "places_refused": _Described(CounterMetricFamily, "Costly work that was refused, with a 503.", ("kind",)),
}
"""What is read at a scrape. A counter's name is shown with `_total` at its end."""

_OF_ALL: Final = {
    f"{PREFIX}_{name}"
    for name in (
        "build_info",
        "database_up",
        "jobs",
        "job_oldest_seconds",
        "emails",
        "events_unpublished",
        "file_unscanned_oldest_seconds",
        "recurring_job_late_seconds",
        "documents_damaged",
        "store_check_age_seconds",
        "store_check_found",
        "security_events_recent",
        "webhook_oldest_seconds",
        "webhook_endpoints",
    )
}
"""Readings that are the same whichever process reads them: they come from the database."""


class Metrics:
    """A registry for each app, so that two apps in one process do not share counts."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "http_requests",
            "Requests, by method, operation and status.",
            ("method", "operation", "status"),
            namespace=PREFIX,
            registry=self.registry,
        )
        self._seconds = Histogram(
            "http_request_duration_seconds",
            "Time from the first byte of a request to the end of its response.",
            ("method", "operation"),
            namespace=PREFIX,
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._deadlines = Counter(
            "http_request_deadlines_exceeded",
            "Requests that were not answered within REQUEST_DEADLINE_SECONDS.",
            ("operation",),
            namespace=PREFIX,
            registry=self.registry,
        )
        # Looking a series up by its labels takes longer than counting.
        self._series: dict[tuple[str, str | None, int], tuple[Counter, Histogram]] = {}
        self.siblings: Siblings | None = None
        """The other processes of the server."""
        self._readings = _Readings()
        self.registry.register(self._readings)
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self.registry)

    def observe(self, method: str, operation: str | None, status: int, seconds: float) -> None:
        """Count one response; `operation` is None if no route matched."""
        series = self._series.get((method, operation, status))
        if series is None:
            # A stranger may make up as many methods as they like.
            labels = (method if operation is not None else "any", operation or "none")
            series = self._requests.labels(*labels, str(status)), self._seconds.labels(*labels)
            if operation is not None:
                self._series[method, operation, status] = series
        series[0].inc()
        series[1].observe(seconds)

    def count_deadline(self, operation: str) -> None:
        """Count a request that its deadline has cut off."""
        self._deadlines.labels(operation).inc()

    def show(self, readings: Iterable[Reading]) -> bytes:
        """Return the metrics as text, with these readings."""
        self._readings.latest = tuple(readings)
        if self.siblings is None:
            return generate_latest(self.registry)
        return generate_latest(_OfProcess(self.registry, str(self.siblings.number)))

    async def show_all(self, readings: Iterable[Reading]) -> bytes:
        """The same, with the metrics of every process of the server."""
        shown = self.show(readings)
        return _merged([shown, *await self.siblings.ask()]) if self.siblings is not None else shown


class _OfProcess(Collector):
    """Metrics that say which process they are of, where that matters: counters of two must not be taken for one."""

    def __init__(self, registry: CollectorRegistry, number: str) -> None:
        self._registry = registry
        self._number = number

    def collect(self) -> Iterator[Metric]:
        for metric in self._registry.collect():
            if metric.name not in _OF_ALL:
                metric.samples = [
                    sample._replace(labels={**sample.labels, "process": self._number}) for sample in metric.samples
                ]
            yield metric


def _merged(texts: Iterable[bytes]) -> bytes:
    """The texts as one: each metric is described once, and followed by the samples of all."""
    families: dict[bytes, list[bytes]] = defaultdict(list)
    for text in texts:
        for family in text.split(b"# HELP ")[1:]:
            described, _, rest = family.partition(b"\n")
            kind, _, samples = rest.partition(b"\n")
            families[b"# HELP %b\n%b\n" % (described, kind)].append(samples)
    return b"".join(head + b"".join(samples) for head, samples in families.items())


class _Readings(Collector):
    def __init__(self) -> None:
        self.latest: tuple[Reading, ...] = ()

    def collect(self) -> Iterator[Metric]:
        by_name = defaultdict(list)
        for reading in self.latest:
            by_name[reading.name].append(reading)
        for name, readings in by_name.items():
            described = READINGS[name]
            family = described.family(f"{PREFIX}_{name}", described.help, labels=described.labels)
            for reading in readings:
                family.add_metric(reading.labels, reading.value)
            yield family
