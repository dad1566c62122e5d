"""Kill the server and the database while clients write."""

import asyncio
import random
from time import monotonic

from faults.check import Break, Check, Found, Sizes
from faults.line import Line, Lost
from faults.world import World
from faults.writers import compare, writing

_SEED = 10


async def _database(world: World, sizes: Sizes) -> Found:
    found, back, chance = Found(), [], random.Random(_SEED)
    server = await world.serve()
    async with writing(world, server.port) as ledger:
        for _ in range(sizes["crashes"]):
            await asyncio.sleep(chance.uniform(0.3, 0.9))
            begun = monotonic()
            await asyncio.to_thread(world.ground.crash)
            await asyncio.to_thread(world.ground.restart)
            back.append(await _until_ready(server.port, begun))
    await compare(world, ledger, found)
    found.figures |= {"crashes": len(back), "back in s": round(max(back), 1)}
    found.expect(max(back) <= 3, f"it took {max(back):.1f} s until a request succeeded")
    return found


async def _server(world: World, sizes: Sizes) -> Found:
    found, back, chance = Found(), [], random.Random(_SEED)
    server = await world.serve()
    async with writing(world, server.port) as ledger:
        for _ in range(sizes["crashes"]):
            await asyncio.sleep(chance.uniform(0.3, 0.9))
            begun = monotonic()
            await asyncio.to_thread(server.kill)
            server = await world.serve(port=server.port)
            back.append(monotonic() - begun)
    await compare(world, ledger, found)
    found.figures |= {"crashes": len(back), "back in s": round(max(back), 1)}
    found.expect(max(back) <= 2, f"it took {max(back):.1f} s until a request succeeded")
    return found


async def _until_ready(port: int, begun: float) -> float:
    async with Line(port) as line:
        while monotonic() - begun < 60:
            try:
                if (await line.ask("GET", "/readyz", seconds=5)).status == 200:
                    return monotonic() - begun
            except Lost:
                pass
            await asyncio.sleep(0.01)
    return float("inf")


DATABASE = Check(
    "crash of the database",
    "The database crashes while eight clients write: no acknowledged write is lost, none is doubled.",
    "0 lost, 0 doubled, back in ≤ 3 s",
    quick={"crashes": 5},
    full={"crashes": 50},
    run=_database,
    control=Break("`synchronous_commit=off`", sql="ALTER DATABASE {database} SET synchronous_commit = off"),
)
SERVER = Check(
    "crash of the server",
    "The server is killed while eight clients write: no acknowledged write is lost, none is doubled.",
    "0 lost, 0 doubled, back in ≤ 2 s",
    quick={"crashes": 5},
    full={"crashes": 50},
    run=_server,
    control=Break("a commit 0.2 s after the answer", patch="answered_before_committed"),
)
