"""Staff closed what the centre had abandoned."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.letter_topics import LetterTopic
from app.domain.statuses import Status
from app.letters import samples
from app.letters.letter import CentreWords, Draft, Letter, Stage
from app.letters.readers import people_of
from app.queries.letters import credited_invoice, get_application


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(CentreWords):
    reference: str
    centre_name: str
    closed_at: datetime
    reason: str
    reopenable_until: date
    credited_invoice_number: str | None
    credited_pence: int
    to_refund_pence: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationClosed(Letter):
    """To the centre, unless the application was reopened meanwhile."""

    kind: ClassVar[str] = "application_closed"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=samples.SUPER_USER,
        reference=samples.APPLICATION,
        centre_name=samples.CENTRE,
        closed_at=samples.MOMENT,
        reason="The invoice has been overdue for a month, and our letters are not answered.",
        reopenable_until=samples.DAY,
        credited_invoice_number=samples.INVOICE,
        credited_pence=samples.FEE_PENCE,
        to_refund_pence=20_000,
        currency="GBP",
    )

    application_id: UUID

    async def load(self, work: Work) -> Draft | None:
        application = await get_application(work.session, self.application_id)
        if application.status is not Status.CLOSED or application.reopenable_until is None:
            return None
        name, to = await people_of(work, application.centre_id, LetterTopic.APPLICATION)
        invoice = None
        if application.closing_credit_pence:
            invoice = await credited_invoice(work.session, application.id)
        words = Words(
            recipient_name=name,
            reference=application.reference,
            centre_name=application.centre_name,
            closed_at=application.closed_at or work.now,
            reason=application.closing_reason or "",
            reopenable_until=application.reopenable_until,
            credited_invoice_number=invoice.known_number if invoice is not None else None,
            credited_pence=application.closing_credit_pence or 0,
            to_refund_pence=max(0, -invoice.due_pence) if invoice is not None else 0,
            currency=invoice.currency if invoice is not None else "GBP",
        )
        return Draft(words, to)
