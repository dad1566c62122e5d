"""The fee is paid in full (R18, R19)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.formats import long_date, money
from app.domain.invoices import EntryKind
from app.domain.working_days import london_date
from app.letters import samples
from app.letters.invoices.account import Fee, Rows, moved_between, read_account, read_fee
from app.letters.invoices.unpaid import everybody_concerned
from app.letters.letter import CentreWords, Draft, Letter, Stage
from app.models import Invoice, InvoiceEntry
from app.pdf.issued.receipts import receipt_pdf
from app.queries.letters import find_name, get_entry
from app.queries.rows import get_row


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(CentreWords):
    """What the template prints. Amounts are whole pence.

    `received_pence` is the payment's. The other amounts are summed over the invoice: `parts` are the payments and what
    has moved from other invoices, if there are several, and `received_on` is the day of the last payment. If something
    is due again, the letter is a receipt alone.
    """

    reference: str
    centre_name: str
    invoice_number: str
    received_pence: int
    balance: Rows
    overpaid_pence: int
    amount_due_pence: int
    fee: Fee
    parts: tuple[str, ...]
    currency: str
    received_on: date
    centre_lead_name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentReceived(Letter):
    """The receipt to the centre and its finance contact, with the centre lead if one could be assigned."""

    kind: ClassVar[str] = "payment_received"
    stage: ClassVar[Stage] = Stage.FINANCE
    sample: ClassVar[Words] = Words(
        recipient_name=samples.SUPER_USER,
        reference=samples.APPLICATION,
        centre_name=samples.CENTRE,
        invoice_number=samples.INVOICE,
        received_pence=25_000,
        balance=(
            ("Invoice total", "£500.00"),
            ("Received", "£500.00"),
            ("Refunded to you", "£20.00"),
            ("Credited by us", "£50.00"),
        ),
        overpaid_pence=3_000,
        amount_due_pence=0,
        fee=Fee.SETTLED,
        parts=("£250.00 on Monday 30 November 2026", "£250.00 on Monday 7 December 2026"),
        currency="GBP",
        received_on=samples.DAY,
        centre_lead_name=samples.CENTRE_LEAD,
    )

    entry_id: UUID

    async def load(self, work: Work) -> Draft | None:
        entry, invoice, application = await get_entry(work.session, self.entry_id)
        account = await read_account(work, invoice, paid="Received")
        entries, standing = account.entries, account.standing
        reversed_ids = {each.reverses_id for each in entries}
        if entry.id in reversed_ids:
            return None
        paid = [each for each in entries if each.kind is EntryKind.PAYMENT and each.id not in reversed_ids]
        days = [each.received_on or london_date(each.recorded_at) for each in paid]
        parts = (
            *(await _moved_in(work, entries)),
            *(
                f"{money(each.amount_pence, each.currency)} on {long_date(day)}"
                for each, day in zip(paid, days, strict=True)
            ),
        )
        name, to = await everybody_concerned(work, invoice)
        words = Words(
            recipient_name=name,
            reference=application.reference,
            centre_name=application.centre_name,
            invoice_number=invoice.printed_number,
            received_pence=entry.amount_pence,
            balance=account.rows,
            overpaid_pence=standing.overpaid,
            amount_due_pence=standing.due,
            fee=await read_fee(work, invoice, application, standing),
            parts=parts if len(parts) > 1 else (),
            currency=invoice.currency,
            received_on=max(days),
            centre_lead_name=await find_name(work.session, application.centre_lead_id),
        )
        return Draft(words, to, enclosures=(await receipt_pdf(work, entry, invoice),))


async def _moved_in(work: Work, entries: Sequence[InvoiceEntry]) -> list[str]:
    """What of other invoices was used for this one and has not gone back."""
    moved = moved_between(entries)
    rows = {id_: await get_row(work.session, Invoice, id_) for id_, pence in moved.items() if pence > 0}
    return [f"{money(moved[id_], row.currency)} moved from {row.called}" for id_, row in rows.items()]
