"""The demonstration's server: the one already running at HOST and PORT, or one that it starts."""

import os
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from types import FrameType

import httpx

from app.demo.client import DemoFailed
from app.demo.screen import Screen
from app.settings import Settings

_START_SECONDS = 120
_STOP_SECONDS = 30
_WHO = "The demonstration"


@dataclass(frozen=True)
class Server:
    """A running server. `start_again` is the command to restart one that stops with the demonstration, else None."""

    address: str
    start_again: str | None


@contextmanager
def reached_server(settings: Settings, screen: Screen) -> Iterator[Server]:
    """Use the running server, or start one and stop it at the end.

    A server started here logs to `DATA_DIR/demo-server.log`. Raises `DemoFailed` if it does not start or if another
    program listens at the address.
    """
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)
    port = settings.port or _free_port(host)
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    if settings.port and _is_alive(address):
        screen.line(_WHO, f"uses the server already running at {address}")
        yield Server(address, None)
        return
    log = settings.data_dir.absolute() / "demo-server.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    screen.line(_WHO, f"starts a server at {address}; its output is in {log}")
    process = _start(port, log)
    # Without this, a SIGTERM would end the demonstration and leave its server behind.
    previous = signal.signal(signal.SIGTERM, _leave)
    try:
        _wait_until_ready(address, process, log)
        yield Server(address, f"make run PORT={port} DATA_DIR={shlex.quote(str(log.parent))}")
    finally:
        signal.signal(signal.SIGTERM, previous)
        _stop(process)


def _leave(number: int, _: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _free_port(host: str) -> int:
    with socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET) as listener:
        port: int = listener.getsockname()[1]
        return port


def _get(address: str, path: str) -> httpx.Response | None:
    try:
        return httpx.get(f"{address}{path}", timeout=5, trust_env=False)
    except httpx.TransportError:
        return None


def _is_alive(address: str) -> bool:
    answer = _get(address, "/livez")
    if answer is None:
        return False
    if answer.status_code != 200 or '"alive"' not in answer.text:
        raise DemoFailed(f"Something else listens at {address}: set PORT to another port, or to 0 for any free one.")
    return True


def _start(port: int, log: Path) -> subprocess.Popen[bytes]:
    # Rate limits count by network address, and every run of the demonstration shares one.
    environment = {"RATE_LIMIT_SCALE": "100"} | os.environ | {"PORT": str(port)}
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "app", "run"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            # Keep Ctrl+C from the server: the demonstration catches it and shuts the server down cleanly.
            start_new_session=True,
        )


def _wait_until_ready(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = monotonic() + _START_SECONDS
    while monotonic() < until:
        if process.poll() is not None:
            raise DemoFailed(f"The server did not start: {_last_line(log)}")
        answer = _get(address, "/readyz")
        if answer is not None and answer.status_code == 200:
            return
        sleep(0.2)
    raise DemoFailed(f"The server was not ready within {_START_SECONDS} seconds; see {log}.")


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1] if lines else f"see {log}."


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
