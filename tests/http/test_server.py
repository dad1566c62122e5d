"""The HTTP server on a real socket: refusals, timeouts and shutdown."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from app.http import admission
from app.http.connection import HEADERS_BYTES
from app.http.listening import ServerError, address_of, listen
from app.http.server import run_server
from app.settings import Settings
from tests.conformance.answers import Answer
from tests.conformance.plugin import judge
from tests.contract.operations import operations

ROOT = Path(__file__).resolve().parents[2]


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the client's address after the number of seconds in the query."""
    if scope["type"] == "lifespan":
        while True:
            kind = (await receive())["type"]
            await send({"type": f"{kind}.complete"})
            if kind == "lifespan.shutdown":
                return
    while (await receive()).get("more_body"):
        pass
    seconds = scope["query_string"]
    await asyncio.sleep(float(seconds) if seconds.isdigit() else 0)
    body = f"{scope['scheme']} {scope['client'][0]}".encode()
    length = str(len(body)).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]})
    await send({"type": "http.response.body", "body": body})


@contextmanager
def running(app: ASGIApp = echo, **settings: object) -> Iterator[socket.socket]:
    """Run a server in a thread; yield its listening socket."""
    listener = listen("127.0.0.1", 0)
    started = threading.Event()
    loop = asyncio.new_event_loop()
    chosen = Settings.model_validate(settings)
    task = loop.create_task(run_server(app, chosen, listener=listener, on_started=started.set))

    def serve() -> None:
        with pytest.raises(asyncio.CancelledError):
            loop.run_until_complete(task)
        loop.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        assert started.wait(10)
        yield listener
    finally:
        if not loop.is_closed():
            loop.call_soon_threadsafe(task.cancel)
        thread.join(20)


def connect(listener: socket.socket) -> socket.socket:
    return socket.create_connection(listener.getsockname(), timeout=10)


def connect_to(address: str) -> socket.socket:
    url = httpx.URL(address)
    return socket.create_connection((url.host, url.port), timeout=10)


def everything(connection: socket.socket) -> bytes:
    """Read to the end, which is a reset where the server closes before it has read the last of a flood."""
    parts = []
    with suppress(ConnectionResetError):
        while part := connection.recv(65536):
            parts.append(part)
    return b"".join(parts)


def problem_in(answer: bytes) -> dict[str, object]:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"content-type: application/problem+json" in head
    assert b"connection: close" in head
    problem: dict[str, object] = json.loads(body)
    return problem


def test_a_port_in_use_is_reported_in_one_line() -> None:
    with listen("127.0.0.1", 0) as taken, pytest.raises(ServerError, match=r"Cannot listen on .*in use") as refusal:
        listen("127.0.0.1", taken.getsockname()[1])
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("host", ["192.0.2.1", "no such host"])
def test_a_foreign_address_is_reported_in_one_line(host: str) -> None:
    with pytest.raises(ServerError, match=f"Cannot listen on {host} port 0"):
        listen(host, 0)


