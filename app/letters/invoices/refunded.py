"""A credit balance was refunded (R18)."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.working_days import london_date
from app.letters import samples
from app.letters.invoices.account import Rows, read_account
from app.letters.invoices.unpaid import everybody_concerned, finance_readers
from app.letters.letter import CentreWords, Draft, Letter, Stage
from app.queries.letters import get_entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(CentreWords):
    """What the template prints. Amounts are whole pence."""

    centre_name: str
    invoice_number: str
    purchase_order_number: str | None
    refunded_pence: int
    refunded_on: date
    balance: Rows
    to_refund_pence: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRefunded(Letter):
    """To those who pay, and to the centre while its application goes on."""

    kind: ClassVar[str] = "payment_refunded"
    stage: ClassVar[Stage] = Stage.FINANCE
    sample: ClassVar[Words] = Words(
        recipient_name=samples.FINANCE_CONTACT,
        centre_name=samples.CENTRE,
        invoice_number=samples.INVOICE,
        purchase_order_number=samples.PURCHASE_ORDER,
        refunded_pence=15_000,
        refunded_on=samples.DAY,
        balance=(
            ("Invoice total", "£500.00"),
            ("You had paid", "£200.00"),
            ("Refunded to you", "£150.00"),
            ("Credited by us", "£500.00"),
        ),
        to_refund_pence=5_000,
        currency="GBP",
    )

    entry_id: UUID

    async def load(self, work: Work) -> Draft | None:
        entry, invoice, application = await get_entry(work.session, self.entry_id)
        readers = everybody_concerned if application.closed_at is None else finance_readers
        name, to = await readers(work, invoice)
        account = await read_account(work, invoice, paid="You had paid")
        standing = account.standing
        words = Words(
            recipient_name=name,
            centre_name=invoice.customer["name"],
            invoice_number=invoice.printed_number,
            purchase_order_number=invoice.purchase_order_number,
            refunded_pence=entry.amount_pence,
            refunded_on=entry.refunded_on or london_date(entry.recorded_at),
            balance=account.rows,
            to_refund_pence=standing.overpaid,
            currency=entry.currency,
        )
        return Draft(words, to)
