"""A credit balance was moved to another invoice of the centre (R18)."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.letters import samples
from app.letters.invoices.account import SAMPLE_ROWS, Fee, Rows, read_account, read_fee
from app.letters.invoices.unpaid import everybody_concerned
from app.letters.letter import CentreWords, Draft, Letter, Stage
from app.models import Invoice
from app.queries.letters import get_entry
from app.queries.rows import find_row
from app.settings import Bank


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(CentreWords):
    """What the template prints. Amounts are whole pence."""

    reference: str
    centre_name: str
    invoice_number: str
    from_invoice_number: str | None
    moved_pence: int
    balance: Rows
    amount_due_pence: int
    fee: Fee
    currency: str
    due_on: date
    payment_reference: str
    bank: Bank


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditMoved(Letter):
    """To the centre and those who pay: no payment arrived, so there is no receipt."""

    kind: ClassVar[str] = "credit_moved"
    stage: ClassVar[Stage] = Stage.FINANCE
    sample: ClassVar[Words] = Words(
        recipient_name=samples.FINANCE_CONTACT,
        reference=samples.APPLICATION,
        centre_name=samples.CENTRE,
        invoice_number=samples.INVOICE,
        from_invoice_number="INV-2026-000012",
        moved_pence=20_000,
        balance=SAMPLE_ROWS,
        amount_due_pence=25_000,
        fee=Fee.DUE,
        currency="GBP",
        due_on=samples.DAY,
        payment_reference=samples.INVOICE,
        bank=samples.BANK,
    )

    entry_id: UUID

    async def load(self, work: Work) -> Draft | None:
        entry, invoice, application = await get_entry(work.session, self.entry_id)
        source = await find_row(work.session, Invoice, entry.counterpart_invoice_id)
        assert source is not None, "a constraint demands it of every allocation"
        name, to = await everybody_concerned(work, invoice)
        account = await read_account(work, invoice)
        standing = account.standing
        words = Words(
            recipient_name=name,
            reference=application.reference,
            centre_name=invoice.customer["name"],
            invoice_number=invoice.printed_number,
            from_invoice_number=source.known_number,
            moved_pence=entry.amount_pence,
            balance=account.rows,
            amount_due_pence=standing.due,
            fee=await read_fee(work, invoice, application, standing),
            currency=entry.currency,
            due_on=invoice.due_on,
            payment_reference=invoice.printed_reference,
            bank=Bank.model_validate(invoice.bank),
        )
        return Draft(words, to)
