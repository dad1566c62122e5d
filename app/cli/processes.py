"""Several server processes on one socket: started, watched, started again, replaced one by one, and ended together."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import structlog

from app import places
from app.cli.runtime import CannotStart
from app.http.server import END, END_NOW, GRACE_SECONDS
from app.settings import Settings
from app.siblings import shared_folder

_log = structlog.get_logger(__name__)
# Between a process that dies at once and the next try; doubled each time.
_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 30.0
# Who has served for so long did not die of its start.
_SETTLED_SECONDS = 60.0
_START_SECONDS = 120.0
_READY = b"r"


def share(whole: int, number: int, of: int) -> int:
    """The part of the process: all parts add up to the whole."""
    return whole // of + (number < whole % of)


def share_places(of: int) -> None:
    """Leave the other processes their part of the places for costly work; each has one of every kind at least."""
    for kind in places.KINDS.values():
        kind.divide(of)


def require_shares(settings: Settings) -> None:
    """Raise `CannotStart` where there is less than one database connection for each process."""
    if sys.platform == "win32":
        raise CannotStart("WORKERS: several processes share a port on Linux and macOS only.")
    if settings.database_pool_size < settings.workers:
        raise CannotStart(
            f"DATABASE_POOL_SIZE: {settings.workers} processes share {settings.database_pool_size} connections. "
            f"Set at least {settings.workers}; 5 for each process are plenty."
        )


def tell_ready(said: int) -> None:
    """Tell the supervisor that this process takes requests."""
    os.write(said, _READY)
    os.close(said)


@dataclass(eq=False)
class _Child:
    process: asyncio.subprocess.Process
    orders: int
    ready: asyncio.Task[bool]
    begun: float

    def order(self, what: bytes) -> None:
        """Tell it to end."""
        with contextlib.suppress(OSError):
            os.write(self.orders, what)


class Supervisor:
    """Holds the socket, and looks after the processes that take connections from it."""

    def __init__(
        self, settings: Settings, listener: socket.socket, *, ours: bool, on_started: Callable[[], None]
    ) -> None:
        """The socket is `ours` unless systemd keeps it."""
        self._settings = settings
        self._listener = listener
        self._ours = ours
        self._on_started = on_started
        self._folder = Path()
        self._serving: dict[int, _Child] = {}
        self._children: set[_Child] = set()
        self._ending = asyncio.Event()
        self._order = END
        self._replacing = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Serve until SIGTERM or SIGINT. Raises `CannotStart` if the first process cannot."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, self._end, END)
        loop.add_signal_handler(signal.SIGINT, self._end, END_NOW)
        loop.add_signal_handler(signal.SIGHUP, lambda: self._spawn(self._replace_all()))
        with shared_folder() as self._folder:
            try:
                # It finds out, and says, why none could; and it does what is to be done once.
                first = await self._start(0)
                if not await first.ready and not self._ending.is_set():
                    raise CannotStart("The first process did not start; it says why above.")
                await asyncio.gather(*(self._keep(number) for number in range(self._settings.workers)))
            finally:
                for child in list(self._children):
                    await self._put_away(child)

    def _spawn(self, doing: "asyncio._CoroutineLike[None]") -> None:
        task = asyncio.create_task(doing)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _end(self, order: bytes) -> None:
        """End all; the second time, at once."""
        if self._ending.is_set():
            order = END_NOW + END_NOW
        self._order = order
        self._ending.set()
        for child in self._children:
            child.order(order)

    async def _keep(self, number: int) -> None:
        """Have a process serve as this number, until the end."""
        pause = _PAUSE_SECONDS
        while True:
            child = self._serving.get(number) or await self._start(number)
            if number == self._settings.workers - 1 and await child.ready:
                self._tell_started()
            status = await child.process.wait()
            await self._put_away(child)
            if self._ending.is_set():
                return
            if self._serving.get(number) is not child:
                # It was replaced.
                continue
            del self._serving[number]
            _log.error("process_ended", number=number, process=child.process.pid, status=status, again_in=pause)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._ending.wait()
                    return
            pause = (
                _PAUSE_SECONDS
                if monotonic() - child.begun > _SETTLED_SECONDS
                else min(pause * 2, _LONGEST_PAUSE_SECONDS)
            )

    def _tell_started(self) -> None:
        self._on_started()
        self._on_started = lambda: None

    async def _replace_all(self) -> None:
        """Put a new process in the place of each, one after the other; an old one ends once the new one serves."""
        async with self._replacing:
            for number in sorted(self._serving):
                if self._ending.is_set():
                    return
                old = self._serving[number]
                new = await self._start(number, instead=True)
                if not await new.ready:
                    _log.error("process_not_replaced", number=number, process=old.process.pid)
                    await self._put_away(new)
                    return
                self._serving[number] = new
                with contextlib.suppress(ProcessLookupError):
                    old.process.terminate()
                _log.info("process_replaced", number=number, process=old.process.pid, by=new.process.pid)

    async def _start(self, number: int, *, instead: bool = False) -> _Child:
        theirs, orders = os.pipe()
        said, words = os.pipe()
        shared = {
            "listener": self._listener.fileno(),
            "orders": theirs,
            "said": words,
            "number": number,
            "of": self._settings.workers,
        }
        options = [f"--{name}={value}" for name, value in shared.items()]
        ours = ["--ours"] if self._ours else []
        try:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "app", "serve-one", *options, f"--folder={self._folder}", *ours),
                pass_fds=(self._listener.fileno(), theirs, words),
                # Ctrl-C comes to us alone, and we pass it on.
                start_new_session=True,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
            )
        finally:
            os.close(theirs)
            os.close(words)
        child = _Child(process, orders, asyncio.create_task(_is_ready(said)), monotonic())
        self._children.add(child)
        if not instead:
            self._serving[number] = child
        if self._ending.is_set():
            # The order came while it was started.
            child.order(self._order)
        return child

    def _environment(self) -> dict[str, str]:
        environment = {**os.environ, "PORT": str(self._listener.getsockname()[1])}
        if "DATABASE_URL" not in environment and self._settings.database_url is not None:
            environment["DATABASE_URL"] = self._settings.database_url.get_secret_value()
        return environment

    async def _put_away(self, child: _Child) -> None:
        if child not in self._children:
            return
        self._children.discard(child)
        if child.process.returncode is None:
            try:
                async with asyncio.timeout(self._settings.drain_seconds + GRACE_SECONDS + 5):
                    child.order(END)
                    await child.process.wait()
            except TimeoutError:
                child.process.kill()
                await child.process.wait()
        await child.ready
        os.close(child.orders)


async def _is_ready(said: int) -> bool:
    """True once the process says that it serves; False if it ends before, or takes too long."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    with os.fdopen(said, "rb") as pipe:
        transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
        try:
            async with asyncio.timeout(_START_SECONDS):
                return await reader.read(1) == _READY
        except TimeoutError:
            return False
        finally:
            transport.close()
