"""Numbers that finance systems have given (R18)."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Work
from app.domain.invoices import EntryKind
from app.models import Invoice, InvoiceEntry
from app.queries.locking import lock_row
from app.queries.visibility import Found, Reason, money_visible_to, unfiltered


async def find_credit(work: Work, ids: Mapping[str, UUID]) -> Found[InvoiceEntry] | None:
    """Find the credit note in the path, for those who see its invoice."""
    found = (
        await work.session.execute(
            select(InvoiceEntry, Invoice.centre_id)
            .join(Invoice, Invoice.id == InvoiceEntry.invoice_id)
            .where(
                InvoiceEntry.id == ids["credit_note_id"],
                InvoiceEntry.kind == EntryKind.CREDIT,
                money_visible_to(work.actor, Invoice.centre_id),
            )
        )
    ).one_or_none()
    return Found(found[0], found[1]) if found is not None else None


@unfiltered(Reason.RULE)
async def invoice_with_number(session: AsyncSession, number: str, but: UUID) -> UUID | None:
    """Find another invoice with this number of the finance system."""
    row = Invoice
    found: UUID | None = await session.scalar(select(row.id).where(row.ledger_number == number, row.id != but))
    return found


@unfiltered(Reason.RULE)
async def credit_note_with_number(session: AsyncSession, number: str, but: UUID) -> UUID | None:
    """Find another credit note with this number of the finance system."""
    row = InvoiceEntry
    found: UUID | None = await session.scalar(select(row.id).where(row.ledger_number == number, row.id != but))
    return found


async def lock_entry(session: AsyncSession, id_: UUID) -> InvoiceEntry:
    """Lock the entry, and read it afresh. Lock its invoice first."""
    return await lock_row(session, InvoiceEntry, id_)
