"""Finance waived an invoice (R18)."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.letters import samples
from app.letters.letter import Draft, Letter, StaffWords, Stage
from app.letters.readers import managers
from app.queries.letters import get_entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(StaffWords):
    """What the template prints. Amounts are whole pence."""

    reference: str
    centre_name: str
    invoice_number: str | None
    total_pence: int
    waived_pence: int
    currency: str
    waived_by: str
    reason: str
    goes_on: bool


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
        total_pence=samples.FEE_PENCE,
        waived_pence=samples.FEE_PENCE,
        currency="GBP",
        waived_by="Sam Miller",
        reason="Agreed with the board on 20 October.",
        goes_on=True,
    )

    entry_id: UUID

    async def load(self, work: Work) -> Draft | None:
        entry, invoice, application = await get_entry(work.session, self.entry_id)
        name, to = await managers(work)
        words = Words(
            recipient_name=name,
            reference=application.reference,
            centre_name=application.centre_name,
            invoice_number=invoice.known_number,
            total_pence=invoice.total_pence,
            waived_pence=entry.amount_pence,
            currency=entry.currency,
            waived_by=entry.recorded_by_name,
            reason=entry.reason or "",
            goes_on=application.closed_at is None,
        )
        return Draft(words, to)
