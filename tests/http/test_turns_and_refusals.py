"""A network's requests take turns, and whoever does not heed a refusal waits."""

import asyncio
import socket
import time

import pytest
from starlette.types import Receive, Scope, Send

from app.http import admission
from app.http import connection as connections
from app.http.admission import Admission
from tests.http.test_server import connect, echo, everything, running

_GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


async def refusing(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer 429, or 404 to `/other`."""
    if scope["type"] == "lifespan":
        await echo(scope, receive, send)
        return
    status = 404 if scope["path"] == "/other" else 429
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"no"})


def _ask(caller: socket.socket, request: bytes = _GET) -> float:
    begun = time.monotonic()
    caller.sendall(request)
    received = b""
    while not received.endswith(b"no"):
        received += caller.recv(65536)
    return time.monotonic() - begun


def test_a_connection_that_was_refused_is_not_read_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "PENANCE_SECONDS", 2.0)
    with running(refusing) as listener, connect(listener) as caller, connect(listener) as other:
        _ask(caller)
        assert _ask(caller) > 1.5
        # Others are read at once, and so is this one after another kind of refusal.
        _ask(other, _GET.replace(b"/ ", b"/other "))
        assert _ask(other) < 1.5


def test_behind_a_proxy_no_connection_waits_for_another_callers_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "PENANCE_SECONDS", 60.0)
    with running(refusing, trusted_proxies=("127.0.0.1",)) as listener, connect(listener) as caller:
        for _ in range(3):
            _ask(caller)


async def test_a_network_takes_turns_and_others_do_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "TURNS_OF_A_NETWORK", 2)
    working, may_end = [], asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        working.append(scope["client"][0])
        await may_end.wait()

    guarded = Admission(app, (), "")
    addresses = ["192.0.2.1"] * 4 + ["192.0.2.2"]
    tasks = [asyncio.create_task(guarded(_scope(address), None, None)) for address in addresses]  # type: ignore[arg-type]
    await asyncio.sleep(0.01)
    assert sorted(working) == ["192.0.2.1", "192.0.2.1", "192.0.2.2"]
    may_end.set()
    await asyncio.gather(*tasks)
    assert len(working) == 5


async def test_whoever_waits_too_long_for_a_turn_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "TURNS_OF_A_NETWORK", 1)
    monkeypatch.setattr(admission, "_TURN_SECONDS", 0.05)
    may_end, statuses = asyncio.Event(), []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await may_end.wait()

    async def send(message: object) -> None:
        statuses.append(message.get("status"))  # type: ignore[attr-defined]

    guarded = Admission(app, (), "")
    first = asyncio.create_task(guarded(_scope("192.0.2.1"), None, send))  # type: ignore[arg-type]
    await asyncio.sleep(0)
    await guarded(_scope("192.0.2.1"), None, send)  # type: ignore[arg-type]
    assert statuses[0] == 503
    may_end.set()
    await first


def _scope(address: str) -> Scope:
    return {"type": "http", "method": "GET", "path": "/", "root_path": "", "headers": [], "client": (address, 1)}


def test_nothing_is_read_after_too_many_requests_at_once() -> None:
    with running(echo) as listener, connect(listener) as caller:
        caller.sendall(_GET * 5_000 + b"POST / HTTP/1.1\r\n\r\n" * 10)
        assert everything(caller).count(b"HTTP/1.1") == 1 + connections.PIPELINED_REQUESTS
