"""The real server and the example's server, each in a separate process on a free port."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import httpx

from scripts.node import command, environment

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "front-end"
_START_SECONDS = 120
_STOP_SECONDS = 30


@dataclass(frozen=True)
class Api:
    """The API that runs at `address`, with its data in `folder`."""

    address: str
    folder: Path
    environment: dict[str, str]

    def app(self, *words: str, typed: str = "") -> str:
        """What the operator's command line answers: `python -m app …` on this API's data."""
        running = [sys.executable, "-m", "app", *words]
        done = subprocess.run(
            running, cwd=ROOT, env=self.environment, input=typed, capture_output=True, text=True, check=True
        )
        return done.stdout


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def origin_of(port: int) -> str:
    """The example's origin. By name: no passkey belongs to a bare address."""
    return f"http://localhost:{port}"


@contextmanager
def running_api(folder: Path, *, origin: str) -> Iterator[Api]:
    """The API with database and worker; pages of `origin` may read its answers."""
    port = free_port()
    settings = {
        "PORT": str(port),
        "DATA_DIR": str(folder),
        "CORS_ORIGINS": origin,
        # The limits count by network address, and here everybody has the same one.
        "RATE_LIMIT_SCALE": "100",
    }
    inherited = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "SMTP__HOST")}
    api = Api(f"http://127.0.0.1:{port}", folder, inherited | settings)
    with _running([sys.executable, "-m", "app", "run"], api.environment, folder / "api.log", f"{api.address}/readyz"):
        yield api


@contextmanager
def running_example(port: int, api_address: str, log: Path) -> Iterator[str]:
    """The example's own server; its origin is handed out."""
    origin = origin_of(port)
    settings = environment() | {"PORT": str(port), "API_ADDRESS": api_address}
    with _running([*command(EXAMPLE, "node"), str(EXAMPLE / "serve.mjs")], settings, log, f"{origin}/config.json"):
        yield origin


def build_example() -> None:
    """Compile the example against the contract as it stands."""
    subprocess.run([*command(EXAMPLE, "node"), str(EXAMPLE / "build.mjs")], env=environment(), check=True)


@contextmanager
def _running(words: list[str], settings: dict[str, str], log: Path, until: str) -> Iterator[None]:
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(words, cwd=ROOT, env=settings, stdout=output, stderr=subprocess.STDOUT)
        try:
            _wait(process, until, log)
            yield
        finally:
            process.terminate()
            process.wait(_STOP_SECONDS)


def _wait(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    end = monotonic() + _START_SECONDS
    while monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"It did not start: {log.read_text(errors='replace')[-2000:]}")
        try:
            if httpx.get(address, timeout=5, trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            pass
        sleep(0.2)
    raise RuntimeError(f"{address} did not answer within {_START_SECONDS} seconds; see {log}.")
