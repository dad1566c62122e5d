"""Deliver webhooks: lease endpoints, send what is due without a connection to the database, write what came of it."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from time import monotonic
from typing import Final
from uuid import UUID

import structlog

from app.clock import Clock, system_clock
from app.database import Work
from app.domain.refusals.requests import Unavailable
from app.integrations.webhooks import Sender, Undelivered, signature
from app.jobs.means import Means
from app.jobs.noting import until_noted
from app.metrics import Reading
from app.services.webhooks import delivering
from app.services.webhooks.delivering import Outgoing
from app.services.webhooks.outcomes import ATTEMPTS, Attempted

log = structlog.get_logger(__name__)

ENDPOINTS_AT_ONCE: Final = 64
"""Endpoints that a worker delivers to at a time. One that hangs takes one of these places and one connection."""

LOOKED_FOR_EVERY_SECONDS: Final = 5.0
"""Events are announced. Retries and endpoints of a dead worker wait at most this long."""

_TOGETHER_SECONDS: Final = 0.01
# A failing endpoint gives its place up after this time, and gets it back when others have had theirs.
_TURN_SECONDS: Final = 60.0


class Courier:
    """Delivers for one worker."""

    def __init__(self, means: Means, *, sender: Sender | None = None, real: Clock = system_clock) -> None:
        """`real` tells the time that receivers go by, also where the product's clock is moved."""
        self._means = means
        self._sender = sender or Sender(loopback=means.settings.webhooks.loopback)
        self._real = real
        # By lease: an endpoint can come back while its lost lease still ends.
        self._serving: dict[UUID, asyncio.Task[None]] = {}
        self._wake = asyncio.Event()
        self._stopping = False

    def wake(self) -> None:
        """Look for something to send now."""
        self._wake.set()

    def readings(self) -> Iterator[Reading]:
        """What this process has sent, and to how many endpoints it sends now."""
        for outcome, number in ATTEMPTS.items():
            yield Reading("webhook_attempts", number, (outcome,))
        yield Reading("webhook_endpoints_served", len(self._serving))

    async def run(self) -> None:
        """Deliver until cancelled; call `finish` then."""
        while True:
            self._wake.clear()
            try:
                await self._take()
            except Unavailable as error:
                log.warning("webhooks_wait", reason=type(error.__cause__ or error).__name__)
            except Exception as error:
                log.error("fault", exc_info=error)
            try:
                async with asyncio.timeout(LOOKED_FOR_EVERY_SECONDS):
                    await self._wake.wait()
            except TimeoutError:
                pass

    async def deliver_due(self) -> None:
        """Deliver everything that is due, and return: for callers that look at the result."""
        while await self._take():
            await asyncio.gather(*self._serving.values())

    async def finish(self, seconds: float) -> None:
        """Begin no attempt any more, let those that run end for some seconds, and cut the others off: another worker
        sends them again once the lease has run out."""
        self._stopping = True
        if self._serving:
            await asyncio.wait(self._serving.values(), timeout=seconds)
        tasks = list(self._serving.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._sender.close()

    async def _take(self) -> int:
        """Begin to deliver to endpoints that have something to send; return how many."""
        room = ENDPOINTS_AT_ONCE - len(self._serving)
        if room <= 0 or self._stopping:
            return 0
        async with self._means.work() as work:
            leases = await delivering.lease(work, room)
        for endpoint_id, lease in leases.items():
            self._serving[lease] = asyncio.create_task(self._serve(endpoint_id, lease))
        return len(leases)

    async def _serve(self, endpoint_id: UUID, lease: UUID) -> None:
        try:
            await self._deliver(endpoint_id, lease)
        except Exception as error:
            log.error("fault", webhook_endpoint=str(endpoint_id), exc_info=error)
        finally:
            del self._serving[lease]
            self._wake.set()

    async def _deliver(self, endpoint_id: UUID, lease: UUID) -> None:
        running: dict[asyncio.Task[Attempted], UUID] = {}
        done: Sequence[Attempted] = ()
        began = monotonic()
        try:
            while True:
                go_on = not self._stopping and (monotonic() - began < _TURN_SECONDS)
                outgoing = await self._advance(endpoint_id, lease, done, list(running.values()), go_on=go_on)
                for one in outgoing or ():
                    running[asyncio.create_task(self._attempt(one))] = one.lane
                if outgoing is None or not running:
                    return
                await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                # Others that end just now are written in the same transaction.
                ended, _ = await asyncio.wait(running, timeout=_TOGETHER_SECONDS)
                done = [task.result() for task in ended]
                for task in ended:
                    del running[task]
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def _advance(
        self, endpoint_id: UUID, lease: UUID, done: Sequence[Attempted], running: Sequence[UUID], *, go_on: bool
    ) -> Sequence[Outgoing] | None:
        """As `delivering.advance`, as often as it takes while the database is away."""
        found: list[Sequence[Outgoing] | None] = []

        async def write(work: Work) -> None:
            found.append(await delivering.advance(work, endpoint_id, lease, done, running, go_on=go_on))

        await until_noted(self._means, write)
        # An earlier one may have been rolled back.
        return found[-1]

    async def _attempt(self, outgoing: Outgoing) -> Attempted:
        """Send once. Raises nothing but `CancelledError`."""
        at, began = self._means.clock(), monotonic()
        timestamp = int(self._real().timestamp())
        headers = {
            "content-type": "application/json",
            "user-agent": "centre-recognition-webhooks/1.0",
            "webhook-id": outgoing.message_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature(outgoing.secrets, outgoing.message_id, timestamp, outgoing.body),
        }
        made = partial(_attempted, outgoing, at, timestamp, began)
        try:
            said = await self._sender.send(outgoing.url, headers, outgoing.body)
        except Undelivered as error:
            return made(unanswered=str(error)[:500])
        except Exception as error:
            # Ours. It counts as an attempt, so that the schedule goes on and the log shows it.
            log.error("fault", webhook_delivery=str(outgoing.delivery_id), exc_info=error)
            return made(unanswered=f"our fault: {type(error).__name__}")
        return made(status=said.status, answer=said.body, retry_after=said.retry_after)


def _attempted(outgoing: Outgoing, at: datetime, timestamp: int, began: float, **answer: object) -> Attempted:
    milliseconds = int((monotonic() - began) * 1000)
    return Attempted(outgoing.delivery_id, at, outgoing.url, timestamp, milliseconds, **answer)  # type: ignore[arg-type]
