"""Whoever asks what changed since a moment misses nothing, in whatever order transactions commit (R18)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import text

from app.database import Database
from tests.queries.test_balances import _ENTRY
from tests.routers.finance_stage import Bill, bill
from tests.world import World

LISTS = ("/v1/invoices", "/v1/payments")


@asynccontextmanager
async def entering(database: Database, one: Bill, pence: int) -> AsyncIterator[None]:
    """Enter a payment, and hold its transaction open for the block."""
    async with database.transaction() as session:
        await session.execute(text(_ENTRY), {"invoice": one.invoice_id, "sequence": 1, "pence": pence})
        yield


class Poller:
    """A finance system that asks for what changed since the last change that it has seen."""

    def __init__(self, one: Bill, path: str, since: str) -> None:
        self.one, self.path, self.since = one, path, since
        self.seen: dict[str, Any] = {}

    async def ask(self) -> list[str]:
        """Ask once; the ids that are new, or newer than seen."""
        shown = await self.one.world.get(f"{self.path}?limit=100&updated_since={self.since}", self.one.finance)
        stamps = [item["updated_at"] for item in shown["items"]]
        assert stamps == sorted(stamps)
        new = [item["id"] for item in shown["items"] if self.seen.get(item["id"]) != item]
        self.seen |= {item["id"]: item for item in shown["items"]}
        self.since = stamps[-1] if stamps else self.since
        return new


@pytest.mark.requirement("R18")
async def test_a_change_that_commits_late_is_not_passed_over(world: World) -> None:
    """The earlier payment commits after the later one; meanwhile the later one is not shown either."""
    early, late = await bill(world), await bill(world)
    invoices = Poller(early, "/v1/invoices", "2000-01-01T00:00:00Z")
    payments = Poller(early, "/v1/payments", "2000-01-01T00:00:00Z")
    assert len(await invoices.ask()) == 2
    async with entering(world.database, early, 100):
        # A lock names whole seconds.
        await asyncio.sleep(1.1)
        async with entering(world.database, late, 200):
            pass
        assert (await invoices.ask(), await payments.ask()) == ([], [])
    assert await invoices.ask() == [str(early.invoice_id), str(late.invoice_id)]
    assert len(await payments.ask()) == 2
    assert (await invoices.ask(), await payments.ask()) == ([], [])


@pytest.mark.requirement("R18")
async def test_many_writers_and_a_poller(world: World) -> None:
    """Each of the changes is seen, although each transaction stays open for another time."""
    bills = [await bill(world) for _ in range(12)]
    poller = Poller(bills[0], "/v1/payments", "2000-01-01T00:00:00Z")

    async def write(number: int, one: Bill) -> None:
        await asyncio.sleep(number % 4 * 0.1)
        async with entering(world.database, one, 100 + number):
            await asyncio.sleep((number * 7 % 12) * 0.1)

    # The pool has a place left for the poller.
    writing = [asyncio.create_task(write(number, one)) for number, one in enumerate(bills[:4])]
    writing += [asyncio.create_task(write(number, one)) for number, one in enumerate(bills[4:6])]
    while not all(task.done() for task in writing):
        await poller.ask()
        await asyncio.sleep(0.05)
    await asyncio.gather(*writing)
    await poller.ask()
    assert len(poller.seen) == len(writing)


@pytest.mark.requirement("R18")
async def test_every_change_of_an_invoice_counts(world: World) -> None:
    """Its issue, each entry, and where it is in a finance system; a reversed payment has changed, too."""
    one = await bill(world)
    invoices = Poller(one, "/v1/invoices", "2000-01-01T00:00:00Z")
    payments = Poller(one, "/v1/payments", "2000-01-01T00:00:00Z")
    assert await invoices.ask() == [str(one.invoice_id)]
    paid = await one.pay(100)
    assert (await invoices.ask(), await payments.ask()) == ([str(one.invoice_id)], [paid["id"]])
    undone = await one.reverse(paid)
    assert await invoices.ask() == [str(one.invoice_id)]
    assert sorted(await payments.ask()) == sorted([paid["id"], undone["id"]])
    refer = (
        "INSERT INTO external_refs (subject_id, subject_type, system, external_id, sync_state, changed_at) "
        "VALUES (:id, :kind, 'xero', 'X', 'synced', now())"
    )
    before = {path: (await one.world.get(path, one.finance))["items"] for path in LISTS}
    async with world.database.transaction() as session:
        await session.execute(text(refer), {"id": one.invoice_id, "kind": "invoice"})
        await session.execute(text(refer), {"id": paid["id"], "kind": "payment"})
    after = {path: (await one.world.get(path, one.finance))["items"] for path in LISTS}
    assert before["/v1/invoices"][0]["updated_at"] < after["/v1/invoices"][0]["updated_at"]
    assert before["/v1/payments"][1]["updated_at"] < after["/v1/payments"][1]["updated_at"]


@pytest.mark.requirement("R18")
async def test_being_replaced_is_a_change(world: World) -> None:
    """Nothing is left to credit, so that no entry tells of it."""
    one = await bill(world)
    await one.credit()
    later = await bill(world)
    invoices = Poller(one, "/v1/invoices", "2000-01-01T00:00:00Z")
    assert await invoices.ask() == [str(one.invoice_id), str(later.invoice_id)]
    new = await one.replaced()
    assert set(await invoices.ask()) == {str(one.invoice_id), str(new.invoice_id)}
    assert invoices.seen[str(one.invoice_id)]["replaced_by_invoice_id"] == str(new.invoice_id)
