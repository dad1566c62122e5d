"""Clients that ask for what a busy day asks for, and what became of their requests."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from statistics import quantiles
from uuid import UUID, uuid4

from app.samples import answers
from bench.stage import Person
from faults.line import Answer, Line, Lost, network
from faults.world import World

# Of a hundred requests; `bench.report` has the same mix.
_MIX = {"application": 35, "readiness": 15, "inbox": 15, "save": 25, "policies": 8, "form": 2}


@dataclass
class Tally:
    """What became of the requests, by status, and how long the answers took."""

    statuses: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    refused_after: list[float] = field(default_factory=list)
    """How long each 503 took."""

    @property
    def requests(self) -> int:
        """How many were sent."""
        return self.statuses.total()

    def others(self, *expected: str) -> dict[str, int]:
        """How many ended otherwise than with these statuses; a request without an answer counts as `lost`."""
        return {status: count for status, count in self.statuses.items() if status not in expected}

    def percentile(self, part: int) -> float:
        """So many of a hundred answers came within these seconds."""
        return quantiles(self.seconds, n=100)[part - 1] if len(self.seconds) > 1 else 0.0

    def note(self, answer: Answer) -> None:
        """Count an answer."""
        self.statuses[str(answer.status)] += 1
        self.codes[answer.code] += bool(answer.code)
        self.seconds.append(answer.seconds)
        if answer.status == 503:
            self.refused_after.append(answer.seconds)


@dataclass(frozen=True)
class Crowd:
    """Who asks, and for which applications."""

    port: int
    drafts: list[UUID]
    owners: list[Person]
    staff: Person

    @classmethod
    async def of(cls, world: World, port: int) -> "Crowd":
        """Centres with drafts, and a member of staff."""
        drafts, owners = await world.ids("draft", "id", 40), await world.super_users("draft", 40)
        return cls(port, drafts, owners, await world.staff("customer_experience"))

    @asynccontextmanager
    async def asking(
        self, clients: int, tally: Tally, *, pause: float = 0, until_refused: bool = False
    ) -> AsyncIterator[None]:
        """Ask while the block runs, each client over a kept connection, with a pause after each answer.

        With `until_refused`, a client that finds nobody listening ends, and that is no loss.
        """
        stop = asyncio.Event()
        lanes = [asyncio.create_task(self._ask(number, tally, stop, pause, until_refused)) for number in range(clients)]
        try:
            yield
        finally:
            stop.set()
            await asyncio.gather(*lanes)

    async def _ask(self, number: int, tally: Tally, stop: asyncio.Event, pause: float, until_refused: bool) -> None:
        chance, which = random.Random(number), number % len(self.drafts)
        owner, address = self.owners[which], f"/v1/applications/{self.drafts[which]}"
        its = network(number)
        async with Line(self.port, owner.token, its) as own, Line(self.port, self.staff.token, its) as staff:
            while not stop.is_set():
                (kind,) = chance.choices(list(_MIX), list(_MIX.values()))
                try:
                    tally.note(await _request(kind, address, own, staff))
                except Lost as lost:
                    if until_refused and not lost.began:
                        return
                    tally.statuses["lost"] += 1
                    tally.codes[str(lost)] += 1
                if pause:
                    await asyncio.sleep(chance.uniform(0, 2 * pause))


async def _request(kind: str, address: str, own: Line, staff: Line) -> Answer:
    if kind == "inbox":
        return await staff.ask("GET", "/v1/applications?limit=25")
    if kind == "save":
        body = {"website": f"https://www.example.org/{uuid4().hex[:6]}"}
        return await own.ask("PATCH", f"{address}/details/history", body, if_match="*")
    if kind == "form":
        body = answers.initial_application(uuid4().hex[-12:])
        return await own.ask("POST", "/v1/initial-applications", body, idempotency_key=uuid4().hex)
    return await own.ask("GET", f"{address}/{kind}" if kind != "application" else address)
