"""One connection of the server: bounds on headers, refusals as problems, and an orderly end."""

import select
from typing import Any

from uuid_utils.compat import uuid7
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

from app.domain.refusals.base import Refusal
from app.domain.refusals.requests import HeadersTooLarge, MalformedRequest
from app.http.problems import problem

# The request line and all headers together.
HEADERS_BYTES = 64 * 1024
# How long, and how many bytes of, the rest of a refused request is read and dropped before the connection is closed.
LINGER_SECONDS = 2.0
LINGER_BYTES = 1024 * 1024


class State(ServerState):
    """What the connections of a server share."""

    ending = False
    """Each answer is the last of its connection."""
    root = ""
    """ROOT_PATH."""


class Connection(HttpToolsProtocol):
    """One connection. What is refused here never became a request, so the app cannot answer it."""

    server_state: State

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._in_headers = True
        self._header_bytes = 0
        self._too_large = False
        self._bytes_after_refusal: int | None = None

    def data_received(self, data: bytes) -> None:
        if self._bytes_after_refusal is not None:
            self._discard(data)
            return
        if self._in_headers:
            self._header_bytes += len(data)
        super().data_received(data)
        if self._in_headers and self._header_bytes > HEADERS_BYTES and self._bytes_after_refusal is None:
            self._refuse(HeadersTooLarge())

    def _discard(self, data: bytes) -> None:
        assert self._bytes_after_refusal is not None
        self._bytes_after_refusal += len(data)
        if self._bytes_after_refusal > LINGER_BYTES:
            self.transport.abort()

    def on_header(self, name: bytes, value: bytes) -> None:
        # Trailer fields after a chunked body come here too. Nothing wants them, and headers must not change any more.
        if self._in_headers:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._in_headers = False
        self._header_bytes = 0
        if len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > HEADERS_BYTES:
            # One read may bring all of them. The parser turns the error into a call of `send_400_response`.
            self._too_large = True
            raise ValueError("headers too large")
        super().on_headers_complete()
        if self.server_state.ending:
            self.cycle.keep_alive = False

    def on_message_complete(self) -> None:
        self._in_headers = True
        super().on_message_complete()

    @property
    def _under_way(self) -> bool:
        # Uvicorn's annotation hides that there is no cycle before the first request.
        return self.cycle is not None and not self.cycle.response_complete  # type: ignore[redundant-expr]

    def announce_end(self) -> None:
        """Have the answer that has not begun say that it is the last of the connection."""
        if self._under_way and not self.cycle.response_started:
            self.cycle.keep_alive = False

    def close_if_idle(self, *, even_new: bool) -> None:
        """Close the connection if nothing is under way on it, and nothing more has arrived; one that has not brought
        a whole request yet only if `even_new`."""
        if self._under_way or self.transport.is_closing() or self._bytes_after_refusal is not None:
            return
        new = self.cycle is None or self._header_bytes > 0  # type: ignore[redundant-expr]
        if (even_new or not new) and not _has_unread(self.transport.get_extra_info("socket").fileno()):
            self.transport.close()

    def send_400_response(self, msg: str) -> None:
        malformed = MalformedRequest("This is not an HTTP request that can be read.")
        self._refuse(HeadersTooLarge() if self._too_large else malformed)

    def _refuse(self, refusal: Refusal) -> None:
        if self._under_way:
            # An earlier request of this connection is being answered: another answer must not get into that one.
            self.cycle.keep_alive = False
            self.flow.pause_reading()
            return
        request_id = str(uuid7())
        answer = problem(request_id, refusal, {"X-Request-Id": request_id}, root=self.server_state.root)
        headers = [*self.server_state.default_headers, *answer.raw_headers, (b"connection", b"close")]
        lines = [name + b": " + value + b"\r\n" for name, value in headers]
        self.transport.write(b"".join([STATUS_LINE[answer.status_code], *lines, b"\r\n", bytes(answer.body)]))
        # Closing at once would reset the connection of a sender that still sends, and the answer would be lost with it.
        self._bytes_after_refusal = 0
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.loop.call_later(LINGER_SECONDS, self.transport.close)


def _has_unread(descriptor: int) -> bool:
    """True if bytes wait in the socket; closing it would reset the connection."""
    if not hasattr(select, "poll"):
        return bool(select.select([descriptor], [], [], 0)[0])
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return any(event & select.POLLIN for _, event in poll.poll(0))
