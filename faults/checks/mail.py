"""Kill the worker, crash its database and vex its relay while letters go out."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from time import monotonic
from uuid import uuid4

from app.samples import answers
from faults.check import Break, Check, Found, Sizes
from faults.line import Line
from faults.world import World
from tests.jobs.relay import Relay, running

_SEED = 30
_PATIENCE_SECONDS = 120
_SOON = {"SMTP__REPEAT_AFTER_SECONDS": "5"}
# A living worker hears the relay's answer, if it does not give up on a machine that is busy for seconds.
_PATIENT = {"SMTP__REPEAT_AFTER_SECONDS": "60"}
# What a dead worker had in hand is free for others once so much time has passed; nobody waits for it here.
_LATER = """
UPDATE pgqueuer SET heartbeat = heartbeat - interval '1 hour', execute_after = execute_after - interval '1 day';
UPDATE emails SET sending_since = sending_since - interval '1 hour'
"""


async def _queue(world: World, count: int) -> set[str]:
    """Have the server queue so many letters; return their ids."""
    server = await world.serve()
    async with Line(server.port) as line:
        for _ in range(count):
            body = answers.initial_application(uuid4().hex[-12:])
            answer = await line.ask("POST", "/v1/initial-applications", body, idempotency_key=uuid4().hex)
            if answer.status != 201:
                raise RuntimeError(f"no letter was queued: {answer.status}")
    server.kill()
    async with world.connection() as connection:
        return {str(row["id"]) for row in await connection.fetch("SELECT id FROM emails WHERE status = 'queued'")}


def _through(relay: Relay) -> dict[str, str]:
    return {"SMTP__HOST": "127.0.0.1", "SMTP__PORT": str(relay.port), "SMTP__START_TLS": "false", **_SOON}


async def _until(condition: Callable[[], bool], seconds: float = _PATIENCE_SECONDS) -> bool:
    deadline = monotonic() + seconds
    while not condition():
        if monotonic() > deadline:
            return False
        await asyncio.sleep(0.01)
    return True


async def _until_sent(world: World, found: Found) -> None:
    """Wait until no letter is queued."""
    deadline, waiting = monotonic() + _PATIENCE_SECONDS, -1
    async with world.connection() as connection:
        while monotonic() < deadline:
            there, waiting = waiting, await connection.fetchval("SELECT count(*) FROM emails WHERE status = 'queued'")
            if waiting == 0:
                return
            if waiting < there:
                deadline = monotonic() + _PATIENCE_SECONDS
            await asyncio.sleep(0.1)
    found.expect(False, f"{waiting} letters wait, and none has been sent for {_PATIENCE_SECONDS} s")


def _copies(relay: Relay) -> Counter[str]:
    """How often the relay has accepted each letter."""
    return Counter({id_[1:].partition("@")[0]: count for id_, count in relay.copies.items()})


async def _killed(world: World, sizes: Sizes) -> Found:
    found, chance, in_hand = Found(), random.Random(_SEED), set[str]()
    # More than go out until each kill, even where this process notices late that one did.
    ids = await _queue(world, 20 * sizes["kills"])
    with running(Relay(pause=0.15)) as relay:
        for _ in range(sizes["kills"]):
            there, worker = len(relay.accepted), world.work(_through(relay))
            if not await _until(lambda there=there: len(relay.accepted) > there):  # type: ignore[misc]
                raise RuntimeError(f"the worker sends nothing: {worker.said()}")
            await asyncio.sleep(chance.uniform(0, 0.1))
            worker.kill()
            async with world.connection() as connection:
                held = await connection.fetch("SELECT id FROM emails WHERE sending_since IS NOT NULL")
                in_hand |= {str(row["id"]) for row in held}
                await connection.execute(_LATER)
        world.work(_through(relay))
        await _until_sent(world, found)
    copies = _copies(relay)
    lost, doubled = ids - copies.keys(), {id_ for id_, count in copies.items() if count > 1}
    found.figures |= {"kills": sizes["kills"], "letters": len(ids), "lost": len(lost)}
    found.figures |= {"in hand at a kill": len(in_hand), "of these sent again": len(doubled & in_hand)}
    found.expect(not lost, f"{len(lost)} letters never reached the relay")
    found.expect(doubled <= in_hand, f"{len(doubled - in_hand)} letters were sent twice without need")
    return found


async def _outage(world: World, sizes: Sizes) -> Found:
    """The worker lives and its database crashes again and again, each time for a second."""
    found, chance = Found(), random.Random(_SEED)
    ids = await _queue(world, 60 * sizes["crashes"])
    with running(Relay(pause=0.3)) as relay:
        worker = world.work(_through(relay) | _PATIENT)
        for _ in range(sizes["crashes"]):
            # The relay has a letter, and still thinks about it while the database crashes.
            relay.has_message.clear()
            await _until(relay.has_message.is_set)
            await asyncio.sleep(chance.uniform(0, 0.1))
            await asyncio.to_thread(world.ground.crash)
            await asyncio.sleep(1)
            await asyncio.to_thread(world.ground.restart)
        await _until_sent(world, found)
    copies = _copies(relay)
    doubled, lines = sum(count > 1 for count in copies.values()), worker.lines("[warning", "[error", "Traceback")
    found.figures |= {"crashes": sizes["crashes"], "letters": len(ids), "lost": len(ids - copies.keys())}
    found.figures |= {"sent twice": doubled, "lines of warnings": lines}
    found.expect(ids <= copies.keys(), f"{len(ids - copies.keys())} letters never reached the relay")
    found.expect(not doubled, f"{doubled} letters were sent twice, though the worker lived")
    return found


async def _relay(world: World, sizes: Sizes) -> Found:
    """A relay that is slow, puts letters off, refuses one for good, and then hangs while the worker is told to end."""
    found, put_off = Found(), ("451 Try again later",) * 3
    ids = await _queue(world, sizes["letters"])
    with running(Relay(*put_off, "550 No such mailbox", pause=0.3)) as relay:
        worker = world.work(_through(relay))
        await _until(lambda: len(relay.accepted) >= len(ids) // 2)
        relay.hangs.set()
        await asyncio.sleep(0.5)
        worker.terminate()
        ended = await worker.ended(60)
        async with world.connection() as connection:
            picked = await connection.fetchval("SELECT count(*) FROM pgqueuer WHERE status = 'picked'")
            await connection.execute(_LATER)
        relay.hangs.clear()
        world.work(_through(relay))
        await _until_sent(world, found)
        async with world.connection() as connection:
            held = await connection.fetchval("SELECT count(*) FROM emails WHERE status = 'held'")
    copies = _copies(relay)
    found.figures |= {"letters": len(ids), "sent": len(copies), "held": held, "most connections": relay.most_open}
    found.figures |= {"ended in s": "never" if ended is None else round(ended, 1), "jobs not put back": picked}
    found.expect(set(copies.values()) == {1}, f"{sum(count > 1 for count in copies.values())} letters were sent twice")
    found.expect(len(copies) + held == len(ids), f"{len(ids)} letters: {len(copies)} are sent, and {held} are held")
    found.expect(held == 1, f"{held} letters are held, and one was refused")
    found.expect(relay.most_open <= 5, f"the relay had {relay.most_open} connections at once")
    found.expect(ended is not None and ended <= 30, "the worker did not end within 30 s")
    found.expect(picked == 0, f"{picked} jobs were not put back")
    return found


KILLED = Check(
    "worker killed",
    "The worker is killed in the middle of sending: no letter is lost, and only one in its hands may go out again.",
    "0 lost, 0 sent twice that can be helped",
    quick={"kills": 4},
    full={"kills": 50},
    run=_killed,
    control=Break("a letter counts as sent once it is claimed", patch="sent_when_claimed", sizes={"kills": 2}),
    beside=True,
)
OUTAGE = Check(
    "mail during outages",
    "The database crashes while letters go out: each goes out once, since the worker lives to note it.",
    "0 lost, 0 sent twice",
    quick={"crashes": 1},
    full={"crashes": 30},
    run=_outage,
    control=Break("the note that a letter was sent is not repeated", settings=_SOON, patch="noted_once"),
)
RELAY = Check(
    "vexing relay",
    "The relay is slow, puts letters off, refuses one, and hangs while the worker is told to end.",
    "each sent once or held, ≤ 5 connections, ended in ≤ 30 s, jobs put back",
    quick={"letters": 30},
    full={"letters": 400},
    run=_relay,
    control=Break("fifty connections to the relay", settings={"SMTP__CONNECTIONS": "50", "JOB_CONCURRENCY": "100"}),
    beside=True,
)
