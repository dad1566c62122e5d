"""A payment was recorded that does not complete an invoice: part of it, or more than was due (R18)."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.working_days import london_date
from app.letters import samples
from app.letters.invoices.account import SAMPLE_ROWS, Fee, Rows, read_account, read_fee
from app.letters.invoices.unpaid import everybody_concerned
from app.letters.letter import CentreWords, Draft, Letter, Stage
from app.pdf.issued.receipts import receipt_pdf
from app.queries.letters import get_entry
from app.settings import Bank


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(CentreWords):
    """What the template prints. Amounts are whole pence."""

    centre_name: str
    invoice_number: str
    received_pence: int
    received_on: date
    balance: Rows
    amount_due_pence: int
    overpaid_pence: int
    fee: Fee
    currency: str
    due_on: date
    payment_reference: str
    bank: Bank


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRecorded(Letter):
    """To the centre and its finance contact. `PaymentReceived` tells of the payment that completes an invoice."""

    kind: ClassVar[str] = "payment_recorded"
    stage: ClassVar[Stage] = Stage.FINANCE
    sample: ClassVar[Words] = Words(
        recipient_name=samples.FINANCE_CONTACT,
        centre_name=samples.CENTRE,
        invoice_number=samples.INVOICE,
        received_pence=20_000,
        received_on=samples.DAY,
        balance=SAMPLE_ROWS,
        amount_due_pence=25_000,
        overpaid_pence=0,
        fee=Fee.DUE,
        currency="GBP",
        due_on=samples.DAY,
        payment_reference=samples.INVOICE,
        bank=samples.BANK,
    )

    entry_id: UUID

    async def load(self, work: Work) -> Draft | None:
        entry, invoice, application = await get_entry(work.session, self.entry_id)
        account = await read_account(work, invoice)
        standing = account.standing
        name, to = await everybody_concerned(work, invoice)
        words = Words(
            recipient_name=name,
            centre_name=invoice.customer["name"],
            invoice_number=invoice.printed_number,
            received_pence=entry.amount_pence,
            received_on=entry.received_on or london_date(entry.recorded_at),
            balance=account.rows,
            amount_due_pence=standing.due,
            overpaid_pence=standing.overpaid,
            fee=await read_fee(work, invoice, application, standing),
            currency=entry.currency,
            due_on=invoice.due_on,
            payment_reference=invoice.printed_reference,
            bank=Bank.model_validate(invoice.bank),
        )
        return Draft(words, to, enclosures=(await receipt_pdf(work, entry, invoice),))
