"""End a loaded server with SIGTERM."""

import asyncio

from faults.check import Break, Check, Found, Sizes
from faults.line import Line, Lost
from faults.load import Crowd, Tally
from faults.world import World

_SETTINGS = {"TRUSTED_PROXIES": "127.0.0.1", "DRAIN_SECONDS": "1"}
# Over the moment of draining, and the grace for what has begun.
_ENDS_SECONDS = 36


async def _sigterm(world: World, sizes: Sizes) -> Found:
    found, tally, unready = Found(), Tally(), 0
    for _ in range(sizes["rounds"]):
        server = await world.serve(_SETTINGS)
        crowd = await Crowd.of(world, server.port)
        async with crowd.asking(16, tally, until_refused=True), asyncio.TaskGroup() as knocking:
            for _ in range(8):
                knocking.create_task(_knock(server.port, tally))
            await asyncio.sleep(1.5)
            server.terminate()
            unready += await _is_unready(server.port)
            ended = await server.ended(_ENDS_SECONDS)
        found.expect(ended is not None, f"the server did not end within {_ENDS_SECONDS} s")
        found.expect(not server.failed, "the server ended with an error")
    odd = tally.others("200", "201")
    found.figures |= {"ends": sizes["rounds"], "requests": tally.requests, "dropped": sum(odd.values())}
    found.expect(unready == sizes["rounds"], "`/readyz` was not 503 at once")
    found.expect(not odd, f"requests ended with {odd}: {dict(tally.codes)}")
    return found


async def _is_unready(port: int) -> bool:
    async with Line(port) as line:
        try:
            return (await line.ask("GET", "/readyz")).status == 503
        except Lost:
            return False


async def _knock(port: int, tally: Tally) -> None:
    """Open a connection for each request, until nobody listens."""
    while True:
        async with Line(port) as line:
            try:
                tally.note(await line.ask("GET", "/v1/reference-data"))
            except Lost as lost:
                if not lost.began:
                    return
                tally.statuses["lost"] += 1
                tally.codes[str(lost)] += 1


SIGTERM = Check(
    "SIGTERM under load",
    "A server that is told to end answers everybody who has connected, on new connections and on kept ones.",
    "0 requests dropped, 0 resets",
    quick={"rounds": 2},
    full={"rounds": 30},
    run=_sigterm,
    control=Break("the server closes everything at once", patch="closed_at_once", sizes={"rounds": 1}),
)
