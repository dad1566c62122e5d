"""One connection of the server: bounds on headers and silence, refusals as problems, and an orderly end."""

import re
import select
from typing import Any

from uvicorn._types import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, ASGISendEvent
from uvicorn._types import Scope as AsgiScope
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from app.domain.refusals.base import Refusal
from app.domain.refusals.requests import HeadersTooLarge, MalformedRequest
from app.http.admission import REFUSED, announces_body
from app.http.crowd import Crowd
from app.http.problems import early_problem
from app.http.protection import BY_HTTP

# The request line and all headers together.
HEADERS_BYTES = 64 * 1024
# Far more than any browser sends. Each costs a microsecond or two, for as few as four bytes.
HEADERS = 128
# How many requests may wait on a connection for the answer to an earlier one. Each is parsed when it comes, which costs
# a hundred times as much as sending it.
PIPELINED_REQUESTS = 16
# How long nothing more is read of a connection whose request was refused for being one too many. `Retry-After` asks for
# as much; whoever does not heed it costs no more than a refusal a second.
PENANCE_SECONDS = 1.0
# From the opening of a connection, or the first byte of a later request, to the end of the headers.
HEADERS_SECONDS = 15.0
# How long, and how many bytes of, the rest of a refused request is read and dropped before the connection is closed.
LINGER_SECONDS = 10.0
LINGER_BYTES = 32 * 1024 * 1024
# How long an answer's last bytes may wait for whoever reads them.
UNREAD_SECONDS = 60.0
_HOST = re.compile(rb"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~%!$&'()*+,;=-]+)(:[0-9]{0,5})?")


class State(ServerState):
    """What the connections of a server share."""

    ending = False
    """Each answer is the last of its connection."""
    root = ""
    """ROOT_PATH."""
    protection = BY_HTTP
    crowd: Crowd


