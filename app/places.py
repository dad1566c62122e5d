"""Places for costly work: a few run at once, some wait in line, and nobody can take all of either.

Password hashes, file inspections and PDFs take milliseconds to seconds of a whole core. Requests that only read and
write never come here, so they do not notice a flood of the others.
"""

import asyncio
import os
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar, copy_context
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, TypeVar

from anyio import CapacityLimiter, to_thread

from app import turns
from app.domain.refusals.requests import Overloaded

T = TypeVar("T")
OURSELVES: Final = "ourselves"
caller: ContextVar[str] = ContextVar("caller", default=OURSELVES)
"""Whom the task works for: a person, a client, a network, or ourselves in a job and on the command line."""


@dataclass(eq=False)
class Places:
    """The places for one kind of work. Callers who wait take turns, whoever has more work waiting.

    Our own jobs are never refused: nobody would repeat them sooner than they wait.
    """

    at_once: int
    of_one: int
    """How many of these one caller may hold."""
    line: int
    share: int
    """How much of the line one caller may fill."""
    refused: int = 0
    """How many callers found no room to wait."""
    _running: Counter[str] = field(default_factory=Counter)
    _waiting: dict[str, deque[asyncio.Future[None]]] = field(default_factory=dict)
    """Who waits, the caller whose turn is next first."""

    def __post_init__(self) -> None:
        self._threads = CapacityLimiter(self.at_once)

    def divide(self, by: int) -> None:
        """Leave only a part of the places, because other processes on this machine have the rest."""
        self.at_once = max(self.at_once // by, 1)
        self.of_one = max(self.of_one // by, 1)
        self._threads = CapacityLimiter(self.at_once)

    @property
    def running(self) -> int:
        """How much runs."""
        return self._running.total()

    @property
    def waiting(self) -> int:
        """How many wait in line."""
        return sum(map(len, self._waiting.values()))

    @asynccontextmanager
    async def take(self) -> AsyncIterator[None]:
        """Hold a place for the block, after waiting in line for it. Raises `Overloaded` at once where there is no room
        to wait; give the caller's deadline the last word on how long that is."""
        who, turn = caller.get(), turns.current.get()
        comes_back = turn is not None and turn.leave()
        await self._come(who)
        try:
            yield
        finally:
            self._leave(who)
        if turn is not None and comes_back:
            await turn.take()

    async def run(self, slow: Callable[[], T]) -> T:
        """Run the function in a thread, in a place. Raises `Overloaded`, and what the function raises."""
        async with self.take():
            # Threads of its own: a disk that hangs takes those that everything else shares.
            return await to_thread.run_sync(slow, limiter=self._threads)

    async def run_or_abandon(self, slow: Callable[[], T], *, who: str | None = None) -> T:
        """Run the function in a thread, in a place. Whoever is cancelled goes at once; the place stays taken until the
        thread has ended, so that a disk or a server that hangs never gets more than these threads.

        Raises `Overloaded`, and what the function raises.
        """
        who, turn = who or caller.get(), turns.current.get()
        comes_back = turn is not None and turn.leave()
        await self._come(who)
        loop = asyncio.get_running_loop()

        def leave(_: object) -> None:
            # The loop may be closed by now: then nobody waits either.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(self._leave, who)

        running = self._executor.submit(copy_context().run, slow)
        running.add_done_callback(leave)
        result = await asyncio.wrap_future(running)
        if turn is not None and comes_back:
            await turn.take()
        return result

    @cached_property
    def _executor(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self.at_once, thread_name_prefix="places")

    async def _come(self, who: str) -> None:
        if who not in self._waiting and self._may_run(who):
            self._running[who] += 1
            return
        line = self._waiting.setdefault(who, deque())
        full = len(line) >= self.share or self.waiting >= self.line
        if full and who != OURSELVES:
            self.refused += 1
            self._forget_empty(who)
            raise Overloaded
        turn = asyncio.get_running_loop().create_future()
        line.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():
                # The place came in the same moment.
                self._leave(who)
            elif turn in line:
                line.remove(turn)
                self._forget_empty(who)
            raise

    def _may_run(self, who: str) -> bool:
        return self._running.total() < self.at_once and (self._running[who] < self.of_one or who == OURSELVES)

    def _leave(self, who: str) -> None:
        self._running[who] -= 1
        if not self._running[who]:
            del self._running[who]
        while (following := next(filter(self._may_run, self._waiting), None)) is not None:
            line = self._waiting.pop(following)
            turn = line.popleft()
            if line:
                # To the end: everybody else has a turn before this caller's next.
                self._waiting[following] = line
            if not turn.cancelled():
                self._running[following] += 1
                turn.set_result(None)

    def _forget_empty(self, who: str) -> None:
        if not self._waiting.get(who):
            self._waiting.pop(who, None)


_CORES = os.cpu_count() or 1
# Half of the cores are left to the requests that hash nothing.
PASSWORDS: Final = Places(at_once=max(_CORES // 2, 1), of_one=_CORES, line=128, share=32)
# A hostile file may take seconds and hundreds of megabytes; a small server can bear two at a time. A front end may send
# all eleven policies at once.
INSPECTIONS: Final = Places(at_once=2, of_one=1, line=48, share=12)
RENDERING: Final = Places(at_once=max(_CORES // 2, 1), of_one=max(_CORES // 4, 1), line=48, share=12)
# The document store's calls wait for a disk or a network, so many may run; a store that hangs takes no more than these.
STORE: Final = Places(at_once=32, of_one=16, line=96, share=48)
# Connections to the virus scanner, which judges several files at once and lets others wait.
SCANS: Final = Places(at_once=4, of_one=2, line=48, share=12)

KINDS: Final = {
    "passwords": PASSWORDS,
    "inspections": INSPECTIONS,
    "rendering": RENDERING,
    "store": STORE,
    "scans": SCANS,
}
"""All of them, by the name that metrics show."""
