"""Turns: few requests of one network are worked on at a time, however many it sends; those of others do not wait.

A request has its turn while it needs the processor or the database. While it waits for its body, for a place
(`app.places`) or for whoever reads its answer, another request of the network has it.
"""

import asyncio
from collections import Counter, deque
from contextvars import ContextVar


class Turns:
    """So many at once for each network; the others of it wait in the order in which they came."""

    def __init__(self, of_one: int) -> None:
        self._of_one = of_one
        self._running: Counter[str] = Counter()
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}

    async def take(self, network: str) -> None:
        """Wait for a turn."""
        if self._running[network] < self._of_one:
            self._running[network] += 1
            return
        line = self._waiting.setdefault(network, deque())
        turn = asyncio.get_running_loop().create_future()
        line.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.cancelled():
                self._withdraw(network, turn)
            else:
                # It came in the same moment.
                self.leave(network)
            raise

    def leave(self, network: str) -> None:
        """Pass the turn on to whoever of the network has waited longest."""
        line = self._waiting.get(network)
        while line:
            turn = line.popleft()
            if not line:
                del self._waiting[network]
            if not turn.done():
                turn.set_result(None)
                return
        self._running[network] -= 1
        if not self._running[network]:
            del self._running[network]

    def _withdraw(self, network: str, turn: asyncio.Future[None]) -> None:
        line = self._waiting.get(network, deque())
        if turn in line:
            line.remove(turn)
            if not line:
                del self._waiting[network]


class Turn:
    """What one request has of them."""

    def __init__(self, turns: Turns, network: str) -> None:
        self._turns = turns
        self._network = network
        self._held = False

    async def take(self) -> None:
        """Wait for it, unless the request has it."""
        if not self._held:
            await self._turns.take(self._network)
            self._held = True

    def leave(self) -> bool:
        """Let another request have it; False if this one had none."""
        held, self._held = self._held, False
        if held:
            self._turns.leave(self._network)
        return held


current: ContextVar[Turn | None] = ContextVar("turn", default=None)
"""The turn of the request that the task works for; None in a job and on the command line."""
