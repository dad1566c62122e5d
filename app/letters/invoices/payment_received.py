"""The fee is paid in full (R18, R19)."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.working_days import london_date
from app.letters import samples
from app.letters.letter import CentreWords, Draft, Letter, Stage
from app.letters.readers import super_users
from app.queries.letters import find_name, get_entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(CentreWords):
    reference: str
    centre_name: str
    invoice_number: str
    amount_pence: int
    currency: str
    received_on: date
    centre_lead_name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentReceived(Letter):
    """To the centre, with its centre lead if one could be assigned."""

    kind: ClassVar[str] = "payment_received"
    stage: ClassVar[Stage] = Stage.FINANCE
    sample: ClassVar[Words] = Words(
        recipient_name=samples.SUPER_USER,
        reference=samples.APPLICATION,
        centre_name=samples.CENTRE,
        invoice_number=samples.INVOICE,
        amount_pence=samples.FEE_PENCE,
        currency="GBP",
        received_on=samples.DAY,
        centre_lead_name=samples.CENTRE_LEAD,
    )

    entry_id: UUID

    async def load(self, work: Work) -> Draft | None:
        entry, invoice, application = await get_entry(work.session, self.entry_id)
        name, to = await super_users(work, invoice.centre_id)
        words = Words(
            recipient_name=name,
            reference=application.reference,
            centre_name=application.centre_name,
            invoice_number=invoice.number,
            amount_pence=entry.amount_pence,
            currency=entry.currency,
            received_on=entry.received_on or london_date(entry.recorded_at),
            centre_lead_name=await find_name(work.session, application.centre_lead_id),
        )
        return Draft(words, to)
