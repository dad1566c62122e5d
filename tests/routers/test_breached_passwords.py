"""The optional question about breached passwords, against a small server: refused, padded, down, slow, nonsense."""

import asyncio
import hashlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from app.database import Database
from app.integrations.breached_passwords import OUTCOMES, BreachedPasswords
from app.main import create_app
from app.settings import Settings
from tests.world import PASSWORD, World

NEW = "another-Long-phrase-77"
DIGITS = hashlib.sha1(NEW.encode(), usedforsecurity=False).hexdigest().upper()
OTHERS = "0018A45C4D1DEF81644B54AB7F969B88D65:3\r\n00D4F6E8FA6EECAD2A3AA415EEC418D38EC:2\r\n"


class Range(ThreadingHTTPServer):
    """Answers as it is told, and keeps what it was asked."""

    # Closing it waits for the answers that are under way.
    daemon_threads = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer: Callable[[], bytes] = lambda: OTHERS.encode()
        self.status = 200
        self.asked: list[tuple[str, str | None]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/range"


class _Handler(BaseHTTPRequestHandler):
    server: Range

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers["Add-Padding"]))
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(self.server.answer())

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def service() -> Iterator[Range]:
    with Range() as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield made
        made.shutdown()
        thread.join()


async def _asked(url: str) -> tuple[bool, str]:
    before = OUTCOMES.copy()
    found = await BreachedPasswords(url).has(NEW)
    (outcome,) = (OUTCOMES - before).keys()
    return found, outcome


async def test_a_breached_password_is_found_by_five_digits(service: Range) -> None:
    assert await _asked(service.url) == (False, "unknown")
    service.answer = lambda: f"{OTHERS}{DIGITS[5:]}:0\r\n".encode()
    assert await _asked(service.url) == (False, "unknown")
    service.answer = lambda: f"{OTHERS}{DIGITS[5:].lower()}:17\r\n".encode()
    assert await _asked(f"{service.url}/") == (True, "breached")
    assert service.asked == [(f"/range/{DIGITS[:5]}", "true")] * 3


@pytest.mark.parametrize(
    "answer", [b"<html>no such thing</html>", b"\xff\xfe\x00", b"ABC:1", DIGITS[5:].encode() + b":x"]
)
async def test_nonsense_blocks_nobody(service: Range, answer: bytes) -> None:
    service.answer = lambda: answer
    assert await _asked(service.url) == (False, "unavailable")


@pytest.mark.parametrize("status", [404, 429, 503])
async def test_a_refusal_blocks_nobody(service: Range, status: int) -> None:
    service.status = status
    assert await _asked(service.url) == (False, "unavailable")


@contextmanager
def _saying(*pieces: bytes, pause: float = 0) -> Iterator[tuple[str, list[int]]]:
    """A server that says this, whatever it is asked: its URL, and how many it answers at each new connection."""
    open_now: set[socket.socket] = set()
    numbers: list[int] = []
    ended = threading.Event()

    def talk(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.recv(4096)
            for piece in pieces:
                connection.sendall(piece)
                if ended.wait(pause):
                    break
        open_now.discard(connection)

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                open_now.add(connection)
                numbers.append(len(open_now))
                threading.Thread(target=talk, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/range", numbers
        ended.set()
        listener.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(
    "answer",
    [
        b"nothing of HTTP\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n",
        b"",
    ],
    ids=["no HTTP", "cut off", "too many headers", "nothing"],
)
async def test_what_is_no_answer_blocks_nobody(answer: bytes) -> None:
    with _saying(answer) as (url, _):
        assert await _asked(url) == (False, "unavailable")


async def test_nobody_else_is_told_the_digits(service: Range) -> None:
    service.answer = lambda: f"{DIGITS[5:]}:17\r\n".encode()
    moved = f"HTTP/1.1 302 Found\r\nLocation: {service.url}/x\r\nContent-Length: 0\r\n\r\n"
    with _saying(moved.encode()) as (url, _):
        assert await _asked(url) == (False, "unavailable")
    assert service.asked == []


async def test_a_service_that_drips_holds_few_threads() -> None:
    with _saying(b"HTTP/1.1 200 OK\r\n\r\n", *[b"0"] * 200, pause=0.5) as (url, numbers):
        asked = BreachedPasswords(url)
        for _ in range(2):
            assert await asyncio.gather(*(asked.has(NEW) for _ in range(10))) == [False] * 10
        assert max(numbers) <= 8


async def test_a_service_that_is_down_or_slow_blocks_nobody(service: Range) -> None:
    assert await _asked("http://127.0.0.1:9/range") == (False, "unavailable")
    may_end = threading.Event()

    def slow() -> bytes:
        may_end.wait(30)
        return b""

    service.answer = slow
    begun = time.monotonic()
    asked = BreachedPasswords(service.url)
    # More than there are threads for: those give up as well.
    assert await asyncio.gather(*(asked.has(NEW) for _ in range(12))) == [False] * 12
    assert time.monotonic() - begun < 10
    may_end.set()


async def test_a_breached_password_is_refused_and_no_connection_waits(
    world: World, settings: Settings, database: Database, service: Range
) -> None:
    login = (await world.centre()).user
    held = []

    def answer() -> bytes:
        held.append(database.leases.held)
        return f"{DIGITS[5:]}:17\r\n".encode()

    service.answer = answer
    chosen = settings.model_copy(update={"breached_passwords_url": service.url})
    transport = httpx.ASGITransport(app=create_app(chosen, database=database, clock=world.clock))
    async with httpx.AsyncClient(transport=transport, base_url="http://t") as client:

        async def change(current: str, new: str) -> list[str]:
            body = {"current_password": current, "new_password": new}
            answer = await client.put("/v1/me/password", json=body, headers=login.headers)
            return [fault["code"] for fault in answer.json().get("errors", [])] or [str(answer.status_code)]

        assert await change(PASSWORD, NEW) == ["password_breached"]
        assert await change(PASSWORD, "Password-2026!") == ["password_too_common"]
        assert (len(service.asked), held) == (1, [0])
        assert await change(PASSWORD, "a-third-Long-phrase-99") == ["200"]
