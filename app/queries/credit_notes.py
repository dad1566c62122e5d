"""Credit notes: the credits in the ledgers of invoices, with all that a document about one needs (R18)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import JSON, Row, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.database import Work
from app.domain.fees import FeeLine, credited_parts
from app.domain.invoices import EntryKind
from app.domain.json_values import JsonObject
from app.models import Application, Invoice, InvoiceEntry
from app.queries.visibility import Found, Reason, money_visible_to, unfiltered


@dataclass(frozen=True)
class CreditNoteRow:
    """A credit note, its invoice, and what was credited of that before, in pence."""

    entry: InvoiceEntry
    invoice: Invoice
    application_reference: str
    earlier: tuple[int, ...]

    @property
    def number(self) -> str:
        """The credit note's number."""
        assert self.entry.credit_note_number is not None, "a constraint demands it of every credit"
        return self.entry.credit_note_number

    @property
    def printed_number(self) -> str:
        """The number on the document: the finance system's, if it numbers credit notes."""
        return self.entry.ledger_number or self.number

    @property
    def lines(self) -> list[FeeLine]:
        """What is credited of the lines of the invoice."""
        return [line for _, line in self.booked_lines]

    @property
    def booked_lines(self) -> list[tuple[JsonObject, FeeLine]]:
        """The invoice's lines of which something is credited, as they are stored, each with what is."""
        credited = credited_parts(self.invoice.fee_lines, self.earlier, self.entry.amount_pence)
        return [(stored, line) for stored, line in zip(self.invoice.lines, credited, strict=True) if line is not None]


_before = aliased(InvoiceEntry)
_EARLIER = (
    select(func.json_agg(aggregate_order_by(_before.amount_pence, _before.sequence.asc()), type_=JSON()))
    .where(
        _before.invoice_id == InvoiceEntry.invoice_id,
        _before.kind == EntryKind.CREDIT,
        _before.sequence < InvoiceEntry.sequence,
    )
    .scalar_subquery()
)
_CREDIT_NOTES = (
    select(InvoiceEntry, Invoice, Application.reference, _EARLIER)
    .join(Invoice, Invoice.id == InvoiceEntry.invoice_id)
    .join(Application, Application.id == Invoice.application_id)
    .where(InvoiceEntry.kind == EntryKind.CREDIT)
)


def _row(found: Row[InvoiceEntry, Invoice, str, list[int] | None]) -> CreditNoteRow:
    return CreditNoteRow(found[0], found[1], found[2], tuple(found[3] or ()))


async def find_credit_note(work: Work, ids: Mapping[str, UUID]) -> Found[CreditNoteRow] | None:
    """Find the credit note in the path, for staff, finance systems and its own centre."""
    found = (
        await work.session.execute(
            _CREDIT_NOTES.where(
                InvoiceEntry.id == ids["credit_note_id"], money_visible_to(work.actor, Invoice.centre_id)
            )
        )
    ).one_or_none()
    if found is None:
        return None
    row = _row(found)
    return Found(row, row.invoice.centre_id)


@unfiltered(Reason.JUDGED)
async def credit_notes_of(session: AsyncSession, entry_ids: Sequence[UUID]) -> dict[UUID, CreditNoteRow]:
    """Load the credit notes with these ids."""
    found = await session.execute(_CREDIT_NOTES.where(InvoiceEntry.id.in_(entry_ids)))
    return {row[0].id: _row(row) for row in found}


@unfiltered(Reason.JUDGED)
async def get_credit_note(session: AsyncSession, entry_id: UUID) -> CreditNoteRow:
    """Load the credit note that a letter or another row names."""
    return _row((await session.execute(_CREDIT_NOTES.where(InvoiceEntry.id == entry_id))).one())
