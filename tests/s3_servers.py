"""Two S3 services on loopback, and a proxy in front of one that injects faults.

rclone checks signatures, and ignores ranges and preconditions; moto has both, and takes any key. Each starts once, when
a test first asks for its port.
"""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from pydantic import SecretStr

from app.integrations.storage import S3DocumentStore
from app.settings import S3

ACCESS_KEY, SECRET_KEY, BUCKET = "the-access-key", "the-secret-key", "documents"


def s3_settings(port: int, **more: object) -> S3:
    """The settings of a client of a service on this port."""
    given = {
        "endpoint": f"http://127.0.0.1:{port}",
        "access_key_id": ACCESS_KEY,
        "secret_access_key": SecretStr(SECRET_KEY),
        "timeout_seconds": 2,
    }
    return S3.model_validate(given | more)


def s3_store(port: int, prefix: str = "", **more: object) -> S3DocumentStore:
    """A store in the bucket of a service on this port."""
    return S3DocumentStore(BUCKET, prefix, s3_settings(port, **more))


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def rclone(folder: Path) -> Iterator[int]:
    """Run the service that checks signatures, on a folder that holds the bucket."""
    (folder / BUCKET).mkdir(parents=True, exist_ok=True)
    port = free_port()
    program = Path(sys.executable).with_name("rclone")
    options = ["--addr", f"127.0.0.1:{port}", "--auth-key", f"{ACCESS_KEY},{SECRET_KEY}", "--config", "/dev/null"]
    with _running([str(program), "serve", "s3", *options, str(folder)], port):
        yield port


@contextmanager
def moto() -> Iterator[int]:
    """Run the service with ranges and conditional writes, and create the bucket."""
    port = free_port()
    with _running([sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], port):
        _create_bucket(port)
        yield port


def _create_bucket(port: int) -> None:
    request = f"PUT /{BUCKET} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=10) as asking:
        asking.sendall(request.encode())
        assert b" 200 " in asking.recv(1000)


@contextmanager
def _running(command: list[str], port: int) -> Iterator[None]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 60
        while True:
            assert process.poll() is None, f"{command[0]} ended"
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            assert time.monotonic() < until, f"{command[0]} does not listen"
            time.sleep(0.05)
        yield
    finally:
        process.kill()
        process.wait()


class FaultyProxy:
    """Passes bytes to a service and back, unless told otherwise; one thread for each direction."""

    def __init__(self, behind: int) -> None:
        self._behind = behind
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.answer: bytes | None = None
        """Sent instead of the service's answer; `b""` for none at all."""
        self.cut_after: int | None = None
        """Reset each connection after so many bytes of answers."""
        self.pause = 0.0
        """Seconds before each piece of an answer."""
        self.connections = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with suppress(OSError), client, socket.create_connection(("127.0.0.1", self._behind)) as service:
            threading.Thread(target=self._forward, args=(client, service), daemon=True).start()
            passed = 0
            while piece := service.recv(16 * 1024):
                time.sleep(self.pause)
                if self.cut_after is not None and passed + len(piece) > self.cut_after:
                    client.sendall(piece[: self.cut_after - passed])
                    # Closed with unread bytes or without lingering, a connection is reset.
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                    return
                passed += len(piece)
                client.sendall(piece)

    def _forward(self, client: socket.socket, service: socket.socket) -> None:
        with suppress(OSError):
            while piece := client.recv(64 * 1024):
                if self.answer is not None:
                    if self.answer and b"\r\n\r\n" in piece:
                        client.sendall(self.answer)
                    continue
                service.sendall(piece)
            service.shutdown(socket.SHUT_WR)


def answer_of(status: str, body: str = "") -> bytes:
    """A whole HTTP answer."""
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode()


@pytest.fixture(scope="session")
def rclone_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with rclone(tmp_path_factory.mktemp("rclone")) as port:
        yield port


@pytest.fixture(scope="session")
def moto_port() -> Iterator[int]:
    with moto() as port:
        yield port


@pytest.fixture
def proxy(moto_port: int) -> Iterator[FaultyProxy]:
    faulty = FaultyProxy(moto_port)
    yield faulty
    faulty.close()
