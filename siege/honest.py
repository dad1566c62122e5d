"""An honest user on another network: reads, lists and saves, and how long each took."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from statistics import median
from time import monotonic
from uuid import UUID, uuid4

from bench.stage import Person
from faults.check import Found
from faults.line import Line, Lost

MOST_SECONDS = 1.0
WINDOW_SECONDS = 5.0
_PAUSE = 0.1


class Honest:
    """What the user has met. A request that failed took for ever."""

    def __init__(self) -> None:
        self.begun = monotonic()
        self.met: list[tuple[float, float]] = []
        self.failed: list[str] = []

    def worst_median(self) -> float:
        """The largest median of the requests that began within any window."""
        moments = [at for at, _ in self.met if at + WINDOW_SECONDS <= self.met[-1][0] + _PAUSE] or [self.begun]
        return max(
            median([took for at, took in self.met if at - start < WINDOW_SECONDS and at >= start] or [0.0])
            for start in moments
        )

    def judge(self, found: Found) -> None:
        """Note the figures, and what falls short."""
        worst = self.worst_median()
        found.figures |= {"honest requests": len(self.met), "honest failed": len(self.failed)}
        found.figures["median in ms"] = round(1000 * median([took for _, took in self.met] or [0.0]), 1)
        found.figures["worst 5 s in ms"] = "never" if worst == float("inf") else round(1000 * worst, 1)
        found.expect(len(self.met) >= WINDOW_SECONDS, "the honest user was hardly answered")
        found.expect(worst <= MOST_SECONDS, f"for 5 s the median was {worst:.1f} s; {self.failed[:1]}")


@asynccontextmanager
async def visiting(port: int, person: Person, application: UUID) -> AsyncIterator[Honest]:
    """Let the user work while the block runs: half of the requests on a new connection."""
    honest, stop = Honest(), asyncio.Event()
    address = f"/v1/applications/{application}"
    async with Line(port, person.token) as line:
        usual = await line.ask("GET", address)
    if usual.status != 200:
        raise RuntimeError(f"the honest user is refused before the siege: {usual.status} {usual.code}")

    async def work() -> None:
        number = 0
        async with Line(port, person.token) as kept:
            while not stop.is_set():
                number += 1
                begun = monotonic()
                line = kept if number % 2 else Line(port, person.token)
                try:
                    if number % 5 == 0:
                        body = {"website": f"https://www.example.org/{uuid4().hex[:6]}"}
                        answer = await line.ask("PATCH", f"{address}/details/history", body, seconds=10, if_match="*")
                    else:
                        answer = await line.ask("GET", address if number % 3 else f"{address}/readiness", seconds=10)
                    good = answer.status == 200
                    if not good:
                        honest.failed.append(f"{answer.status} {answer.code}")
                except Lost as lost:
                    good = False
                    honest.failed.append(str(lost))
                finally:
                    if line is not kept:
                        line.close()
                honest.met.append((begun, monotonic() - begun if good else float("inf")))
                await asyncio.sleep(_PAUSE)

    task = asyncio.create_task(work())
    try:
        yield honest
    finally:
        stop.set()
        await task
