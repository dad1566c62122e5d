"""Nothing is to be paid on an invoice any more: finance has waived it (R18)."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.letters import samples
from app.letters.invoices.account import SAMPLE_ROWS, Fee, Rows, read_account, read_fee
from app.letters.invoices.unpaid import everybody_concerned
from app.letters.letter import CentreWords, Draft, Letter, Stage
from app.queries.letters import get_entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(CentreWords):
    """What the template prints. Amounts are whole pence."""

    reference: str
    centre_name: str
    invoice_number: str | None
    purchase_order_number: str | None
    waived_pence: int
    balance: Rows
    to_refund_pence: int
    currency: str
    fee: Fee


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeWaived(Letter):
    """To the centre and those who pay."""

    kind: ClassVar[str] = "fee_waived"
    stage: ClassVar[Stage] = Stage.FINANCE
    sample: ClassVar[Words] = Words(
        recipient_name=samples.FINANCE_CONTACT,
        reference=samples.APPLICATION,
        centre_name=samples.CENTRE,
        invoice_number=samples.INVOICE,
        purchase_order_number=samples.PURCHASE_ORDER,
        waived_pence=30_000,
        balance=(*SAMPLE_ROWS, ("Waived", "£300.00")),
        to_refund_pence=5_000,
        currency="GBP",
        fee=Fee.SETTLED,
    )

    entry_id: UUID

    async def load(self, work: Work) -> Draft | None:
        entry, invoice, application = await get_entry(work.session, self.entry_id)
        account = await read_account(work, invoice)
        standing = account.standing
        name, to = await everybody_concerned(work, invoice)
        words = Words(
            recipient_name=name,
            reference=application.reference,
            centre_name=invoice.customer["name"],
            invoice_number=invoice.known_number,
            purchase_order_number=invoice.purchase_order_number,
            waived_pence=entry.amount_pence,
            balance=account.rows,
            to_refund_pence=standing.overpaid,
            currency=entry.currency,
            fee=await read_fee(work, invoice, application, standing),
        )
        # A payment that was reversed since is due again, and has its own letter.
        return Draft(words, to) if standing.due == 0 else None