def test_a_response_does_not_wait_for_a_tcp_acknowledgement() -> None:
    """With Nagle's algorithm the body, a second write, would wait on every persistent connection."""
    listener = listen("127.0.0.1", 0)
    with listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_an_app_that_refuses_to_start_is_an_error_and_frees_the_port() -> None:
    async def refuses(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError("not today")

    listener = listen("127.0.0.1", 0)
    with pytest.raises(ServerError, match="refused to start"):
        asyncio.run(run_server(refuses, Settings(), listener=listener, on_started=lambda: pytest.fail("it started")))
    assert listener.fileno() == -1


def test_endless_headers_are_refused() -> None:
    with running() as listener, connect(listener) as flooding:
        flooding.sendall(b"GET / HTTP/1.1\r\nX: ".ljust(HEADERS_BYTES + 1, b"a"))
        problem = problem_in(everything(flooding))
        assert (problem["status"], problem["code"]) == (431, "headers_too_large")


def test_a_refusal_reaches_a_sender_that_still_sends() -> None:
    """The rest is dropped for a while: closing at once would reset the connection, and the answer would be lost."""
    with running() as listener, connect(listener) as flooding:
        flooding.sendall(b"GET / HTTP/1.1\r\nX: " + b"a" * (HEADERS_BYTES + 1))
        first = flooding.recv(1)
        for _ in range(5):
            flooding.sendall(b"a" * 10_000)
        problem = problem_in(first + everything(flooding))
        assert problem["code"] == "headers_too_large"


def test_a_sender_that_never_stops_after_a_refusal_is_cut_off() -> None:
    with running() as listener, connect(listener) as flooding:
        flooding.sendall(b"GET / HTTP/1.1\r\nX: " + b"a" * (HEADERS_BYTES + 1))
        flooding.recv(1)
        with pytest.raises(ConnectionError):
            flooding.sendall(b"a" * 100_000_000)


def test_headers_that_arrive_in_one_read_are_limited_too() -> None:
    """One read may exceed the limit. Many small headers and a long address count alike."""
    small = b"".join(b"X-%d: %s\r\n" % (number, b"a" * 100) for number in range(700))
    for request in (b"GET / HTTP/1.1\r\nHost: x\r\n" + small, b"GET /?" + b"a" * 66_000 + b" HTTP/1.1\r\nHost: x\r\n"):
        with running() as listener, connect(listener) as flooding:
            flooding.sendall(request + b"\r\n")
            problem = problem_in(everything(flooding))
            assert (problem["status"], problem["code"]) == (431, "headers_too_large")


def test_oversized_headers_get_the_documented_problem() -> None:
    """On every operation, because the server refuses before routing."""
    with running() as listener:
        for op in operations():
            with connect(listener) as flooding:
                flooding.sendall(f"{op.method} {op.path} HTTP/1.1\r\nX: ".encode().ljust(HEADERS_BYTES + 1, b"a"))
                head, _, body = everything(flooding).partition(b"\r\n\r\n")
            status, *lines = head.decode().split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            del headers["connection"], headers["date"]
            assert status.split()[1] == "431"
            assert judge(Answer(op.method, op.path, 431, headers, body)) == []


def test_the_header_limit_applies_to_each_request() -> None:
    """It does not add up over a connection, and does not count bodies."""
    with running() as listener, httpx.Client() as client:
        for _ in range(3):
            answer = client.post(address_of(listener), headers={"X": "a" * 60_000}, content=b"b" * 200_000)
            assert answer.status_code == 200
            assert "connection" not in answer.headers


def test_a_request_that_is_not_http_gets_a_problem() -> None:
    with running() as listener, connect(listener) as confused:
        confused.sendall(b"\x16\x03\x01 hello\r\n\r\n")
        problem = problem_in(everything(confused))
        assert (problem["status"], problem["code"]) == (400, "malformed_request")


@pytest.mark.parametrize(
    "target", [b"CONNECT elsewhere.example:443", b"GET /\xff", b"GET http://elsewhere.example:99999999/"]
)
@pytest.mark.parametrize("before", [b"", b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"], ids=["first", "later"])
def test_a_target_that_cannot_be_read_gets_a_problem(
    target: bytes, before: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with running() as listener, connect(listener) as connection:
        connection.sendall(before)
        if before:
            connection.recv(65536)
        connection.sendall(target + b" HTTP/1.1\r\nHost: a\r\n\r\n")
        assert problem_in(everything(connection))["code"] == "malformed_request"
    assert "Traceback" not in caplog.text


def test_excess_concurrent_requests_get_503(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "REQUESTS_AT_ONCE", 1)
    with running() as listener, connect(listener) as first:
        first.sendall(b"GET /?1 HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(0.2)
        refused = httpx.get(address_of(listener))
        assert (refused.status_code, refused.json()["code"]) == (503, "overloaded")
        assert refused.headers["retry-after"] == "1"
        assert first.recv(65536).startswith(b"HTTP/1.1 200")
        assert httpx.get(address_of(listener)).status_code == 200


def test_one_network_cannot_take_every_slot(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even from many addresses of an IPv6 network. Other networks are still served."""
    monkeypatch.setattr(admission, "REQUESTS_OF_A_NETWORK_AT_ONCE", 1)
    with running(trusted_proxies=("127.0.0.1",)) as listener, connect(listener) as first:
        first.sendall(b"GET /?1 HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 2001:db8::1\r\n\r\n")
        time.sleep(0.2)
        refused = httpx.get(address_of(listener), headers={"X-Forwarded-For": "2001:db8::2"})
        assert (refused.status_code, refused.json()["code"]) == (503, "overloaded")
        assert httpx.get(address_of(listener), headers={"X-Forwarded-For": "2001:db8:1::1"}).status_code == 200
        assert first.recv(65536).startswith(b"HTTP/1.1 200")
        assert httpx.get(address_of(listener), headers={"X-Forwarded-For": "2001:db8::2"}).status_code == 200


def test_a_forwarded_address_is_trusted_only_from_a_trusted_proxy() -> None:
    forwarded = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}
    with running() as listener:
        assert httpx.get(address_of(listener), headers=forwarded).text == "http 127.0.0.1"
    with running(trusted_proxies=("10.1.1.1",)) as listener:
        assert httpx.get(address_of(listener), headers=forwarded).text == "http 127.0.0.1"
    for proxies in (("127.0.0.1",), ("127.0.0.9/8",), ("10.1.1.1", "*")):
        with running(trusted_proxies=proxies) as listener:
            assert httpx.get(address_of(listener), headers=forwarded).text == "https 203.0.113.9"


@pytest.mark.parametrize(
    ("lines", "seen"),
    [
        # The client's own claim stands on the left; each proxy adds whom it saw.
        (["203.0.113.9, 198.51.100.4, 10.1.2.3"], "198.51.100.4"),
        (["203.0.113.9", "198.51.100.4", "10.1.2.3"], "198.51.100.4"),
        (["127.0.0.1, 10.9.9.9, 198.51.100.4"], "198.51.100.4"),
        (["10.9.9.9, 2001:db8::7, 10.1.2.3"], "2001:db8::7"),
        (["10.1.2.3, 198.51.100.4:5511"], "198.51.100.4"),
    ],
)
def test_behind_two_proxies_the_nearest_stranger_is_the_client(lines: list[str], seen: str) -> None:
    """Rate limits count this address, so nobody gets another by claiming one."""
    headers = [("X-Forwarded-For", line) for line in lines]
    with running(trusted_proxies=("127.0.0.1", "10.0.0.0/8")) as listener:
        assert httpx.get(address_of(listener), headers=headers).text == f"http {seen}"
    with running(trusted_proxies=("10.0.0.0/8",)) as listener:
        assert httpx.get(address_of(listener), headers=headers).text == "http 127.0.0.1"


def test_a_response_has_a_date_and_no_server_header() -> None:
    with running() as listener:
        headers = httpx.get(address_of(listener)).headers
        assert "date" in headers
        assert "server" not in headers


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM")
def test_sigterm_finishes_requests_in_progress() -> None:
    script = (
        "import asyncio; from app.http.listening import *; from app.http.server import *\n"
        "from app.settings import Settings\n"
        "from tests.http.test_server import echo\n"
        "listener = listen('127.0.0.1', 0)\n"
        "started = lambda: print(address_of(listener), flush=True)\n"
        "asyncio.run(run_server(echo, Settings(drain_seconds=0), listener=listener, on_started=started))\n"
        "print('put away', flush=True)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    with httpx.Client() as client, connect_to(address) as stalled:
        client.get(address)
        stalled.sendall(b"GET / HTTP/1.1\r\n")
        threading.Timer(0.3, process.send_signal, [signal.SIGTERM]).start()
        answer = client.get(f"{address}/?1")
        assert answer.status_code == 200
        assert answer.headers["connection"] == "close"
    output, _ = process.communicate(timeout=10)
    assert output == "put away\n"
    assert process.returncode == 0
