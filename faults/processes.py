"""Servers and workers as processes of their own, which can be killed and started again."""

import asyncio
import os
import signal
import socket
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic

from faults.line import Line, Lost

_STARTS_SECONDS = 60


class Process:
    """A child process; its output goes to a file."""

    def __init__(
        self, command: Sequence[str], settings: Mapping[str, str], log: Path, folder: Path | None = None
    ) -> None:
        """`folder` is the working folder: another release's files."""
        self.log = log
        with log.open("ab") as output:
            self._child = subprocess.Popen(
                command, env={**os.environ, **settings}, stdout=output, stderr=subprocess.STDOUT, cwd=folder
            )
        self.pid = self._child.pid

    @property
    def alive(self) -> bool:
        """False once it has ended."""
        return self._child.poll() is None

    @property
    def failed(self) -> bool:
        """True once it has ended with another status than 0."""
        return self._child.poll() not in (None, 0)

    def kill(self) -> None:
        """End it at once, as a power cut does."""
        self._child.kill()
        self._child.wait()

    def terminate(self) -> None:
        """Ask it to end."""
        with suppress(ProcessLookupError):
            self._child.send_signal(signal.SIGTERM)

    async def ended(self, seconds: float) -> float | None:
        """Wait for its end; return how long that took, or None if it still runs after so many seconds."""
        begun = monotonic()
        while self.alive:
            if monotonic() - begun > seconds:
                return None
            await asyncio.sleep(0.01)
        return monotonic() - begun

    def said(self) -> str:
        """The end of its output."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-2000:]

    def lines(self, *words: str) -> int:
        """How many lines of its output have one of the words."""
        output = self.log.read_text(encoding="utf-8", errors="replace")
        return sum(any(word in line for word in words) for line in output.splitlines())

    def close(self) -> None:
        """End it, politely at first."""
        self.terminate()
        try:
            self._child.wait(35)
        except subprocess.TimeoutExpired:
            self.kill()


class Server(Process):
    """A server on a port that it keeps over restarts."""

    def __init__(
        self, command: Sequence[str], settings: Mapping[str, str], log: Path, port: int, folder: Path | None = None
    ) -> None:
        super().__init__(command, {**settings, "PORT": str(port)}, log, folder)
        self.port = port

    async def ready(self) -> None:
        """Wait until it answers 200."""
        deadline = monotonic() + _STARTS_SECONDS
        while self.alive and monotonic() < deadline:
            async with Line(self.port) as line:
                with suppress(Lost):
                    if (await line.ask("GET", "/readyz", seconds=5)).status == 200:
                        return
            await asyncio.sleep(0.01)
        raise RuntimeError(f"the server did not start: {self.said()}")


def free_port() -> int:
    """A port that is free at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
