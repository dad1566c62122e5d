"""Kill workers in the middle of their jobs, and see what became of the letters.

It needs no fixture, but a relay, the variables of a worker, and a way to query.
"""

import asyncio
import random
import re
import signal
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from tests.jobs.processes import WorkerProcess, worker_process
from tests.jobs.relay import Relay
from tests.jobs.working import until_found

Query = Callable[..., Awaitable[list[Any]]]
_PASSWORD = re.compile(r"Your first password is:\s+(\S+)")


@dataclass
class Kills:
    """What the kills have done."""

    kills: int = 0
    in_hand: set[str] = field(default_factory=set)
    """The letters that were claimed at a kill, and so may have been with the relay. Only they may go out twice."""
    lost: list[str] = field(default_factory=list)
    """Letters that no worker has sent in the end."""
    doubled: list[str] = field(default_factory=list)
    needlessly: list[str] = field(default_factory=list)
    """Letters that went out twice although nobody had them in hand at a kill."""
    passwords: dict[str, set[str]] = field(default_factory=dict)
    """Letters whose copies have different first passwords."""


async def kill_workers(
    variables: Mapping[str, str], relay: Relay, query: Query, *, kills: int, workers: int = 2, seed: int = 1
) -> Kills:
    """Kill a worker while it has a letter in hand, and start another, so many times; then let one finish.

    Letters must be queued. With too few for all the kills, it ends earlier.
    """
    told, chance = Kills(), random.Random(seed)
    async with AsyncExitStack() as stack:
        running = [await _started(stack, variables) for _ in range(workers)]
        while told.kills < kills and await _waiting(query):
            relay.has_message.clear()
            if not await asyncio.to_thread(relay.has_message.wait, 30):
                break
            # Before the relay's answer, after it, or while the note is written.
            await asyncio.sleep(chance.random() * 2 * relay.pause)
            victim = running.pop(chance.randrange(len(running)))
            victim.send(signal.SIGKILL)
            await victim.ended(10)
            told.kills += 1
            told.in_hand |= {
                str(id_) for (id_,) in await query("SELECT id FROM emails WHERE sending_since IS NOT NULL")
            }
            running.append(await _started(stack, variables))
        await until_found(lambda: _all_done(query), 180)
        for worker in running:
            worker.send(signal.SIGTERM)
            await worker.ended(30)
    await _judge(told, relay, query)
    return told


async def _started(stack: AsyncExitStack, variables: Mapping[str, str]) -> WorkerProcess:
    worker = await stack.enter_async_context(worker_process(variables))
    await worker.started()
    return worker


async def _waiting(query: Query) -> bool:
    return bool(await query("SELECT id FROM emails WHERE status = 'queued' LIMIT 1"))


async def _all_done(query: Query) -> bool:
    """No letter waits, and no job: a worker that died after its note leaves the job to another."""
    return not await _waiting(query) and not await query("SELECT id FROM pgqueuer WHERE entrypoint = 'send_email'")


async def _judge(told: Kills, relay: Relay, query: Query) -> None:
    copies: dict[str, list[EmailMessage]] = defaultdict(list)
    for message in relay.accepted:
        copies[str(message["Message-ID"]).strip("<>").partition("@")[0]].append(message)
    letters = [str(id_) for (id_,) in await query("SELECT id FROM emails WHERE status <> 'not_needed'")]
    told.lost = [id_ for id_ in letters if not copies[id_]]
    told.doubled = [id_ for id_, messages in copies.items() if len(messages) > 1]
    told.needlessly = [id_ for id_ in told.doubled if id_ not in told.in_hand]
    for id_, messages in copies.items():
        passwords = set(_PASSWORD.findall("".join(map(_text, messages))))
        if len(passwords) > 1:
            told.passwords[id_] = passwords


def _text(message: EmailMessage) -> str:
    body = message.get_body(preferencelist=("plain",))
    return str(body.get_content()) if body is not None else ""
