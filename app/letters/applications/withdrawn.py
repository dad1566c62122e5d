"""A withdrawal is confirmed."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.letter_topics import LetterTopic
from app.letters import samples
from app.letters.letter import CentreWords, Draft, Letter, Stage
from app.letters.readers import people_of
from app.queries.letters import credited_invoice, find_withdrawer, get_application


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(CentreWords):
    reference: str
    centre_name: str
    withdrawn_by: str
    withdrawn_at: datetime
    credited_invoice_number: str | None
    credited_pence: int
    to_refund_pence: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationWithdrawn(Letter):
    """To the centre, with the number of an invoice whose unpaid rest was credited."""

    kind: ClassVar[str] = "application_withdrawn"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=samples.SUPER_USER,
        reference=samples.APPLICATION,
        centre_name=samples.CENTRE,
        withdrawn_by=samples.SUPER_USER,
        withdrawn_at=samples.MOMENT,
        credited_invoice_number=samples.INVOICE,
        credited_pence=samples.FEE_PENCE,
        to_refund_pence=20_000,
        currency="GBP",
    )

    application_id: UUID

    async def load(self, work: Work) -> Draft | None:
        application = await get_application(work.session, self.application_id)
        name, to = await people_of(work, application.centre_id, LetterTopic.APPLICATION)
        invoice = await credited_invoice(work.session, application.id)
        words = Words(
            recipient_name=name,
            reference=application.reference,
            centre_name=application.centre_name,
            withdrawn_by=await find_withdrawer(work.session, application),
            withdrawn_at=application.closed_at or work.now,
            credited_invoice_number=invoice.known_number if invoice is not None else None,
            credited_pence=invoice.credited_pence if invoice is not None else 0,
            to_refund_pence=max(0, -invoice.due_pence) if invoice is not None else 0,
            currency=invoice.currency if invoice is not None else "GBP",
        )
        return Draft(words, to)
