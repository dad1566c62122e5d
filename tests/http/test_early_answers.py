"""No answer that nobody asked for: what follows a request that was refused early is never taken for another."""

import re
import socket
import time
from collections.abc import Iterator

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from app.http import connection as connections
from app.http.connection import HEADERS_BYTES
from tests.contract.asking import require_protection
from tests.http.test_server import connect, everything, running

_GET = b"GET /next HTTP/1.1\r\nHost: x\r\n\r\n"


async def refusing(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer 401 at once, without a look at the body, and 200 to GET."""
    if scope["type"] == "lifespan":
        while True:
            kind = (await receive())["type"]
            await send({"type": f"{kind}.complete"})
            if kind == "lifespan.shutdown":
                return
    if scope["path"] == "/read":
        while (await receive()).get("more_body"):
            pass
    status = 200 if scope["method"] == "GET" or scope["path"] == "/read" else 401
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with running(refusing) as listening:
        yield listening


def statuses(answers: bytes) -> list[int]:
    return [int(found) for found in re.findall(rb"HTTP/1\.1 (\d{3})", answers)]


def _answer(caller: socket.socket) -> bytes:
    found = b""
    while not found.endswith(b"ok"):
        found += caller.recv(1000)
    return found


def asked(listener: socket.socket, *parts: bytes) -> bytes:
    """What comes back for these parts, to the end of the connection."""
    with connect(listener) as caller:
        for part in parts:
            caller.sendall(part)
            time.sleep(0.05)
        caller.shutdown(socket.SHUT_WR)
        return everything(caller)


def _post(headers: bytes, path: bytes = b"/") -> bytes:
    return b"POST " + path + b" HTTP/1.1\r\nHost: x\r\n" + headers + b"\r\n"


def test_a_refused_body_is_dropped_and_its_connection_ends(listener: socket.socket) -> None:
    """The rest of the body is a request, for whoever forgets that it is a body."""
    for part in (b"a" * 40, _GET + b"a" * 100, b"GET / HTTP/1.1\r\nX: " + b"a" * HEADERS_BYTES * 2):
        length = b"Content-Length: %d\r\n" % len(part)
        answers = asked(listener, _post(length), part, _GET)
        assert statuses(answers) == [401], part[:20]
        assert b"connection: close" in answers


def test_a_sender_of_much_still_reads_the_refusal(listener: socket.socket) -> None:
    with connect(listener) as caller:
        caller.sendall(_post(b"Content-Length: 8000000\r\n"))
        for _ in range(80):
            caller.sendall(b"a" * 100_000)
        answers = everything(caller)
    assert statuses(answers) == [401]


def test_a_refusal_ends_a_sender_that_never_ends(listener: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "LINGER_BYTES", 1_000_000)
    with connect(listener) as caller:
        caller.sendall(_post(b"Content-Length: 100000000\r\n"))
        with pytest.raises(ConnectionError):
            caller.sendall(b"a" * 100_000_000)


def test_a_sender_that_falls_silent_after_a_refusal_is_let_go(
    listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "LINGER_SECONDS", 0.3)
    with connect(listener) as caller:
        caller.sendall(_post(b"Content-Length: 1000\r\n"))
        assert statuses(everything(caller)) == [401]
        time.sleep(0.5)
        caller.sendall(b"a")
        time.sleep(0.2)
        with pytest.raises(ConnectionError):
            caller.sendall(b"a")


def test_a_caller_that_waits_for_100_is_told_that_its_connection_ends(listener: socket.socket) -> None:
    """It may send the body or the next request: nobody could tell which."""
    answers = asked(listener, _post(b"Content-Length: 100\r\nExpect: 100-continue\r\n"), _GET)
    assert (statuses(answers), b"connection: close" in answers) == ([401], True)
    read = asked(listener, _post(b"Content-Length: 2\r\nExpect: 100-continue\r\n", b"/read"), b"ab", _GET)
    assert statuses(read) == [100, 200, 200]


def test_a_chunk_that_cannot_be_read_is_refused_once(listener: socket.socket) -> None:
    """At once where the body is awaited; not at all where the answer has left."""
    chunked = b"Transfer-Encoding: chunked\r\n"
    awaited = asked(listener, _post(chunked, b"/read"), b"zz\r\n", _GET)
    assert (statuses(awaited), awaited.count(b'"code":"malformed_request"')) == ([400], 1)
    assert statuses(asked(listener, _post(chunked), b"zz\r\n", _GET)) == [401]
    assert statuses(asked(listener, _GET + _post(chunked, b"/read") + b"zz\r\n")) in ([200], [200, 400])


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
        b"Content-Length: 3\r\nContent-Length: 3\r\n",
        b"Content-Length: +3\r\n",
        b"Content-Length: 3, 3\r\n",
        b"Transfer-Encoding: gzip\r\n",
        b"Transfer-Encoding: chunked, identity\r\n",
        b"Transfer-Encoding : chunked\r\n",
        b" folded\r\n",
    ],
)
def test_a_body_of_two_lengths_is_refused(listener: socket.socket, head: bytes) -> None:
    assert statuses(asked(listener, _post(head) + b"0\r\n\r\n" + _GET)) == [400]


@pytest.mark.parametrize(
    "request_",
    [
        b"GET /\r\n\r\n",
        b"GET / HTTP/0.9\r\n\r\n",
        b"GET / HTTP/0.9\r\nHost: x\r\n\r\n",
        b"GET / HTTP/2.0\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"HEAD / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: \r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n",
        *(
            b"GET / HTTP/1.1\r\nHost: " + host + b"\r\n\r\n"
            for host in (b"a b", b"a/b", b"a:port", b"user@a", b"a,b/", b"[::1", b"a:1:2", b"<a>", b"\xe9")
        ),
    ],
)
def test_a_request_without_one_sound_host_is_refused(listener: socket.socket, request_: bytes) -> None:
    answers = asked(listener, request_)
    assert statuses(answers) == [400]
    head, _, body = answers.partition(b"\r\n\r\n")
    assert b"content-type: application/problem+json" in head
    assert b'"code":"malformed_request"' in body or request_.startswith(b"HEAD")


@pytest.mark.parametrize(
    "host", [b"x", b"x:", b"a.example:8000", b"127.0.0.1:80", b"[::1]:80", b"xn--bcher-kva.example"]
)
def test_a_sound_host_is_taken(listener: socket.socket, host: bytes) -> None:
    assert statuses(asked(listener, b"GET / HTTP/1.1\r\nHost: " + host + b"\r\n\r\n")) == [200]


def test_http_1_0_may_leave_the_host_out(listener: socket.socket) -> None:
    assert statuses(asked(listener, b"GET / HTTP/1.0\r\n\r\n")) == [200]


def test_pipelined_requests_are_answered_in_order(listener: socket.socket) -> None:
    assert statuses(asked(listener, _GET * 3)) == [200] * 3


def test_a_request_to_upgrade_is_the_last(listener: socket.socket) -> None:
    """The parser drops what follows it, and a caller would wait for that answer."""
    answers = asked(listener, b"GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n")
    assert (statuses(answers), b"connection: close" in answers) == ([200], True)


def test_what_the_server_refuses_is_protected_too(listener: socket.socket) -> None:
    flood = b"GET / HTTP/1.1\r\nX: " + b"a" * (HEADERS_BYTES + 1)
    for request in (b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01 hello\r\n\r\n", flood):
        head = asked(listener, request).partition(b"\r\n\r\n")[0].decode("latin-1")
        lines = [line.split(": ", 1) for line in head.split("\r\n")[1:]]
        require_protection(httpx.Headers([(name, value) for name, value in lines]))


def test_slow_headers_are_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a new connection, and of a kept one; silence between two requests is no fault."""
    monkeypatch.setattr(connections, "HEADERS_SECONDS", 0.5)
    with (
        running(refusing) as listener,
        connect(listener) as silent,
        connect(listener) as slow,
        connect(listener) as kept,
    ):
        kept.sendall(_GET)
        assert statuses(_answer(kept)) == [200]
        slow.sendall(b"GET / HTTP/1.1\r\n")
        assert everything(silent) == everything(slow) == b""
        kept.sendall(_GET)
        assert statuses(_answer(kept)) == [200]
        kept.sendall(b"GET / HTTP/1.1\r\n")
        assert everything(kept) == b""
