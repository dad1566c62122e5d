"""A closed application goes on."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.letter_topics import LetterTopic
from app.domain.statuses import STATUSES
from app.letters import samples
from app.letters.letter import CentreWords, Draft, Letter, Stage
from app.letters.readers import people_of
from app.queries.invoices import invoice_of
from app.queries.letters import get_application


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(CentreWords):
    reference: str
    centre_name: str
    status: str
    new_invoice_number: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationReopened(Letter):
    """To the centre, unless the application has ended again."""

    kind: ClassVar[str] = "application_reopened"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=samples.SUPER_USER,
        reference=samples.APPLICATION,
        centre_name=samples.CENTRE,
        status="Invoice to be paid",
        new_invoice_number=samples.INVOICE,
    )

    application_id: UUID

    async def load(self, work: Work) -> Draft | None:
        application = await get_application(work.session, self.application_id)
        if application.closed_at is not None:
            return None
        name, to = await people_of(work, application.centre_id, LetterTopic.APPLICATION)
        invoice = await invoice_of(work.session, application.id)
        if invoice is not None and (invoice.issued_at != application.status_since or invoice.awaiting_number):
            # The reopening issued none, or it is sent once the finance system has numbered it.
            invoice = None
        words = Words(
            recipient_name=name,
            reference=application.reference,
            centre_name=application.centre_name,
            status=STATUSES[application.status].centre_name,
            new_invoice_number=invoice.printed_number if invoice is not None else None,
        )
        return Draft(words, to)
