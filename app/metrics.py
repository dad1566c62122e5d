"""Prometheus metrics of the process."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4 as MEDIA_TYPE

__all__ = ["MEDIA_TYPE", "Metrics"]

# In seconds. Every request should be answered within ten.
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """A registry for each app, so that two apps in one process do not share counts."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "http_requests", "Requests, by operation and status.", ("operation", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "http_request_duration_seconds",
            "Time from the first byte of a request to the end of its response.",
            ("operation",),
            buckets=_BUCKETS,
            registry=self._registry,
        )
        # Looking a series up by its labels takes longer than counting.
        self._series: dict[tuple[str | None, int], tuple[Counter, Histogram]] = {}
        self._jobs = Gauge("jobs", "Queued jobs, by status.", ("status",), registry=self._registry)
        self._emails = Gauge("emails", "Unsent emails, by status.", ("status",), registry=self._registry)
        self._oldest = Gauge(
            "job_oldest_seconds", "Age of the oldest job that waits for a worker.", registry=self._registry
        )
        self._database = Gauge("database_up", "1 if the database is reachable.", registry=self._registry)

    def observe(self, operation: str | None, status: int, seconds: float) -> None:
        """Count one response; `operation` is None if no route matched."""
        series = self._series.get((operation, status))
        if series is None:
            name = operation or "none"
            series = self._requests.labels(name, str(status)), self._seconds.labels(name)
            self._series[operation, status] = series
        series[0].inc()
        series[1].observe(seconds)

    def show(self, backlog: Mapping[str, Mapping[str, int]] | None, oldest_seconds: float = 0) -> bytes:
        """Return the metrics as text. `backlog` counts `jobs` and `emails` by status; None if the database is down."""
        self._database.set(backlog is not None)
        for gauge, name in ((self._jobs, "jobs"), (self._emails, "emails")):
            gauge.clear()
            for status, number in (backlog or {}).get(name, {}).items():
                gauge.labels(status).set(number)
        self._oldest.set(oldest_seconds)
        return generate_latest(self._registry)
