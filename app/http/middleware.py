"""Around every request: its id, its log line, the limits on its body, the headers of every answer, HEAD."""

import asyncio
import contextlib
import re
import time
from collections.abc import Collection

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uuid_utils import uuid7

from app import caller, tracing
from app.http import cors
from app.http.direct import direct
from app.http.exchange import Exchange, deployment_of
from app.http.patience import within
from app.http.problems import internal_error
from app.http.protection import Protection
from app.http.root_path import without_root
from app.logs import begin_request, log_request
from app.settings import Settings

_log = structlog.get_logger("app.requests")
_ID = re.compile(rb"[A-Za-z0-9._-]{1,128}")
_TRACEPARENT = re.compile(rb"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}.*")
# A sender that falls silent in the middle of a body, or a reader in the middle of an answer, holds one of the server's
# connections: this is how long it may.
_SILENCE_SECONDS = 20.0
# A body must come at this rate in bytes a second, after the first 20 seconds: a slow telephone does it ten times over.
_SLOWEST_RATE = 4096
_UNREAD_SECONDS = 60.0
# Closing a connection while its sender still sends resets it, and the answer is lost. So a body that is too large is
# let in and dropped, up to this much, before it is refused.
_DROPPED_BYTES = 64 * 1024 * 1024
_DROPPING_SECONDS = 30.0
# By convention, web servers log this status when nobody waited for the answer.
_CLIENT_GONE = 499
_MULTIPART_OVERHEAD = 64 * 1024

_RANGES = (b"range", b"if-range")


def upload_limit(settings: Settings) -> int:
    """The most bytes of a form with a file: the file's own limit, and what surrounds it."""
    return settings.upload_limit_bytes + _MULTIPART_OVERHEAD


class RequestContext:
    """ASGI middleware around the whole app."""

    def __init__(
        self,
        app: ASGIApp,
        body_limit: int,
        upload_limit: int,
        secure: bool,
        origins: Collection[str] = (),
    ) -> None:
        """Limits in bytes; `origins` are those whose pages may read the answers."""
        self.app = app
        self.origins = frozenset(origins)
        self.body_limit = body_limit
        self.upload_limit = upload_limit
        self.protection = Protection(secure=secure)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        deployment = deployment_of(scope["app"])
        scope = without_root(scope, deployment.settings.root_path)
        given = dict(scope["headers"])
        wanted = given.get(b"x-request-id", b"")
        request_id = wanted.decode() if _ID.fullmatch(wanted) else str(uuid7())
        span = tracing.begin_request(scope["method"], given.get(b"traceparent"), given.get(b"tracestate"))
        trace_id = span.trace_id if span is not None else _trace_of(given)
        begin_request({"request_id": request_id} | ({"trace_id": trace_id} if trace_id is not None else {}))
        client = scope.get("client")
        caller.begin_request(client[0] if client else None, given.get(b"user-agent"))
        exchange = Exchange(deployment, request_id, is_head=scope["method"] == "HEAD")
        # Every GET answers HEAD: the app sees a GET, and the body is dropped on its way out.
        inner: Scope = {**scope, "state": {**scope.get("state", {}), "exchange": exchange}}
        if exchange.is_head:
            # Ranges are defined for GET alone (RFC 9110 section 14.2).
            inner["method"] = "GET"
            inner["headers"] = [header for header in scope["headers"] if header[0] not in _RANGES]
        cross_origin = cors.answer_headers(self.origins, given)
        app = cors.preflight(scope["method"], self.origins, given) or direct(exchange, inner) or self.app
        begun = time.perf_counter()

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                exchange.status = message["status"]
                message["headers"] = [
                    *self.protection.added(message.get("headers", ())),
                    (b"x-request-id", request_id.encode()),
                    *cross_origin,
                    *exchange.headers,
                ]
                if span is not None:
                    message["headers"].append((b"traceresponse", span.header))
            elif exchange.is_head:
                message = {**message, "body": b""}
            try:
                await within(_UNREAD_SECONDS, send(message))
            except TimeoutError as error:
                raise ClientDisconnect from error

        try:
            await app(inner, self._limited(given, receive), answer)
        except ClientDisconnect:
            # Nobody is left to answer, and it is no fault of ours.
            exchange.status = exchange.status or _CLIENT_GONE
        except Exception:
            _log.exception("fault", method=scope["method"], path=scope["path"])
            if exchange.status == 0:
                await internal_error(request_id, exchange.deployment.settings.root_path)(inner, receive, answer)
        finally:
            seconds = time.perf_counter() - begun
            operation = getattr(inner.get("route"), "operation_id", None)
            if span is not None:
                span.end(operation, getattr(inner.get("route"), "path", None), exchange.status, request_id)
            exchange.deployment.metrics.observe(scope["method"], operation, exchange.status, seconds)
            log_request(
                {
                    "method": scope["method"],
                    "path": scope["path"],
                    "operation": operation,
                    "status": exchange.status,
                    "milliseconds": round(seconds * 1000, 1),
                }
            )

    def _limited(self, headers: dict[bytes, bytes], receive: Receive) -> Receive:
        """Count the body as it arrives, whatever its declared length, and do not wait for a silent sender."""
        multipart = headers.get(b"content-type", b"").lower().startswith(b"multipart/")
        limit = self.upload_limit if multipart else self.body_limit
        declared = headers.get(b"content-length", b"0")
        too_long = declared.isdigit() and int(declared[:20]) > limit
        seen = 0
        ended = False
        loop = asyncio.get_running_loop()
        begun = loop.time()

        async def counted() -> Message:
            nonlocal seen, ended
            if ended:
                return await receive()
            if too_long:
                # A sender that waits for "100 Continue", or announces more than we would drop, has not begun to send.
                if b"expect" not in headers and int(declared[:20]) <= _DROPPED_BYTES:
                    await _drop(receive)
                raise _too_large(limit)
            left = begun + _SILENCE_SECONDS + seen / _SLOWEST_RATE - loop.time()
            try:
                message = await within(min(left, _SILENCE_SECONDS), receive())
            except TimeoutError as error:
                raise HTTPException(408, headers={"Connection": "close"}) from error
            seen += len(message.get("body", b""))
            ended = not message.get("more_body", False)
            if seen > limit:
                if not ended:
                    await _drop(receive)
                raise _too_large(limit)
            return message

        return counted


def _trace_of(headers: dict[bytes, bytes]) -> str | None:
    """The id of the caller's trace, for the log (W3C Trace Context)."""
    found = _TRACEPARENT.fullmatch(headers.get(b"traceparent", b""))
    return found[1].decode() if found is not None else None


async def _drop(receive: Receive) -> None:
    """Take the rest in and forget it, within bounds."""
    dropped = 0
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_DROPPING_SECONDS):
            while dropped <= _DROPPED_BYTES:
                message = await receive()
                dropped += len(message.get("body", b""))
                if not message.get("more_body", False):
                    return


def _too_large(limit: int) -> HTTPException:
    return HTTPException(413, headers={"Connection": "close", "X-Body-Limit": str(limit)})
