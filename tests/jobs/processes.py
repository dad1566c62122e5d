"""Workers as processes of their own, which signals reach and `kill -9` ends."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from app.settings import Settings
from tests.jobs.relay import Relay

ROOT = Path(__file__).parents[2]


class WorkerProcess:
    """`python -m app worker`, and what it has logged."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._lines: list[str] = []
        self._started = asyncio.Event()
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            self._lines.append(line.decode())
            if "worker_started" in self._lines[-1]:
                self._started.set()
        self._started.set()

    @property
    def log(self) -> str:
        """What it wrote to standard error."""
        return "".join(self._lines)

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    async def started(self) -> None:
        """Wait until it takes jobs."""
        await asyncio.wait_for(self._started.wait(), 60)
        assert self._process.returncode is None, self.log

    def send(self, kind: signal.Signals) -> None:
        """Send a signal, unless the process has ended."""
        with suppress(ProcessLookupError):
            self._process.send_signal(kind)

    async def ended(self, seconds: float) -> float:
        """Wait for its end; return how long that took. `TimeoutError` when it takes longer."""
        begun = time.monotonic()
        await asyncio.wait_for(self._process.wait(), seconds)
        await self._reading
        return time.monotonic() - begun


def environment(settings: Settings, relay: Relay, **others: str) -> dict[str, str]:
    """The environment of a worker on the database of the settings, which sends through the relay."""
    assert settings.database_url is not None
    assert settings.secret_key is not None
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "DATA_DIR": str(settings.data_dir),
        "SECRET_KEY": settings.secret_key.get_secret_value(),
        "SMTP__HOST": "127.0.0.1",
        "SMTP__PORT": str(relay.port),
        "SMTP__START_TLS": "false",
        **others,
    }


@asynccontextmanager
async def worker_process(variables: Mapping[str, str]) -> AsyncIterator[WorkerProcess]:
    """Start a worker; kill it at the end if it still runs."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app", "worker", cwd=ROOT, env=variables, stderr=asyncio.subprocess.PIPE
    )
    worker = WorkerProcess(process)
    try:
        yield worker
    finally:
        worker.send(signal.SIGKILL)
        await worker.ended(10)
