"""The sums on an invoice's row, which lists filter by, agree with its ledger, which is the truth (R18)."""

import asyncio
from contextlib import nullcontext
from typing import Any

import pytest
from sqlalchemy import select, text

from app.database import Database
from app.database_errors import RefusedByDatabase
from app.domain.ledger import ledger
from app.models import Invoice, InvoiceEntry
from tests.routers.finance_stage import FEE, Bill, bill
from tests.world import World

_ENTRY = """INSERT INTO invoice_entries (id, invoice_id, sequence, kind, amount_pence, currency, recorded_by_name,
recorded_at) VALUES (gen_random_uuid(), :invoice, :sequence, 'payment', :pence, 'GBP', 'Finance', now())"""


async def assert_sums_agree(database: Database) -> None:
    async with database.transaction() as session:
        for invoice in (await session.scalars(select(Invoice))).all():
            rows = await session.scalars(select(InvoiceEntry).where(InvoiceEntry.invoice_id == invoice.id))
            derived = ledger(invoice.total_pence, [(row.kind, row.amount_pence) for row in rows.all()])
            kept = (invoice.paid_pence, invoice.credited_pence, invoice.waived_pence, invoice.refunded_pence)
            assert kept == (derived.paid, derived.credited, derived.waived, derived.refunded)
            assert (invoice.due_pence, invoice.status) == (derived.due - derived.overpaid, derived.status.value)


@pytest.mark.requirement("R18")
async def test_only_an_entry_changes_the_sums(world: World) -> None:
    """Neither an UPDATE nor an INSERT that brings sums of its own."""
    one = await bill(world)
    await one.pay(FEE // 2)
    for change in ("paid_pence = 0", "credited_pence = 1", "paid_pence = paid_pence", "terms = 'None'"):
        with pytest.raises(RefusedByDatabase, match="append-only"):
            async with world.database.transaction() as session:
                await session.execute(text(f"UPDATE invoices SET {change}"))
    async with world.database.transaction() as session:
        row = (await session.scalars(select(Invoice))).one()
        values = {name: getattr(row, name) for name in _columns()}
        values |= {"number": "INV-2026-999999", "paid_pence": 7, "replaces_id": row.id}
        session.expunge(row)
        session.add(Invoice(**values))
        await session.flush()
        found = await session.execute(text("SELECT paid_pence, status FROM invoices ORDER BY number"))
        assert found.all() == [(FEE // 2, "part_paid"), (0, "issued")]
        await session.rollback()
    await assert_sums_agree(world.database)


def _columns() -> list[str]:
    mapped = Invoice.__table__.columns
    return [column.key for column in mapped if column.computed is None and column.key not in ("id", "credited_pence")]


@pytest.mark.requirement("R18")
async def test_the_sums_follow_every_kind_of_entry(world: World) -> None:
    one, other = await bill(world), await bill(world)
    await assert_sums_agree(world.database)
    payment = await one.pay(FEE // 2)
    await assert_sums_agree(world.database)
    await one.reverse(payment)
    await assert_sums_agree(world.database)
    await one.credit(FEE // 4)
    await one.pay(FEE)
    await assert_sums_agree(world.database)
    await other.credit()
    await assert_sums_agree(world.database)
    async with world.database.transaction() as session:
        statuses = (await session.scalars(select(Invoice.status).order_by(Invoice.number))).all()
    assert statuses == ["paid", "credited"]


async def _enter(database: Database, one: Bill, sequence: int, *, keep: bool) -> None:
    given: dict[str, Any] = {"invoice": one.invoice_id, "sequence": sequence, "pence": 100 * sequence}
    with pytest.raises(ZeroDivisionError) if not keep else nullcontext():
        async with database.transaction() as session:
            await session.execute(text(_ENTRY), given)
            if not keep:
                raise ZeroDivisionError


@pytest.mark.requirement("R18")
async def test_concurrent_entries_and_roll_backs_leave_the_sums_right(world: World) -> None:
    """Each entry adds to what the one before it left, and one that is rolled back leaves nothing."""
    one = await bill(world)
    await asyncio.gather(*(_enter(world.database, one, number, keep=number % 3 != 0) for number in range(1, 13)))
    await assert_sums_agree(world.database)
    async with world.database.transaction() as session:
        kept = sum(100 * number for number in range(1, 13) if number % 3 != 0)
        assert await session.scalar(select(Invoice.paid_pence)) == kept
