"""Structured logs with the request id: one JSON object per line in production, readable lines in development."""

import logging
import sys
from contextlib import suppress
from contextvars import ContextVar
from typing import Final, TextIO

import structlog
from pydantic_core import PydanticSerializationError, to_json

from app.repeats import Repeats

SECURITY: Final = "security"
"""The logger of security events, by which a collector tells them from the rest."""

_REQUESTS = "app.requests"
_stdlib = logging.getLogger(_REQUESTS)
_stamp = structlog.processors.TimeStamper(fmt="iso", utc=True)
_requests = structlog.get_logger(_REQUESTS)
# Their lines are the product's.
_TRACES = frozenset({"event", "exception", "stack"})
# What every line says of the request that it is logged in. Structlog has a variable for each fact, which takes ten
# times as long.
_of_request: ContextVar[dict[str, object] | None] = ContextVar("of_request", default=None)


def begin_request(facts: dict[str, object]) -> None:
    """Have every line say this, until the next request of the connection begins."""
    _of_request.set(facts)


def add_to_request(facts: dict[str, object]) -> None:
    """Have the remaining lines of the request say this too."""
    (_of_request.get() or {}).update(facts)


def request_id() -> str:
    """The id of the request that queued the job, else of the request; empty if there is none."""
    facts = (_of_request.get() or {}) | structlog.contextvars.get_contextvars()
    return str(facts.get("request_id") or "")


class _JsonLines(logging.StreamHandler[TextIO]):
    def write(self, line: bytes) -> None:
        # A log that nobody reads any more fails no request; `logging` forgives the same.
        with suppress(OSError, ValueError):
            self.acquire()
            try:
                self.stream.write(f"{line.decode()}\n")
                self.flush()
            finally:
                self.release()


def log_request(fields: dict[str, object]) -> None:
    """Log one request. Where lines are JSON this passes structlog by, which with `logging` takes twenty times as
    long."""
    if not _stdlib.isEnabledFor(logging.INFO):
        return
    handlers = logging.root.handlers
    if len(handlers) != 1 or not isinstance(handlers[0], _JsonLines):
        _requests.info("request", **fields)
        return
    event = fields | {"event": "request"} | (_of_request.get() or {}) | {"level": "info", "logger": _REQUESTS}
    try:
        line = to_json(_stamp(None, "info", event))
    except PydanticSerializationError:
        # UTF-8 has no way to write half of a surrogate pair.
        _requests.info("request", **fields)
    else:
        handlers[0].write(line)


def _merge_request(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    for name, fact in (_of_request.get() or {}).items():
        event.setdefault(name, fact)
    return event


def _tell_suppressed(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    if suppressed := getattr(event["_record"], "suppressed", 0):
        event["suppressed"] = suppressed
    return event


def lines_suppressed() -> int:
    """How many lines this process has suppressed because they repeat one of the same minute."""
    filters = (each for handler in logging.root.handlers for each in handler.filters)
    return sum(each.suppressed for each in filters if isinstance(each, Repeats))


def _escape(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Escape what a terminal obeys and what would begin another line, as JSON does."""
    for name, value in event.items():
        if name not in _TRACES and isinstance(value, str) and not value.isprintable():
            event[name] = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in value)
    return event


def configure_logs(level: str, *, json_lines: bool) -> None:
    """Send our logs and those of libraries through one pipeline to standard error.

    Of each kind of warning or error, one line a minute is written; requests are all written.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        _merge_request,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        _stamp,
        structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer: list[structlog.typing.Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
        if json_lines
        else [
            _escape,
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            ),
        ]
    )
    handler = (_JsonLines if json_lines else logging.StreamHandler)(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[_tell_suppressed, structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer],
        )
    )
    handler.addFilter(Repeats())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # Whoever collects security events gets them at any LOG_LEVEL. A command tells them to the table alone.
    logging.getLogger(SECURITY).setLevel(logging.INFO if json_lines else logging.NOTSET)
    for noisy in ("asyncio", "pgqueuer", "multipart", "aiosmtplib"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
