"""Kill the worker while a webhook's receiver is down, slow, cut off, failing or lying."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from time import monotonic
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from faults.check import Break, Check, Found, Sizes
from faults.checks.money import payment
from faults.line import Line
from faults.processes import Process
from faults.world import PROXIED, World, line_of
from tests.receiver import Call, Receiver, receiving, reply
from tests.vanishing import Wire, wire_to

_SEED = 55
_PATIENCE_SECONDS = 60
_EACH_TIME = 6
_LOOPBACK = {"WEBHOOKS__LOOPBACK": "true"}
# Nobody waits here for a retry, nor for the leases of a dead worker.
_RETRIED = "UPDATE webhook_deliveries SET next_at = now(), tries = 0 WHERE next_at > now()"
_TAKEN_OVER = f"""
UPDATE pgqueuer SET heartbeat = heartbeat - interval '1 hour', execute_after = execute_after - interval '1 day';
UPDATE webhook_endpoints SET leased_until = now() - interval '1 second';
{_RETRIED}
"""
_EVENTS = "SELECT id FROM events WHERE type = 'payment.recorded' AND aggregate_id = ANY($1)"


class _Ledger:
    """The receiver's memory: what it took, in the order in which it did."""

    def __init__(self) -> None:
        self.taken: list[Call] = []
        self.fails = self.lies = False

    def answer(self, call: Call) -> bytes:
        """Take an event, refuse it, or take it and say otherwise."""
        if not self.fails:
            self.taken.append(call)
        return reply(500 if self.fails or self.lies else 204)

    def out_of_order(self) -> int:
        """How many objects' events were first taken in another order than they happened."""
        firsts: dict[str, list[int]] = defaultdict(list)
        for call in {call.id: call for call in reversed(self.taken)}.values():
            firsts[call.event["aggregate"]["id"]].insert(0, call.event["aggregate"]["sequence"])
        return sum(found != sorted(found) for found in firsts.values())


def _down(wire: Wire, _: _Ledger) -> None:
    wire.refuses = True
    wire.reset()


def _slow(wire: Wire, _: _Ledger) -> None:
    wire.delay = 0.4


def _cut(wire: Wire, _: _Ledger) -> None:
    # The event is taken, and nothing is left of the answer.
    wire.down.on_bytes = (b"HTTP/1.1", wire.reset)


def _failing(_: Wire, ledger: _Ledger) -> None:
    ledger.fails = True


def _lying(_: Wire, ledger: _Ledger) -> None:
    ledger.lies = True


_TROUBLES: Sequence[Callable[[Wire, _Ledger], None]] = (_down, _cut, _slow, _lying, _failing)


async def _pay(line: Line, invoices: Sequence[UUID], chance: random.Random) -> None:
    for invoice in chance.choices(invoices, k=_EACH_TIME):
        answer = await line.ask("POST", f"/v1/invoices/{invoice}/payments", payment(1), idempotency_key=uuid4().hex)
        if answer.status != 201:
            raise RuntimeError(f"a payment got {answer.status} {answer.code}")


async def _register(world: World, port: int, url: str) -> None:
    body = {
        "description": "Ledger",
        "url": f"http://127.0.0.1:{urlsplit(url).port}/",
        "event_types": ["payment.recorded"],
        "owner_email": "ledger@example.org",
    }
    async with Line(port, (await world.staff("administrator")).token) as line:
        answer = await line.ask("POST", "/v1/webhook-endpoints", body)
        if answer.status != 201:
            raise RuntimeError(f"no endpoint was registered: {answer.status} {answer.code}")


async def _attempted(world: World, worker: Process, there: int) -> int:
    """Wait until an attempt is written that was not there; return how many are."""
    deadline = monotonic() + _PATIENCE_SECONDS
    async with world.connection() as connection:
        while monotonic() < deadline:
            count: int = await connection.fetchval("SELECT count(*) FROM webhook_attempts")
            if count > there:
                return count
            await asyncio.sleep(0.02)
    raise RuntimeError(f"the worker attempts nothing: {worker.said()}")


async def _webhooks(world: World, sizes: Sizes) -> Found:
    found, chance, ledger, attempts = Found(), random.Random(_SEED), _Ledger(), 0
    server = await world.serve({**PROXIED, **_LOOPBACK})
    invoices = await world.ids("awaiting_payment", "invoice_id", 3)
    async with world.connection() as connection:
        before = {row["id"] for row in await connection.fetch(_EVENTS, invoices)}
    async with (
        receiving(ledger.answer) as receiver,
        wire_to(f"postgresql://127.0.0.1:{receiver.port}/none") as (wire, url),
        line_of(server, await world.staff("finance")) as line,
    ):
        await _register(world, server.port, url)
        for number in range(sizes["kills"]):
            _TROUBLES[number % len(_TROUBLES)](wire, ledger)
            await _pay(line, invoices, chance)
            worker = world.work(_LOOPBACK)
            attempts = await _attempted(world, worker, attempts)
            wire.mend()
            ledger.fails = ledger.lies = False
            # These wait behind what has not arrived.
            await _pay(line, invoices, chance)
            await asyncio.sleep(chance.uniform(0, 0.5))
            worker.kill()
            async with world.connection() as connection:
                await connection.execute(_TAKEN_OVER)
        world.work(_LOOPBACK)
        async with world.connection() as connection:
            events = {row["id"] for row in await connection.fetch(_EVENTS, invoices)} - before
            lost = await _until_taken(connection.execute, receiver, ledger, {str(id_) for id_ in events})
    found.figures |= {"kills": sizes["kills"], "events": len(events), "posts": len(receiver.calls)}
    found.figures |= {"lost": len(lost), "objects out of order": ledger.out_of_order()}
    found.expect(not lost, f"{len(lost)} events never arrived")
    found.expect(not ledger.out_of_order(), f"the events of {ledger.out_of_order()} invoices came out of order")
    return found


async def _until_taken(
    execute: Callable[[str], object], receiver: Receiver, ledger: _Ledger, events: set[str]
) -> set[str]:
    """Wait until the receiver has every event; return those that it lacks at the end."""
    deadline, posts = monotonic() + _PATIENCE_SECONDS, 0
    while (lost := events - {call.id for call in ledger.taken}) and monotonic() < deadline:
        if len(receiver.calls) > posts:
            deadline, posts = monotonic() + _PATIENCE_SECONDS, len(receiver.calls)
        await execute(_RETRIED)  # type: ignore[misc]
        await asyncio.sleep(0.2)
    return lost


DELIVERED = Check(
    "vexing receiver",
    "A webhook's receiver is down, slow, cut off, failing or lying, and the worker is killed meanwhile: every event "
    "arrives, and those of an invoice in order.",
    "0 lost, 0 out of order",
    quick={"kills": 5},
    full={"kills": 100},
    run=_webhooks,
    control=Break("an event waits for none before it", patch="lanes_never_busy", sizes={"kills": 2}),
    beside=True,
)
