"""The fee is paid in full (R18, R19)."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.formats import long_date, money
from app.domain.invoices import EntryKind
from app.domain.ledger import ledger
from app.domain.working_days import london_date
from app.letters import samples
from app.letters.invoices.unpaid import everybody_concerned
from app.letters.letter import CentreWords, Draft, Letter, Stage
from app.queries.invoices import list_entries
from app.queries.letters import find_name, get_entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(CentreWords):
    """What the template prints. Amounts are whole pence, summed over the invoice.

    `parts` are the payments, if there are several, and `received_on` is the day of the last one.
    """

    reference: str
    centre_name: str
    invoice_number: str
    paid_pence: int
    credited_pence: int
    overpaid_pence: int
    parts: tuple[str, ...]
    currency: str
    received_on: date
    centre_lead_name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentReceived(Letter):
    """To the centre and its finance contact, with the centre lead if one could be assigned, unless something is due."""

    kind: ClassVar[str] = "payment_received"
    stage: ClassVar[Stage] = Stage.FINANCE
    sample: ClassVar[Words] = Words(
        recipient_name=samples.SUPER_USER,
        reference=samples.APPLICATION,
        centre_name=samples.CENTRE,
        invoice_number=samples.INVOICE,
        paid_pence=samples.FEE_PENCE,
        credited_pence=5_000,
        overpaid_pence=5_000,
        parts=("£250.00 on Monday 30 November 2026", "£250.00 on Monday 7 December 2026"),
        currency="GBP",
        received_on=samples.DAY,
        centre_lead_name=samples.CENTRE_LEAD,
    )

    entry_id: UUID

    async def load(self, work: Work) -> Draft | None:
        _, invoice, application = await get_entry(work.session, self.entry_id)
        entries = await list_entries(work.session, [invoice.id])
        standing = ledger(invoice.total_pence, [(entry.kind, entry.amount_pence) for entry in entries])
        reversed_ids = {entry.reverses_id for entry in entries}
        paid = [entry for entry in entries if entry.kind is EntryKind.PAYMENT and entry.id not in reversed_ids]
        if standing.due > 0 or not paid:
            return None
        days = [entry.received_on or london_date(entry.recorded_at) for entry in paid]
        parts = tuple(
            f"{money(entry.amount_pence, entry.currency)} on {long_date(day)}"
            for entry, day in zip(paid, days, strict=True)
        )
        name, to = await everybody_concerned(work, invoice)
        words = Words(
            recipient_name=name,
            reference=application.reference,
            centre_name=application.centre_name,
            invoice_number=invoice.number,
            paid_pence=standing.paid,
            credited_pence=standing.credited,
            overpaid_pence=standing.overpaid,
            parts=parts if len(parts) > 1 else (),
            currency=invoice.currency,
            received_on=max(days),
            centre_lead_name=await find_name(work.session, application.centre_lead_id),
        )
        return Draft(words, to)
