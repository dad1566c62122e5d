"""Kill the server and the database while clients write."""

import asyncio
import random
from contextlib import suppress
from dataclasses import dataclass, field
from math import inf
from statistics import median
from time import monotonic

import psutil

from faults.check import Break, Check, Found, Sizes
from faults.line import Line, Lost
from faults.processes import Server
from faults.slowness import slowness
from faults.world import World
from faults.writers import compare, writing

_SEED = 10
_WORKERS = 3
# Until a process is given up that has not begun, or that does not serve, on a machine that has a core for it.
_BEGUN_SECONDS, _GIVEN_SECONDS = 4, 12


@dataclass
class _Recoveries:
    """How long each took until a request succeeded, and how slow the machine was."""

    seconds: list[float] = field(default_factory=list)
    slowness: list[float] = field(default_factory=list)

    async def begin(self) -> float:
        """Note the slowness; return the time of the crash to come."""
        self.slowness.append(await slowness())
        return monotonic()

    def judge(self, found: Found, bound: float) -> None:
        """The median must keep the bound, for a machine that has a core to spare."""
        usual, slow = median(self.seconds), median(self.slowness)
        found.figures |= {"crashes": len(self.seconds), "back in s": round(usual, 1)}
        found.figures |= {"longest": round(max(self.seconds), 1), "slowness of the machine": round(slow, 1)}
        found.expect(usual / slow <= bound, f"it took {usual:.1f} s until a request succeeded")


async def _database(world: World, sizes: Sizes) -> Found:
    found, back, chance = Found(), _Recoveries(), random.Random(_SEED)
    server = await world.serve()
    async with writing(world, server.port) as ledger:
        for _ in range(sizes["crashes"]):
            await asyncio.sleep(chance.uniform(0.3, 0.9))
            begun = await back.begin()
            await asyncio.to_thread(world.ground.crash)
            await asyncio.to_thread(world.ground.restart)
            back.seconds.append(await _until_ready(server.port, begun))
    await compare(world, ledger, found)
    back.judge(found, 3)
    return found


async def _server(world: World, sizes: Sizes) -> Found:
    found, back, chance = Found(), _Recoveries(), random.Random(_SEED)
    server = await world.serve()
    async with writing(world, server.port) as ledger:
        for _ in range(sizes["crashes"]):
            await asyncio.sleep(chance.uniform(0.3, 0.9))
            begun = await back.begin()
            await asyncio.to_thread(server.kill)
            server = await world.serve(port=server.port)
            back.seconds.append(monotonic() - begun)
    await compare(world, ledger, found)
    back.judge(found, 2)
    return found


async def _process(world: World, sizes: Sizes) -> Found:
    found, back, chance = Found(), _Recoveries(), random.Random(_SEED)
    server = await world.serve({"WORKERS": str(_WORKERS)})
    async with writing(world, server.port) as ledger:
        for _ in range(sizes["crashes"]):
            await asyncio.sleep(chance.uniform(0.3, 0.9))
            begun = await back.begin()
            # The eldest: the more often one dies in a row, the longer the pause before it is started again.
            min(_children(server.pid), key=lambda child: child.create_time()).kill()
            back.seconds.append(await _until_all_serve(server, begun, back.slowness[-1]))
            if back.seconds[-1] == inf:
                break
    await compare(world, ledger, found)
    found.expect(server.alive, "the command ended with one of its processes")
    found.expect(not ledger.refused["ConnectionRefusedError"], "a connection was refused")
    back.judge(found, 10)
    return found


def _children(pid: int) -> list[psutil.Process]:
    children = psutil.Process(pid).children()
    return [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE]


async def _until_all_serve(server: Server, begun: float, slow: float) -> float:
    """How long after `begun` each process tells its metrics."""
    while (seconds := monotonic() - begun) < _GIVEN_SECONDS * slow:
        async with Line(server.port) as line:
            with suppress(Lost):
                told = (await line.ask("GET", "/metrics", seconds=5)).body
                if told.count(b"\nprocess_cpu_seconds_total{") == _WORKERS:
                    return monotonic() - begun
        if seconds > _BEGUN_SECONDS * slow and len(_children(server.pid)) < _WORKERS:
            break
        await asyncio.sleep(0.05)
    return inf


async def _until_ready(port: int, begun: float) -> float:
    async with Line(port) as line:
        while monotonic() - begun < 60:
            try:
                if (await line.ask("GET", "/readyz", seconds=5)).status == 200:
                    return monotonic() - begun
            except Lost:
                pass
            await asyncio.sleep(0.01)
    return inf


DATABASE = Check(
    "crash of the database",
    "The database crashes while eight clients write: no acknowledged write is lost, none is doubled.",
    "0 lost, 0 doubled, back in ≤ 3 s",
    quick={"crashes": 5},
    full={"crashes": 50},
    run=_database,
    control=Break(
        "`synchronous_commit=off`", sql="ALTER DATABASE {database} SET synchronous_commit = off", sizes={"crashes": 2}
    ),
)
SERVER = Check(
    "crash of the server",
    "The server is killed while eight clients write: no acknowledged write is lost, none is doubled.",
    "0 lost, 0 doubled, back in ≤ 2 s",
    quick={"crashes": 3},
    full={"crashes": 50},
    run=_server,
    control=Break("a commit 0.2 s after the answer", patch="answered_before_committed", sizes={"crashes": 3}),
)
PROCESS = Check(
    "crash of one of several processes",
    "One of three processes of `serve` is killed while eight clients write: no acknowledged write is lost, none is "
    "doubled, no connection is refused, and another takes its place.",
    "0 lost, 0 doubled, back in ≤ 10 s",
    quick={"crashes": 1},
    full={"crashes": 12},
    run=_process,
    control=Break("no process is started again", patch="processes_stay_away", sizes={"crashes": 1}),
)
