"""An invoice was credited, in part or in full (R18)."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.workflow import FINAL, Status
from app.letters import samples
from app.letters.invoices.account import SAMPLE_ROWS, Rows, read_account
from app.letters.invoices.unpaid import everybody_concerned, finance_readers
from app.letters.letter import CentreWords, Draft, Letter, Stage
from app.pdf.issued.credit_notes import credit_note_pdf
from app.queries.credit_notes import get_credit_note
from app.queries.invoice_links import contexts_of
from app.queries.letters import find_replacement_number, get_entry
from app.settings import Bank


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(CentreWords):
    """What the template prints. Amounts are whole pence. The application `waits` where too much was credited to let it
    go on."""

    centre_name: str
    invoice_number: str
    credit_note_number: str
    purchase_order_number: str | None
    withdrawn: bool
    credited_pence: int
    balance: Rows
    amount_due_pence: int
    to_refund_pence: int
    replaced_by: str | None
    waits: bool
    currency: str
    reason: str | None
    due_on: date
    payment_reference: str
    bank: Bank


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceCredited(Letter):
    """To whoever was sent the invoice, and to the centre while its application goes on."""

    kind: ClassVar[str] = "invoice_credited"
    stage: ClassVar[Stage] = Stage.FINANCE
    sample: ClassVar[Words] = Words(
        recipient_name=samples.FINANCE_CONTACT,
        centre_name=samples.CENTRE,
        invoice_number=samples.INVOICE,
        credit_note_number=samples.CREDIT_NOTE,
        purchase_order_number=samples.PURCHASE_ORDER,
        withdrawn=False,
        credited_pence=5_000,
        balance=SAMPLE_ROWS,
        amount_due_pence=samples.FEE_PENCE - 25_000,
        to_refund_pence=0,
        replaced_by="INV-2026-000058",
        waits=False,
        currency="GBP",
        reason="A discount that we agreed.",
        due_on=samples.DAY,
        payment_reference=samples.INVOICE,
        bank=samples.BANK,
    )

    entry_id: UUID

    async def load(self, work: Work) -> Draft | None:
        entry, invoice, application = await get_entry(work.session, self.entry_id)
        readers = everybody_concerned if application.closed_at is None else finance_readers
        name, to = await readers(work, invoice)
        account = await read_account(work, invoice)
        standing = account.standing
        row = await get_credit_note(work.session, entry.id)
        context = (await contexts_of(work, [invoice.id]))[invoice.id]
        words = Words(
            recipient_name=name,
            centre_name=invoice.customer["name"],
            invoice_number=invoice.printed_number,
            credit_note_number=row.printed_number,
            purchase_order_number=invoice.purchase_order_number,
            withdrawn=application.status is Status.WITHDRAWN,
            credited_pence=entry.amount_pence,
            balance=account.rows,
            amount_due_pence=standing.due,
            to_refund_pence=standing.overpaid,
            replaced_by=await find_replacement_number(work.session, invoice.id),
            waits=context.fee.credited and context.replaced_by_id is None and application.status not in FINAL,
            currency=entry.currency,
            reason=entry.reason,
            due_on=invoice.due_on,
            payment_reference=invoice.printed_reference,
            bank=Bank.model_validate(invoice.bank),
        )
        return Draft(words, to, enclosures=(credit_note_pdf(work, row),))
