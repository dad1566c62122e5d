"""Finance waived an invoice (R18)."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.letters import samples
from app.letters.invoices.account import SAMPLE_ROWS, Fee, Rows, read_account, read_fee, shortfall
from app.letters.letter import Draft, Letter, StaffWords, Stage
from app.letters.readers import managers
from app.queries.letters import get_entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(StaffWords):
    """What the template prints. Amounts are whole pence.

    `shortfall_pence` is what credit notes and cheaper invoices took off the fee, which the waiver lets pass.
    """

    reference: str
    centre_name: str
    invoice_number: str | None
    balance: Rows
    waived_pence: int
    shortfall_pence: int
    currency: str
    waived_by: str
    reason: str
    fee: Fee


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceWaived(Letter):
    """To the quality assurance managers: finance gave up money, and an application may go on without its fee."""

    kind: ClassVar[str] = "invoice_waived"
    stage: ClassVar[Stage] = Stage.FINANCE
    sample: ClassVar[Words] = Words(
        recipient_name=samples.MANAGER,
        reference=samples.APPLICATION,
        centre_name=samples.CENTRE,
        invoice_number=samples.INVOICE,
        balance=(*SAMPLE_ROWS, ("Waived", "£250.00")),
        waived_pence=25_000,
        shortfall_pence=5_000,
        currency="GBP",
        waived_by="Sam Miller",
        reason="Agreed with the board on 20 October.",
        fee=Fee.SETTLED,
    )

    entry_id: UUID

    async def load(self, work: Work) -> Draft | None:
        entry, invoice, application = await get_entry(work.session, self.entry_id)
        account = await read_account(work, invoice)
        name, to = await managers(work)
        words = Words(
            recipient_name=name,
            reference=application.reference,
            centre_name=application.centre_name,
            invoice_number=invoice.known_number,
            balance=account.rows,
            waived_pence=entry.amount_pence,
            shortfall_pence=await shortfall(work, invoice),
            currency=entry.currency,
            waived_by=entry.recorded_by_name,
            reason=entry.reason or "",
            fee=await read_fee(work, invoice, application, account.standing),
        )
        return Draft(words, to)
