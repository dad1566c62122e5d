"""Metrics of the process, for Prometheus."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4 as MEDIA_TYPE

__all__ = ["MEDIA_TYPE", "Metrics"]

# Seconds; the product promises an answer or a refusal within ten.
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """One registry for each app, so that two apps in a process do not share counts."""

    def __init__(self) -> None:
        """Start every count at zero."""
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "http_requests", "Answered requests.", ("operation", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "http_request_duration_seconds",
            "From the first byte of a request to the end of its answer.",
            ("operation",),
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._jobs = Gauge("jobs", "Jobs on the queue.", ("status",), registry=self._registry)
        self._emails = Gauge("emails", "Emails that have not gone out.", ("status",), registry=self._registry)
        self._oldest = Gauge(
            "job_oldest_seconds", "Age of the oldest job that waits to be taken.", registry=self._registry
        )
        self._database = Gauge("database_up", "1 while the database answers.", registry=self._registry)

    def observe(self, operation: str | None, status: int, seconds: float) -> None:
        """Count one answer; `operation` is None where no route matched."""
        name = operation or "none"
        self._requests.labels(name, str(status)).inc()
        self._seconds.labels(name).observe(seconds)

    def show(self, backlog: Mapping[str, Mapping[str, int]] | None, oldest_seconds: float = 0) -> bytes:
        """The text for Prometheus. `backlog` counts `jobs` and `emails` by status; None while the database is down."""
        self._database.set(backlog is not None)
        for gauge, name in ((self._jobs, "jobs"), (self._emails, "emails")):
            gauge.clear()
            for status, number in (backlog or {}).get(name, {}).items():
                gauge.labels(status).set(number)
        self._oldest.set(oldest_seconds)
        return generate_latest(self._registry)
