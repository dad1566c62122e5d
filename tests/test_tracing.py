"""One trace from a request to its SQL, its job and the mail, received by a real OTLP endpoint on loopback."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from app import tracing
from tests.jobs.relay import Relay, running
from tests.typed import COMMAND, environment, started
from tests.world import World

KIND = Span.SpanKind
CALLER = "4bf92f3577b34da6a3ce929d0e0e4736"


@dataclass
class Collector:
    """What was exported, and the name of the service that each span belongs to."""

    port: int = 0
    spans: list[tuple[str, Span]] = field(default_factory=list)

    def of_trace(self, trace_id: str) -> list[tuple[str, Span]]:
        return [(service, span) for service, span in self.spans if span.trace_id.hex() == trace_id]

    def wait_for(self, name: str, trace_id: str) -> None:
        until = time.monotonic() + 60
        while not any(span.name == name for _, span in self.of_trace(trace_id)):
            assert time.monotonic() < until, [span.name for _, span in self.spans]
            time.sleep(0.1)


@contextmanager
def collecting() -> Iterator[Collector]:
    found = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                named = {each.key: each.value.string_value for each in resource.resource.attributes}
                for scope in resource.scope_spans:
                    found.spans += ((named["service.name"], span) for span in scope.spans)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        found.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield found
        server.shutdown()
        thread.join()


def _attributes(span: Span) -> dict[str, str | int]:
    return {each.key: each.value.string_value or each.value.int_value for each in span.attributes}


def _environment(collector: Collector, **more: object) -> dict[str, str]:
    return environment(
        OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{collector.port}", OTEL_BSP_SCHEDULE_DELAY=100, **more
    )


async def test_one_trace_from_request_to_sql_to_job_to_mail(database_url: str, tmp_path: Path, world: World) -> None:
    relay = Relay()
    with collecting() as collector, running(relay):
        settings = _environment(
            collector,
            DATABASE_URL=database_url.replace("+asyncpg", ""),
            DATA_DIR=tmp_path / "data",
            PORT=0,
            SMTP__HOST="127.0.0.1",
            SMTP__PORT=relay.port,
            SMTP__START_TLS="false",
        )
        body = world.initial_application()
        with (
            started(f"{COMMAND}serve", settings, tmp_path / "serve.log", r"http://[\d.:]+(?=\.)") as address,
            started(f"{COMMAND}worker", settings, tmp_path / "worker.log", "worker_started"),
        ):
            async with httpx.AsyncClient(base_url=address, trust_env=False) as client:
                answer = await client.post(
                    "/v1/initial-applications", json=body, headers={"traceparent": f"00-{CALLER}-00f067aa0ba902b7-01"}
                )
                assert answer.status_code == 201, answer.text
                absent = await client.get("/v1/nowhere")
            collector.wait_for("SMTP send", CALLER)
        assert answer.headers["traceresponse"].split("-")[1] == CALLER
        assert absent.headers["traceresponse"].split("-")[1] != CALLER
    spans = {span.span_id: (service, span) for service, span in collector.of_trace(CALLER)}
    (request,) = [span for _, span in spans.values() if span.kind == KIND.SPAN_KIND_SERVER]
    assert (request.name, request.parent_span_id.hex()) == ("POST /v1/initial-applications", "00f067aa0ba902b7")
    about = _attributes(request)
    assert about["http.route"] == "/v1/initial-applications"
    assert about["http.response.status_code"] == 201
    assert about["centre_recognition.operation"] == "createInitialApplication"
    assert about["centre_recognition.request_id"] == answer.headers["x-request-id"]

    def under(parent: Span, name: str) -> list[Span]:
        return [span for _, span in spans.values() if span.parent_span_id == parent.span_id and span.name == name]

    statements = [_attributes(span)["db.query.text"] for span in under(request, "WITH")]
    assert any("INSERT INTO initial_applications" in str(text) for text in statements)
    assert under(request, "COMMIT")
    (job,) = under(request, "job send_email")
    assert job.kind == KIND.SPAN_KIND_CONSUMER
    assert spans[job.span_id][0] == "centre-recognition-worker"
    assert spans[request.span_id][0] == "centre-recognition"
    # The ORM's statements and the driver's.
    assert under(job, "SELECT")
    (mail,) = under(job, "SMTP send")
    assert _attributes(mail) == {"server.address": "127.0.0.1", "server.port": relay.port}
    assert request.start_time_unix_nano <= job.start_time_unix_nano <= mail.start_time_unix_nano
    everything = b"".join(span.SerializeToString() for _, span in collector.spans)
    person = body["initial_super_user"]
    for personal in (
        person["email"],
        person["last_name"],
        person["telephone"],
        body["organisation_name"],
        body["email"],
    ):
        assert personal.encode() not in everything


async def test_a_job_that_fails_and_an_error_are_marked_without_its_words(
    database_url: str, tmp_path: Path, world: World
) -> None:
    relay = Relay("550 5.1.1 Nobody here is called ann@secret.example.com")
    with collecting() as collector, running(relay):
        settings = _environment(
            collector, DATABASE_URL=database_url.replace("+asyncpg", ""), DATA_DIR=tmp_path / "data", PORT=0,
            SMTP__HOST="127.0.0.1", SMTP__PORT=relay.port, SMTP__START_TLS="false",
        )  # fmt: skip
        with started(f"{COMMAND}run", settings, tmp_path / "log", r"http://[\d.:]+(?=/v1)") as address:
            async with httpx.AsyncClient(base_url=address, trust_env=False) as client:
                headers = {"traceparent": f"00-{CALLER}-00f067aa0ba902b7-01"}
                await client.post("/v1/initial-applications", json=world.initial_application(), headers=headers)
            collector.wait_for("job send_email", CALLER)
    found = {span.name: span.status for _, span in collector.of_trace(CALLER)}
    assert (found["SMTP send"].code, found["SMTP send"].message) == (2, "MailRefused")
    assert (found["job send_email"].code, found["job send_email"].message) == (2, "MailRefused")
    assert b"secret.example.com" not in b"".join(span.SerializeToString() for _, span in collector.spans)


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:4318/v1/traces"}, True),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, True),
        ({"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}, False),
        ({"OTEL_SDK_DISABLED": "true", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}, False),
    ],
)
def test_the_standard_variables_decide(monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], wanted: bool) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    with tracing.traced("centre-recognition"):
        span = tracing.begin_request("GET", None, None)
        assert (span is not None) == wanted
        if span is not None:
            span.end(None, None, 404, "request")
    assert tracing.begin_request("GET", None, None) is None


def test_without_the_extra_it_runs_and_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318")
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with tracing.traced("centre-recognition"):
        assert tracing.begin_request("GET", None, None) is None
    assert "requirements-tracing.txt" in caplog.text


def test_nothing_is_done_where_nothing_is_traced() -> None:
    """Not even an import: OpenTelemetry's API comes with the job queue, and would be there."""
    assert tracing.begin_request("GET", b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", None) is None
    assert tracing.carried() == {}
    with tracing.job_span("mend", 1, {}), tracing.mail_span("127.0.0.1", 25):
        tracing.failed("Reason")
