"""Honest people on another network: what they read, save and have made, and how long each took."""

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from statistics import median
from time import monotonic
from uuid import UUID, uuid4

from bench.stage import Person
from faults.check import Found
from faults.line import Answer, Line, Lost
from faults.world import World

MOST_SECONDS = 1.0
WINDOW_SECONDS = 5.0
_PAUSE = 0.1
_PATIENCE = 10.0
_POLICY = (
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="policy.rtf"\r\n'
    b"Content-Type: application/rtf\r\n\r\n{\\rtf1 \\ansi What we do about a complaint.}\r\n--b--\r\n"
)


@dataclass
class Times:
    """What one sort of request has met. One that failed took for ever."""

    met: list[tuple[float, float]] = field(default_factory=list)
    """When each began, and how long it took."""
    failed: list[str] = field(default_factory=list)

    def median_ms(self, until: float = float("inf")) -> float:
        """The median in milliseconds of those that began before."""
        return round(1000 * median([took for at, took in self.met if at < until] or [0.0]), 1)

    def worst_median(self, since: float = 0.0) -> float:
        """The largest median of the requests that began within any window."""
        met = [(at, took) for at, took in self.met if at >= since]
        if not met:
            return float("inf")
        starts = [at for at, _ in met if at + WINDOW_SECONDS <= met[-1][0] + met[-1][1] + _PAUSE] or [met[0][0]]
        return max(median([took for at, took in met if start <= at < start + WINDOW_SECONDS]) for start in starts)


@dataclass
class Honest:
    """Two people: one reads and saves, the other has what costs: a log-in, an upload, a PDF."""

    usual: Times = field(default_factory=Times)
    costly: Times = field(default_factory=Times)
    attacked_at: float = float("inf")

    def judge(self, found: Found) -> None:
        """Note the figures, and what falls short."""
        found.figures |= {
            "honest requests": len(self.usual.met),
            "undisturbed ms": self.usual.median_ms(self.attacked_at),
        }
        for name, times in (("usual", self.usual), ("costly", self.costly)):
            worst = times.worst_median(self.attacked_at)
            shown = "never" if worst == float("inf") else round(1000 * worst)
            found.figures[f"worst 5 s of {name} ms"] = shown
            if times.failed:
                found.figures[f"{name} failed"] = dict(Counter(times.failed))
            held = worst <= MOST_SECONDS
            found.expect(held, f"for 5 s the median of {name} requests was {worst:.1f} s; {times.failed[:1]}")


async def _record(times: Times, asking: Awaitable[Answer]) -> None:
    begun = monotonic()
    try:
        answer = await asking
        if answer.status in (200, 201):
            times.met.append((begun, monotonic() - begun))
            return
        times.failed.append(f"{answer.status} {answer.code}")
    except Lost as lost:
        times.failed.append(str(lost))
    times.met.append((begun, float("inf")))


def _usual(port: int, person: Person, application: UUID) -> Callable[[], Awaitable[Answer]]:
    """Half of the requests on a new connection, a fifth of them changes."""
    numbers, kept = itertools.count(1), Line(port, person.token)
    address = f"/v1/applications/{application}"

    async def ask() -> Answer:
        number = next(numbers)
        line = kept if number % 2 else Line(port, person.token)
        try:
            if number % 5 == 0:
                body = {"website": f"https://www.example.org/{uuid4().hex[:6]}"}
                return await line.ask("PATCH", f"{address}/details/history", body, seconds=_PATIENCE, if_match="*")
            return await line.ask("GET", address if number % 3 else f"{address}/readiness", seconds=_PATIENCE)
        finally:
            if line is not kept:
                line.close()

    return ask


def _costly(
    port: int, person: Person, application: UUID, finance: Person, log_in: object, invoices: Sequence[UUID]
) -> Callable[[], Awaitable[Answer]]:
    numbers, turns = itertools.count(), itertools.cycle(invoices)

    async def ask() -> Answer:
        match next(numbers) % 3:
            case 0:
                async with Line(port) as line:
                    return await line.ask("POST", "/v1/sessions", log_in, seconds=_PATIENCE)
            case 1:
                path, kind = f"/v1/applications/{application}/policies/complaints", "multipart/form-data; boundary=b"
                async with Line(port, person.token) as line:
                    return await line.ask("PUT", path, _POLICY, seconds=_PATIENCE, if_match="*", content_type=kind)
            case _:
                path = f"/v1/invoices/{next(turns)}"
                async with Line(port, finance.token) as line:
                    return await line.ask("GET", path, seconds=_PATIENCE, accept="application/pdf")

    return ask


@asynccontextmanager
async def visiting(world: World, port: int, person: Person, application: UUID) -> AsyncIterator[Honest]:
    """Let both work while the block runs. Raises `RuntimeError` if they are refused before."""
    honest, stop = Honest(), asyncio.Event()
    invoices = (await world.ids("awaiting_payment", "invoice_id", 80))[40:]
    finance = await world.staff("finance", "awaiting_payment")
    usual = _usual(port, person, application)
    costly = _costly(port, person, application, finance, world.log_in("customer_experience"), invoices)
    for ask in (usual, costly, costly, costly):
        answer = await ask()
        if answer.status not in (200, 201):
            raise RuntimeError(f"an honest user is refused before the siege: {answer.status} {answer.code}")

    async def work(times: Times, ask: Callable[[], Awaitable[Answer]]) -> None:
        while not stop.is_set():
            await _record(times, ask())
            await asyncio.sleep(_PAUSE)

    tasks = [asyncio.create_task(work(honest.usual, usual)), asyncio.create_task(work(honest.costly, costly))]
    try:
        yield honest
    finally:
        stop.set()
        await asyncio.gather(*tasks)