class Connection(HttpToolsProtocol):
    """One connection. What is refused here never became a request, so the app cannot answer it."""

    server_state: State

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._in_headers = True
        self._header_bytes = 0
        self._too_large = False
        self._bytes_after_refusal: int | None = None
        self._answering: RequestResponseCycle | None = None
        self._network: str | None = None
        self._deaf = False
        """Nothing more is read: too many requests came at once, and those that wait are the last."""
        self._waiting_since = self.loop.time()
        """For headers, or for the last bytes to be read."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._network = self.server_state.crowd.join(self, self.client[0] if self.client else None)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self._network is not None:
            self.server_state.crowd.leave(self, self._network)

    def data_received(self, data: bytes) -> None:
        if self._bytes_after_refusal is not None:
            self._discard(data)
            return
        if self._deaf:
            return
        if self._in_headers:
            if self._header_bytes == 0 and self.cycle is not None:
                self._waiting_since = self.loop.time()
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
            if len(self.headers) >= HEADERS:
                self._too_large = True
                raise ValueError("too many headers")
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        if len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > HEADERS_BYTES:
            # One read may bring all of them. The parser turns the error into a call of `send_400_response`.
            self._too_large = True
            raise ValueError("headers too large")
        version = self.parser.get_http_version()
        hosts = [value for name, value in self.headers if name == b"host"]
        # Only HTTP/1.0 may leave it out (RFC 9112 section 3.2).
        if version not in ("1.0", "1.1") or (len(hosts) != 1 and (hosts or version != "1.0")):
            raise ValueError("version or Host")
        if hosts and not _HOST.fullmatch(hosts[0]):
            raise ValueError("Host")
        if len(self.pipeline) >= PIPELINED_REQUESTS:
            # Those that wait are answered, and the last of them says that the connection ends.
            self._deaf = True
            raise ValueError("too many requests at once")
        # Raises for a target that is no path, such as that of CONNECT; the headers have not ended then.
        super().on_headers_complete()
        self._in_headers = False
        self._header_bytes = 0
        # What follows a request to upgrade is not HTTP/1.1, and the parser reads no further.
        if self.server_state.ending or self.parser.should_upgrade():
            self.cycle.keep_alive = False

    def on_message_complete(self) -> None:
        self._in_headers = True
        super().on_message_complete()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._answering = cycle
        if announces_body(cycle.scope):
            cycle.transport = _WhileSending(self, cycle)  # type: ignore[assignment]
            app = _last_if_early(cycle, app)
        super()._start_asgi_task(cycle, app)

    def on_response_complete(self) -> None:
        refused = self._answering is not None and REFUSED in self._answering.scope
        super().on_response_complete()
        self._waiting_since = self.loop.time()
        if self._network is None:
            # A proxy's: its connections bring the requests of others too.
            return
        self.server_state.crowd.seen(self, self._network)
        if refused and self._bytes_after_refusal is None and not self.transport.is_closing():
            self.flow.pause_reading()
            self.loop.call_later(PENANCE_SECONDS, self._listen_again)

    def _listen_again(self) -> None:
        if not self.transport.is_closing() and not self._under_way:
            self.flow.resume_reading()

    @property
    def _under_way(self) -> bool:
        # Uvicorn's annotation hides that there is no cycle before the first request.
        return self.cycle is not None and not self.cycle.response_complete  # type: ignore[redundant-expr]

    @property
    def idle(self) -> bool:
        """True while no request is under way."""
        return not self._under_way

    def drop(self) -> None:
        """Close it whoever still reads."""
        self.transport.abort()

    def drop_if_overdue(self, now: float) -> None:
        """Close it if its caller takes too long for headers, or leaves the end of an answer unread."""
        if self._under_way:
            return
        waited = now - self._waiting_since
        unsent = self.transport.get_write_buffer_size() > 0
        new = self.cycle is None or self._header_bytes > 0  # type: ignore[redundant-expr]
        if (unsent and waited > UNREAD_SECONDS) or (new and not unsent and waited > HEADERS_SECONDS):
            self.transport.abort()

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
        if not self._in_headers and not self._end_body():
            return
        self._refuse(HeadersTooLarge() if self._too_large else malformed)

    def _end_body(self) -> bool:
        """Give up the request whose body cannot be read; True if it is to be refused here."""
        if self.cycle.response_complete:
            # It has its answer, and nobody has asked for another.
            self.linger()
            return False
        if self._answering is not self.cycle:
            self.pipeline.popleft()
            self._refuse(MalformedRequest())
            return False
        if self.cycle.response_started:
            self.cycle.keep_alive = False
            self.flow.pause_reading()
            return False
        self.cycle.disconnected = self.cycle.response_complete = True
        self.cycle.message_event.set()
        return True

    def _refuse(self, refusal: Refusal) -> None:
        if self._answering is not None and not self._answering.response_complete:
            # An earlier request of this connection is being answered: another answer must not get into that one.
            last = self.pipeline[0][0] if self.pipeline else self._answering
            last.keep_alive = False
            self.flow.pause_reading()
            return
        answer = early_problem(refusal, self.server_state.protection, root=self.server_state.root)
        headers = [*self.server_state.default_headers, *answer.raw_headers, (b"connection", b"close")]
        lines = [name + b": " + value + b"\r\n" for name, value in headers]
        self.transport.write(b"".join([STATUS_LINE[answer.status_code], *lines, b"\r\n", bytes(answer.body)]))
        self.linger()

    def linger(self) -> None:
        """Close the connection once its sender has ended, or has had time to.

        Closing at once would reset the connection of a sender that still sends, and the answer would be lost with it.
        """
        self._bytes_after_refusal = 0
        self._waiting_since = self.loop.time()
        self.flow.resume_reading()
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.loop.call_later(LINGER_SECONDS, self.transport.abort)


class _WhileSending:
    """The transport under an answer to a request with a body: before all of that has come, the end waits for it."""

    def __init__(self, connection: Connection, cycle: RequestResponseCycle) -> None:
        self._connection = connection
        self._cycle = cycle
        self.write = connection.transport.write
        self.is_closing = connection.transport.is_closing

    def close(self) -> None:
        """Close the connection, or let it linger."""
        if self._cycle.more_body and not self._connection.transport.is_closing():
            self._connection.linger()
        else:
            self._connection.transport.close()


def _last_if_early(cycle: RequestResponseCycle, app: ASGI3Application) -> ASGI3Application:
    """Have an answer that begins before the body has come be the last of its connection: what follows is no request."""

    async def answering(scope: AsgiScope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        async def sent(message: ASGISendEvent) -> None:
            if message["type"] == "http.response.start" and cycle.more_body:
                cycle.keep_alive = False
            await send(message)

        await app(scope, receive, sent)

    return answering


def _has_unread(descriptor: int) -> bool:
    """True if bytes wait in the socket; closing it would reset the connection."""
    if not hasattr(select, "poll"):
        return bool(select.select([descriptor], [], [], 0)[0])
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return any(event & select.POLLIN for _, event in poll.poll(0))
