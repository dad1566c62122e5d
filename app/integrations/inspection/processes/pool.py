"""The server's side: a worker for each file, two at a time, asked without blocking a thread."""

import asyncio
import atexit
import contextlib
import json
import platform
import signal
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass

import structlog
from anyio import CapacityLimiter, to_thread

from app.integrations.inspection.kinds import Inspection
from app.integrations.inspection.processes.messages import (
    CONFINED,
    FORK,
    KILL,
    MESSAGE_BYTES,
    READY,
    STATUS,
    TOO_COMPLEX,
    WALL_CLOCK_SECONDS,
    InspectorFault,
    Unfinished,
    Verdict,
    asking,
    inspection_of,
)
from app.integrations.inspection.processes.program import start_zygote
from app.integrations.inspection.processes.spawned import inspect_in_child

log = structlog.get_logger(__name__)

# Inspecting a hostile file may take seconds and hundreds of megabytes; a small server can bear two at a time.
AT_ONCE = 2
_START_SECONDS = 30
_END_SECONDS = 2
# Another task may take the worker that one has started.
_TRIES = 2 * AT_ONCE
# SIGTERM ends no worker, the limits of memory need the kernel, and forking is unsafe beside macOS's own libraries.
_FORKS = sys.platform == "linux"


@dataclass
class _Worker:
    process: int
    channel: socket.socket
    zygote: "_Zygote"

    def lives(self) -> bool:
        """True unless its channel has ended: it has nothing to say before it is asked."""
        try:
            self.channel.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    async def ask(self, descriptor: int, question: bytes) -> Verdict | None:
        """The verdict about the open file; None from a worker that dies at it. Raises `Unfinished`."""
        try:
            socket.send_fds(self.channel, [question], [descriptor])
            async with asyncio.timeout(WALL_CLOCK_SECONDS):
                answer = await asyncio.get_running_loop().sock_recv(self.channel, MESSAGE_BYTES)
        except TimeoutError as error:
            raise Unfinished("the machine is too busy") from error
        except ConnectionError:
            return None
        verdict: Verdict | None = json.loads(answer) if answer else None
        return verdict

    def end(self) -> None:
        """Kill it and close the channel."""
        self.channel.close()
        self.zygote.kill(self.process)


class _Zygote:
    """The zygote and its control channel. Its methods block: call them in a thread."""

    def __init__(self) -> None:
        """Start it. Raises `OSError` if that fails, and `InspectorFault` if it does not come up."""
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(_START_SECONDS)
        try:
            with theirs:
                self.process: subprocess.Popen[bytes] = start_zygote(theirs.fileno())
        except OSError:
            self._control.close()
            raise
        try:
            said = self._control.recv(MESSAGE_BYTES)
        except OSError as error:
            said = str(error).encode()
        self.confines = said == CONFINED
        if said not in {READY, CONFINED}:
            self.end()
            raise InspectorFault(f"the inspectors did not start: {said.decode(errors='replace')}")

    def fork(self) -> _Worker:
        """A new worker. Raises `OSError` if the zygote is gone or cannot fork."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        try:
            with theirs:
                socket.send_fds(self._control, [FORK], [theirs.fileno()])
            process = self._control.recv(MESSAGE_BYTES)
            if not process:
                raise ConnectionResetError("the zygote has ended")
        except OSError:
            ours.close()
            raise
        return _Worker(int(process), ours, self)

    def exit_code(self, process: int) -> int:
        """How a worker has ended: the number of its signal, negated. Raises `OSError` if the zygote is gone."""
        self._control.send(STATUS + str(process).encode())
        return int(self._control.recv(MESSAGE_BYTES) or b"0")

    def kill(self, process: int) -> None:
        """Kill a worker."""
        with contextlib.suppress(OSError):
            self._control.send(KILL + str(process).encode())

    def end(self) -> None:
        """Close the channel, at which it kills its workers and ends, and wait for it."""
        self._control.close()
        try:
            self.process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Pool:
    """Inspects at most `AT_ONCE` files at a time. It starts its processes when they are first needed."""

    def __init__(self) -> None:
        self._limiter = CapacityLimiter(AT_ONCE)
        self._lock = threading.Lock()
        self._zygote: _Zygote | None = None
        self._idle: list[_Worker] = []
        self.unforeseen = 0
        """How many files were called damaged because of an error that nobody foresaw."""
        self.confined: bool | None = None
        """Whether workers are without a file system and a network; None before the first file."""

    async def inspect(self, descriptor: int, *, filename: str | None, limit_bytes: int) -> Inspection:
        """Inspect an open file, by content; see `inspect`. Raises `FileRefused`, `Unfinished` and
        `InspectorFault`."""
        async with self._limiter:
            if not _FORKS:
                return await to_thread.run_sync(
                    lambda: inspect_in_child(descriptor, filename=filename, limit_bytes=limit_bytes)
                )
            worker = await self._worker()
            try:
                told = await worker.ask(descriptor, asking(filename, limit_bytes))
                verdict = told if told is not None else await to_thread.run_sync(self._of_the_dead, worker)
            finally:
                # What a file does to its worker meets no other file.
                worker.end()
        if "refused" in verdict and "fault" in verdict:
            self.unforeseen += 1
            log.warning("inspection_unforeseen", fault=verdict["fault"])
        return inspection_of(verdict)

    def _of_the_dead(self, worker: _Worker) -> Verdict:
        """What the end of a worker says of its file: the kernel ends it at a limit, or for what the file made of it.
        Raises `Unfinished` where somebody else killed it, such as a kernel that is out of memory."""
        with self._lock:
            try:
                code = worker.zygote.exit_code(worker.process)
            except OSError as error:
                raise Unfinished("the inspectors have ended") from error
        if code in (0, -signal.SIGKILL, -signal.SIGTERM):
            raise Unfinished(f"the inspector ended with {code}")
        return TOO_COMPLEX

    def close(self) -> None:
        """End the processes. The next file starts them again."""
        with self._lock:
            while self._idle:
                self._idle.pop().end()
            if self._zygote is not None:
                self._zygote.end()
                self._zygote = None
            atexit.unregister(self.close)

    def _idle_worker(self) -> _Worker | None:
        while self._idle:
            worker = self._idle.pop()
            if worker.lives():
                return worker
            worker.end()
        return None

    async def _worker(self) -> _Worker:
        for _ in range(_TRIES):
            if (worker := self._idle_worker()) is not None:
                return worker
            await to_thread.run_sync(self._add_worker)
        raise InspectorFault("every inspector ends before it is asked")

    def _add_worker(self) -> None:
        """Fork an idle worker. It waits for the next file if whoever wanted it is gone by now."""
        with self._lock:
            if self._zygote is not None:
                try:
                    self._idle.append(self._zygote.fork())
                    return
                except OSError:
                    # It was killed, or ran out of something: a new one may do better.
                    self._zygote.end()
                    self._zygote = None
            try:
                self._zygote = _Zygote()
                self._say_confined(self._zygote.confines)
                atexit.register(self.close)
                self._idle.append(self._zygote.fork())
            except OSError as error:
                raise InspectorFault("no inspector could be started") from error

    def _say_confined(self, confined: bool) -> None:
        self.confined = confined
        if not confined:
            log.warning("inspection_not_confined", processor=platform.machine())


POOL = Pool()
"""The pool of this process."""
