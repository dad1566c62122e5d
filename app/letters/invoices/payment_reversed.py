"""A payment was reversed (R18)."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.working_days import london_date
from app.letters import samples
from app.letters.invoices.account import Fee, Rows, read_account, read_fee
from app.letters.invoices.unpaid import everybody_concerned
from app.letters.letter import CentreWords, Draft, Letter, Stage
from app.queries.letters import get_entry
from app.settings import Bank


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(CentreWords):
    """What the template prints. Amounts are whole pence."""

    reference: str
    centre_name: str
    invoice_number: str
    fee: Fee
    reversed_pence: int
    balance: Rows
    amount_due_pence: int
    overpaid_pence: int
    currency: str
    reversed_on: date
    payment_reference: str
    bank: Bank


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentReversed(Letter):
    """To the centre and its finance contact. An application under way is on hold until nothing is due."""

    kind: ClassVar[str] = "payment_reversed"
    stage: ClassVar[Stage] = Stage.FINANCE
    sample: ClassVar[Words] = Words(
        recipient_name=samples.SUPER_USER,
        reference=samples.APPLICATION,
        centre_name=samples.CENTRE,
        invoice_number=samples.INVOICE,
        fee=Fee.DUE,
        reversed_pence=samples.FEE_PENCE,
        balance=(),
        amount_due_pence=samples.FEE_PENCE,
        overpaid_pence=0,
        currency="GBP",
        reversed_on=samples.DAY,
        payment_reference=samples.INVOICE,
        bank=samples.BANK,
    )

    entry_id: UUID

    async def load(self, work: Work) -> Draft | None:
        entry, invoice, application = await get_entry(work.session, self.entry_id)
        name, to = await everybody_concerned(work, invoice)
        account = await read_account(work, invoice)
        standing = account.standing
        words = Words(
            recipient_name=name,
            reference=application.reference,
            centre_name=application.centre_name,
            invoice_number=invoice.printed_number,
            fee=await read_fee(work, invoice, application, standing),
            reversed_pence=entry.amount_pence,
            balance=account.rows,
            amount_due_pence=standing.due,
            overpaid_pence=standing.overpaid,
            currency=entry.currency,
            reversed_on=london_date(entry.recorded_at),
            payment_reference=invoice.printed_reference,
            bank=Bank.model_validate(invoice.bank),
        )
        return Draft(words, to)
