"""A bad network between the server and its database."""

import asyncio
from collections.abc import Callable
from time import monotonic

from faults.check import Break, Check, Found, Sizes
from faults.line import Line, until_usual
from faults.load import Crowd, Tally
from faults.world import PROXIED, World
from tests.vanishing import Wire, wire_to

_DEADLINE_SECONDS = 10
# A request may end a moment after its deadline, on a busy machine.
_MOMENT_SECONDS = 0.5


def _delay(wire: Wire) -> None:
    wire.delay = 0.1


def _cut(wire: Wire) -> None:
    wire.cut = True


# Each trouble and how long it lasts. The cut is longer than the deadline, and breaks what it has swallowed from.
_TROUBLES: dict[str, tuple[Callable[[Wire], None], float]] = {
    "delay": (_delay, 3),
    "resets": (Wire.reset, 2),
    "half-open": (Wire.forget, 3),
    "black hole": (_cut, 11),
}


async def _trouble(world: World, sizes: Sizes) -> Found:
    found = Found()
    async with wire_to(world.url) as (wire, url):
        server = await world.serve({"DATABASE_URL": url, **PROXIED})
        crowd = await Crowd.of(world, server.port)
        for _ in range(sizes["rounds"]):
            for name, (begin, seconds) in _TROUBLES.items():
                tally, probes = Tally(), Tally()
                async with crowd.asking(12, tally, pause=0.02):
                    await asyncio.sleep(1)
                    begin(wire)
                    await _probe(server.port, probes, seconds)
                    wire.mend()
                    if name == "black hole":
                        # The bytes that were lost leave a hole in every connection that there was.
                        wire.forget()
                    ended = monotonic()
                back = await until_usual(server.port, ended)
                slowest, probed = max(tally.seconds), max(probes.seconds)
                _keep_worst(found, name, slowest, probed, back)
                found.expect(slowest <= _DEADLINE_SECONDS + _MOMENT_SECONDS, f"{name}: a request took {slowest:.1f} s")
                found.expect(probed <= 2, f"{name}: /readyz took {probed:.1f} s")
                told = name != "black hole" or probes.statuses["503"] > 0
                found.expect(told, f"{name}: /readyz did not tell")
                odd = tally.others("200", "201", "503")
                found.expect(not odd, f"{name}: requests ended with {odd}")
                # What was under way holds its connection until its deadline.
                within = back <= _DEADLINE_SECONDS + _MOMENT_SECONDS
                found.expect(within, f"{name}: {back:.1f} s after it, requests are still not answered as usual")
                if found.wrong:
                    return found
    return found


async def _probe(port: int, probes: Tally, seconds: float) -> None:
    """Ask for readiness as a balancer does."""
    until = monotonic() + seconds
    async with Line(port) as line:
        while monotonic() < until:
            probes.note(await line.ask("GET", "/readyz"))
            await asyncio.sleep(0.2)


def _keep_worst(found: Found, name: str, slowest: float, probed: float, back: float) -> None:
    worst = {f"{name}: slowest in s": slowest, "normal after s": back, "/readyz in s": probed}
    for what, seconds in worst.items():
        before = found.figures.get(what, 0.0)
        assert isinstance(before, float)
        found.figures[what] = max(before, round(seconds, 1))


TROUBLE = Check(
    "bad network",
    "Between server and database, packets are late, vanish, or meet a reset: no request hangs, and `/readyz` tells.",
    "no request > 10 s, `/readyz` in ≤ 2 s",
    quick={"rounds": 1},
    full={"rounds": 10},
    run=_trouble,
    control=Break("a deadline of 14 s", settings={"REQUEST_DEADLINE_SECONDS": "14"}),
)
