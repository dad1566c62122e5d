"""Steady load, a spike, a soak, and a pool that is too small."""

import asyncio
from time import monotonic

import psutil

from faults.check import Break, Check, Found, Sizes
from faults.line import until_usual
from faults.load import Crowd, Tally
from faults.processes import Server
from faults.world import PROXIED, World
from tests.vanishing import wire_to

_MEGABYTE = 2**20


async def _steady(world: World, sizes: Sizes) -> Found:
    found, tally = Found(), Tally()
    server = await world.serve(PROXIED)
    crowd = await Crowd.of(world, server.port)
    async with crowd.asking(16, tally, pause=0.1):
        await asyncio.sleep(sizes["seconds"])
    slowest = tally.percentile(99)
    found.figures |= {"requests": tally.requests, "p50 in ms": round(1000 * tally.percentile(50), 1)}
    found.figures |= {"p99 in ms": round(1000 * slowest), **tally.others("200", "201")}
    found.expect(not tally.others("200", "201"), f"some requests failed: {tally.others('200', '201')}")
    found.expect(slowest <= 1, f"one request in a hundred took {slowest:.1f} s or more")
    return found


async def _spike(world: World, sizes: Sizes) -> Found:
    found, before, during = Found(), Tally(), Tally()
    server = await world.serve(PROXIED)
    crowd = await Crowd.of(world, server.port)
    async with crowd.asking(16, before):
        await asyncio.sleep(2)
        async with crowd.asking(240, during):
            await asyncio.sleep(sizes["seconds"])
        ended = monotonic()
    back = await until_usual(server.port, ended)
    odd = {**before.others("200", "201", "429", "503"), **during.others("200", "201", "429", "503")}
    found.figures |= {"requests": before.requests + during.requests, "503": during.statuses["503"], **odd}
    found.figures |= {"p99 in s": round(during.percentile(99), 1), "normal after s": round(back, 1)}
    found.expect(not odd, f"with 256 clients, requests ended otherwise than with 2xx, 429 or 503: {odd}")
    found.expect(back <= 2, f"it took {back:.1f} s until requests were answered as usual")
    return found


async def _small_pool(world: World, sizes: Sizes) -> Found:
    """The database is slow, and 200 clients ask at once; then it is fast again."""
    found, tally = Found(), Tally()
    async with wire_to(world.url) as (wire, url):
        server = await world.serve({"DATABASE_URL": url, "DATABASE_POOL_SIZE": "5", **PROXIED})
        crowd = await Crowd.of(world, server.port)
        wire.delay = 0.2
        async with crowd.asking(200, tally, pause=0.2):
            await asyncio.sleep(sizes["seconds"])
            wire.delay = 0
            ended = monotonic()
        back = await until_usual(server.port, ended)
    refused = tally.refused_after
    found.figures |= {"requests": tally.requests, "503": tally.statuses["503"], **tally.others("200", "201", "503")}
    found.figures |= {"latest 503 in s": round(max(refused, default=0), 1), "normal after s": round(back, 1)}
    found.expect(bool(refused), "nobody was turned away")
    found.expect(max(refused, default=0) <= 5.5, f"a 503 took {max(refused, default=0):.1f} s")
    found.expect(not tally.others("200", "201", "503"), f"requests ended with {tally.others('200', '201', '503')}")
    found.expect(back <= 2, f"it took {back:.1f} s until requests were answered as usual")
    return found


async def _soak(world: World, sizes: Sizes) -> Found:
    """Memory and connections after a warm-up, and at the end."""
    found, tally = Found(), Tally()
    server = await world.serve(PROXIED)
    crowd = await Crowd.of(world, server.port)
    async with crowd.asking(8, tally, pause=0.02):
        await asyncio.sleep(min(60, sizes["seconds"] / 3))
        memory, files, connections = await _held(world, server)
        await asyncio.sleep(sizes["seconds"] - min(60, sizes["seconds"] / 3))
        memory_after, files_after, connections_after = await _held(world, server)
    grown = memory_after - memory
    found.figures |= {"requests": tally.requests, "MB": round(memory_after), "grown by MB": round(grown, 1)}
    found.figures |= {"connections": connections_after, "open files": files_after, **tally.others("200", "201")}
    found.expect(grown <= max(20, memory / 10), f"the memory grew from {memory:.0f} to {memory_after:.0f} MB")
    found.expect(connections_after <= max(10, connections), f"{connections_after} connections to the database are open")
    found.expect(files_after <= files + 10, f"the open files grew from {files} to {files_after}")
    found.expect(not tally.others("200", "201"), f"requests ended with {tally.others('200', '201')}")
    return found


async def _held(world: World, server: Server) -> tuple[float, int, int]:
    process = psutil.Process(server.pid)
    async with world.connection() as connection:
        open_ = await connection.fetchval(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND application_name = 'centre-recognition'"
        )
    return process.memory_info().rss / _MEGABYTE, process.num_fds(), open_


STEADY = Check(
    "steady load",
    "Sixteen clients, with a busy day's mix: every request succeeds, and soon.",
    "only 2xx, p99 ≤ 1 s",
    quick={"seconds": 7},
    full={"seconds": 600},
    run=_steady,
    control=Break(
        "a sleep of 1.5 s on the event loop, once in fifty requests", patch="blocked_loop", sizes={"seconds": 5}
    ),
)
SPIKE = Check(
    "spike",
    "From 16 to 256 clients that never pause, and back.",
    "only 2xx, 429 and 503; normal ≤ 2 s after",
    quick={"seconds": 5},
    full={"seconds": 60},
    run=_spike,
    control=Break("whoever waits for a connection in vain gets a fault", patch="pool_faults", sizes={"seconds": 2}),
)
SMALL_POOL = Check(
    "small pool",
    "Five connections to a slow database, and 200 clients: whoever gets none is told so soon.",
    "503 within the 5 s that a request waits for a connection (and 0.5 s), normal ≤ 2 s after",
    quick={"seconds": 6},
    full={"seconds": 60},
    run=_small_pool,
    control=Break("a wait of 9 s for a connection", settings={"DATABASE_POOL_TIMEOUT_SECONDS": "9"}),
)
SOAK = Check(
    "soak",
    "Eight clients for long: memory, files and connections stay as they are.",
    "flat after the warm-up",
    quick={"seconds": 14},
    full={"seconds": 7_200},
    run=_soak,
    control=Break("20 kB of every request are kept", patch="leaking", sizes={"seconds": 15}),
)
