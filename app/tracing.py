"""Traces of OpenTelemetry, from request to SQL to job to mail, where the `OTEL_*` variables ask for them.

Without them, or without the extra `tracing`, nothing is imported, and each function here returns at once. Spans hold
names, statements without values, status codes and ids of jobs and requests: no personal data.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from time import time_ns
from typing import TYPE_CHECKING, Any, Protocol

import structlog

from app.version import version

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.trace import SpanKind, Tracer
    from sqlalchemy.ext.asyncio import AsyncEngine

log = structlog.get_logger(__name__)

_SERVER_ERROR = 500
_TEXT_LENGTH = 2_000
_tracer: "Tracer | None" = None


class Watched(Protocol):
    """What calls back with every statement that the driver was given: `Leases`."""

    def watch(self, logger: Any) -> None: ...


def _wanted(environ: Mapping[str, str]) -> bool:
    if environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return False
    exporter = environ.get("OTEL_TRACES_EXPORTER")
    if exporter is not None:
        return exporter == "otlp"
    return any(environ.get(f"OTEL_EXPORTER_OTLP_{name}") for name in ("ENDPOINT", "TRACES_ENDPOINT"))


@contextmanager
def traced(service: str) -> Iterator[None]:
    """Record and export spans during the block, if that is wanted; then send what waits. Call it in each process."""
    global _tracer
    if not _wanted(os.environ):
        yield
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        log.warning("no_traces", reason="OTEL_* asks for traces; install requirements-tracing.txt")
        yield
        return
    named = "OTEL_SERVICE_NAME" in os.environ or "service.name=" in os.environ.get("OTEL_RESOURCE_ATTRIBUTES", "")
    resource = Resource.create({"service.version": version()} | ({} if named else {"service.name": service}))
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    _tracer = provider.get_tracer("centre-recognition", version())
    try:
        yield
    finally:
        _tracer = None
        provider.shutdown()


def begin_request(method: str, traceparent: bytes | None, tracestate: bytes | None) -> "RequestSpan | None":
    """Begin the span of a request, as part of the caller's trace if there is one (W3C Trace Context)."""
    if _tracer is None:
        return None
    given = {"traceparent": traceparent, "tracestate": tracestate}
    return RequestSpan(
        _tracer, method, _extracted({name: (value or b"").decode("latin-1") for name, value in given.items()})
    )


class RequestSpan:
    """The span of a request that is being answered."""

    def __init__(self, tracer: "Tracer", method: str, parent: "Context") -> None:
        from opentelemetry import context
        from opentelemetry.trace import SpanKind, set_span_in_context

        self._span = tracer.start_span(method, parent, SpanKind.SERVER, {"http.request.method": method})
        self._method = method
        self._token = context.attach(set_span_in_context(self._span))

    @property
    def trace_id(self) -> str:
        """The id of the trace, for the log."""
        return f"{self._span.get_span_context().trace_id:032x}"

    @property
    def header(self) -> bytes:
        """What the answer's header traceresponse says of the span (W3C Trace Context, level 2)."""
        return carried().get("traceparent", "").encode()

    def end(self, operation: str | None, route: str | None, status: int, request_id: str) -> None:
        """End it with the route's path, which names no id, and the status that was answered."""
        from opentelemetry import context
        from opentelemetry.trace import StatusCode

        if route is not None:
            self._span.update_name(f"{self._method} {route}")
            self._span.set_attribute("http.route", route)
        if operation is not None:
            self._span.set_attribute("centre_recognition.operation", operation)
        self._span.set_attribute("centre_recognition.request_id", request_id)
        self._span.set_attribute("http.response.status_code", status)
        if status >= _SERVER_ERROR:
            self._span.set_status(StatusCode.ERROR)
        context.detach(self._token)
        self._span.end()


@contextmanager
def job_span(name: str, id_: int, headers: Mapping[str, Any]) -> Iterator[None]:
    """Record a job as part of the trace of the request that queued it."""
    if _tracer is None:
        yield
        return
    from opentelemetry.trace import SpanKind

    about = {"messaging.system": "pgqueuer", "messaging.operation.name": name, "messaging.message.id": str(id_)}
    with _span(f"job {name}", SpanKind.CONSUMER, about, _extracted(headers)):
        yield


@contextmanager
def mail_span(host: str, port: int) -> Iterator[None]:
    """Record the hand-over of a message to the relay."""
    if _tracer is None:
        yield
        return
    from opentelemetry.trace import SpanKind

    with _span("SMTP send", SpanKind.CLIENT, {"server.address": host, "server.port": port}):
        yield


@contextmanager
def _span(
    name: str, kind: "SpanKind", attributes: Mapping[str, str | int], parent: "Context | None" = None
) -> Iterator[None]:
    from opentelemetry.trace import StatusCode

    assert _tracer is not None
    # An error's message may quote an address, so only its type is told.
    with _tracer.start_as_current_span(
        name, parent, kind, attributes, record_exception=False, set_status_on_exception=False
    ) as span:
        try:
            yield
        except BaseException as error:
            span.set_status(StatusCode.ERROR, type(error).__name__)
            raise


def failed(reason: str) -> None:
    """Mark the span that is recorded as failed, where no error leaves it."""
    if _tracer is not None:
        from opentelemetry import trace

        trace.get_current_span().set_status(trace.StatusCode.ERROR, reason)


def carried() -> dict[str, str]:
    """Return what continues this trace elsewhere: `traceparent` and `tracestate`, or nothing."""
    carrier: dict[str, str] = {}
    if _tracer is not None:
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        TraceContextTextMapPropagator().inject(carrier)
    return carrier


def _extracted(carrier: Mapping[str, Any]) -> "Context":
    from opentelemetry.context import Context
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    return TraceContextTextMapPropagator().extract(carrier, Context())


def watch(engine: "AsyncEngine", leases: Watched) -> None:
    """Record a span for each statement of the ORM and of the driver, within the span of a request or job."""
    if _tracer is None:
        return
    from sqlalchemy import event

    def before(conn: Any, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool) -> None:
        conn.info["statement_begun"] = time_ns()

    def after(conn: Any, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool) -> None:
        _record(statement, conn.info.pop("statement_begun", None) or time_ns(), None)

    def error(context: Any) -> None:
        begun = context.connection.info.pop("statement_begun", None) if context.connection is not None else None
        if begun is not None and context.statement is not None:
            _record(context.statement, begun, type(context.original_exception).__name__)

    def of_driver(query: Any) -> None:
        reason = type(query.exception).__name__ if query.exception is not None else None
        _record(query.query, time_ns() - int(query.elapsed * 1_000_000_000), reason)

    event.listen(engine.sync_engine, "before_cursor_execute", before)
    event.listen(engine.sync_engine, "after_cursor_execute", after)
    event.listen(engine.sync_engine, "handle_error", error)
    leases.watch(of_driver)


def _record(statement: str, begun: int, reason: str | None) -> None:
    from opentelemetry import trace

    # What the worker asks its queue all day belongs to no trace. The driver tells of a last COMMIT when the span of its
    # request may have ended.
    if _tracer is None or not trace.get_current_span().get_span_context().trace_flags.sampled:
        return
    words = statement.split(maxsplit=1)
    span = _tracer.start_span(
        words[0].upper() if words else "SQL",
        kind=trace.SpanKind.CLIENT,
        attributes={"db.system.name": "postgresql", "db.query.text": statement[:_TEXT_LENGTH]},
        start_time=begun,
    )
    if reason is not None:
        span.set_status(trace.StatusCode.ERROR, reason)
    span.end()
