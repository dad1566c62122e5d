"""Kill the primary database while clients write, and promote its standby: the same servers go on with that."""

import asyncio
from functools import partial
from time import monotonic

from faults.check import Break, Check, Found, Sizes
from faults.clusters import Cluster, as_server
from faults.ground import TEMPLATE
from faults.processes import Server
from faults.world import World
from faults.writers import Ledger, compare, writing

# How long the standby hears nothing before the primary dies, where the line is cut as well.
_CUT_SECONDS = 0.5
_ALONE = {"CONTROL": "the servers know the primary only"}
_UNPROMISED = {"CONTROL": "no commit waits for the standby"}


async def _fail_over(world: World, sizes: Sizes, *, synchronous: bool) -> Found:
    found, total, back = Found(), Found(figures={"acknowledged": 0, "lost": 0, "doubled": 0}), []
    for number in range(sizes["failovers"]):
        primary = Cluster(world.folder / f"primary{number}")
        standby = None
        try:
            await asyncio.to_thread(_create, world, primary)
            standby = await asyncio.to_thread(primary.standby, world.folder / f"standby{number}")
            once, seconds = await _once(world, primary, standby, synchronous=synchronous)
        finally:
            world.close()
            for cluster in filter(None, (primary, standby)):
                cluster.stop("immediate")
        back.append(seconds)
        for name in total.figures:
            total.figures[name] = int(str(total.figures[name])) + int(str(once.figures.get(name, 0)))
        for words in once.wrong:
            # What an asynchronous standby had not received is lost, with its events: that is its figure.
            found.expect(not synchronous and "doubled" not in words and "twice" not in words, words)
    found.figures |= {**total.figures, "writing again after s": round(max(back), 1)}
    found.expect(max(back) <= 10, f"it took {max(back):.1f} s until a write succeeded")
    return found


async def _once(world: World, primary: Cluster, standby: Cluster, *, synchronous: bool) -> tuple[Found, float]:
    control = world.broken.settings if world.broken is not None else {}
    if synchronous and control != _UNPROMISED:
        await asyncio.to_thread(_promise, primary)
    ports = (primary.port,) if control == _ALONE else (primary.port, standby.port)
    world.url = f"{Cluster.url_of(*ports)}?target_session_attrs=read-write"
    server = await world.serve()
    once = Found()
    if not await asyncio.to_thread(primary.follows):
        raise RuntimeError("the standby does not follow")
    async with writing(world, server.port) as ledger:
        await asyncio.sleep(2)
        if synchronous:
            await asyncio.to_thread(_cut, standby)
            await asyncio.sleep(_CUT_SECONDS)
        begun = monotonic()
        primary.kill()
        await asyncio.to_thread(as_server, ["pg_ctl", "-D", str(standby.data), "-w", "promote"])
        seconds = await _until_writing(ledger, begun)
        if seconds == float("inf"):
            # Nobody will answer the writers any more.
            world.url = Cluster.url_of(standby.port)
            await world.serve(port=_restart(server))
        await asyncio.sleep(1)
    world.url = Cluster.url_of(standby.port)
    await compare(world, ledger, once)
    return once, seconds


def _create(world: World, primary: Cluster) -> None:
    """Fill the primary with the template's rows."""
    primary.create()
    dumped = world.ground.dump(TEMPLATE, primary.folder / "template.sql")
    where = ["-h", "127.0.0.1", "-p", str(primary.port), "-U", "centre_recognition", "-d", "centre_recognition"]
    as_server(["psql", "-Xq", "-v", "ON_ERROR_STOP=1", *where, "-f", str(dumped)])


def _promise(primary: Cluster) -> None:
    """A commit is acknowledged when the standby has it too."""
    primary.psql("ALTER SYSTEM SET synchronous_standby_names = 'FIRST 1 (standby)'")
    primary.psql("SELECT pg_reload_conf()")


def _cut(standby: Cluster) -> None:
    """Let the standby look for its primary where nobody is."""
    standby.psql("ALTER SYSTEM SET primary_conninfo = 'host=127.0.0.1 port=1'")
    standby.psql("SELECT pg_reload_conf()")


async def _until_writing(ledger: Ledger, begun: float) -> float:
    await asyncio.sleep(0.1)
    before = ledger.acknowledged
    while monotonic() - begun < 15:
        if ledger.acknowledged > before:
            return monotonic() - begun
        await asyncio.sleep(0.01)
    return float("inf")


def _restart(server: Server) -> int:
    server.kill()
    return server.port


ASYNCHRONOUS = Check(
    "failover to an asynchronous standby",
    "The primary is killed under eight writers and its standby promoted: the servers find it; what was lost is stated.",
    "0 doubled, writing again in ≤ 10 s",
    quick={"failovers": 1},
    full={"failovers": 5},
    run=partial(_fail_over, synchronous=False),
    control=Break("the servers know the primary only", settings=_ALONE),
)
SYNCHRONOUS = Check(
    "failover to a synchronous standby",
    "The same, with the line to the standby cut half a second before: no acknowledged write is lost.",
    "0 lost, 0 doubled, writing again in ≤ 10 s",
    quick={"failovers": 1},
    full={"failovers": 5},
    run=partial(_fail_over, synchronous=True),
    control=Break("no commit waits for the standby", settings=_UNPROMISED),
)
