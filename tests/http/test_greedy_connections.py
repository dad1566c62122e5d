"""What costs its sender nearly nothing is bounded before it costs the server much."""

import re
import socket
from collections.abc import Iterator

import pytest

from app.http.connection import HEADERS, HEADERS_BYTES, PIPELINED_REQUESTS
from tests.http.test_server import connect, echo, everything, problem_in, running


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with running(echo) as listening:
        yield listening


def _request(headers: int = 1, path: str = "/") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: x\r\n".encode() + b"a:\r\n" * (headers - 1) + b"\r\n"


def test_too_many_headers_are_refused(listener: socket.socket) -> None:
    """Few bytes are enough for thousands, and each is an object."""
    large = _request(HEADERS + 1)
    assert len(large) < HEADERS_BYTES / 50
    with connect(listener) as caller:
        caller.sendall(large)
        assert problem_in(everything(caller))["code"] == "headers_too_large"


def test_as_many_headers_as_are_allowed_are_taken(listener: socket.socket) -> None:
    with connect(listener) as caller:
        caller.sendall(_request(HEADERS))
        _read(caller, answers=1)
        caller.sendall(_request())
        _read(caller, answers=1)


def test_requests_that_are_sent_at_once_are_answered_up_to_a_bound(listener: socket.socket) -> None:
    """The answer to the last of them ends the connection, so that its sender knows which to send again."""
    with connect(listener) as caller:
        caller.sendall(_request(path="/?1") + _request() * 5_000)
        received = everything(caller)
    assert _answers(received) == [b"200"] * (1 + PIPELINED_REQUESTS)
    assert received.count(b"connection: close") == 1
    assert b"connection: close" in received.rpartition(b"HTTP/1.1")[2]


def test_fewer_requests_at_once_keep_their_connection(listener: socket.socket) -> None:
    with connect(listener) as caller:
        for _ in range(3):
            caller.sendall(_request() * PIPELINED_REQUESTS)
            assert b"connection: close" not in _read(caller, answers=PIPELINED_REQUESTS)


def _answers(received: bytes) -> list[bytes]:
    return re.findall(rb"HTTP/1\.1 (\d{3})", received)


def _read(caller: socket.socket, answers: int) -> bytes:
    """Read so many answers: each ends with the address that the app has seen."""
    received = b""
    while received.count(b"http 127.0.0.1") < answers:
        received += caller.recv(65536)
    assert _answers(received) == [b"200"] * answers
    return received
