"""A load as a check of the kind that `make faults` runs: while it lasts, honest people are answered."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from time import monotonic

import psutil

from faults.check import Break, Check, Found, Sizes
from faults.slowness import slowness
from faults.world import World
from siege.honest import WINDOW_SECONDS, visiting
from siege.hostile import Attack, attacked
from siege.target import Target, target

_SETTINGS = {"RATE_LIMIT_SCALE": "1", "TRUSTED_PROXIES": ""}
_REFUSED = ("429", "503")


def load(name: str, claim: str, attack: Callable[[Target], Awaitable[Attack]], control: Break) -> Check:
    """The check of one load."""

    async def run(world: World, sizes: Sizes) -> Found:
        found = Found()
        server = await world.serve(_SETTINGS)
        hostile = await attack(await target(world, server.port))
        people, drafts = await world.super_users("draft", 1), await world.ids("draft", "id", 1)
        process = psutil.Process(server.pid)
        async with visiting(world, server.port, people[0], drafts[0]) as honest:
            await asyncio.sleep(sizes["seconds before"])
            async with attacked(hostile) as met:
                honest.attacked_at = monotonic()
                before = process.cpu_times()
                await asyncio.sleep(sizes["seconds"])
                after = process.cpu_times()
        honest.judge(found)
        found.figures |= _sent(met)
        busy = after.user + after.system - before.user - before.system
        found.figures["server busy %"] = round(100 * busy / sizes["seconds"])
        found.figures["slowness of the machine"] = round(await slowness(), 1)
        if not met.total():
            raise RuntimeError("the hostile client met nothing")
        return found

    shortest = int(2 * WINDOW_SECONDS)
    quick, full = {"seconds before": 2, "seconds": shortest}, {"seconds before": 5, "seconds": 30}
    return Check(name, claim, "median ≤ 1 s in every 5 s", quick, full, run, control)


def _sent(met: Counter[str]) -> dict[str, object]:
    if met["opened"]:
        return {"hostile connections": met["opened"], "closed by the server": met["closed"]}
    sent = met.total()
    refused = sum(met[status] for status in _REFUSED)
    shown = {f"hostile {status}": count for status, count in sorted(met.items())}
    return {"hostile requests": sent, "refused %": round(100 * refused / max(sent, 1)), **shown}
