"""An application has passed its initial review (R18)."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.letter_topics import LetterTopic
from app.letters import samples
from app.letters.letter import CentreWords, Draft, Letter, Stage
from app.letters.readers import people_of
from app.models import Invoice
from app.queries.letters import with_application


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(CentreWords):
    reference: str
    centre_name: str
    finance_contact_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InitialReviewPassed(Letter):
    """To the centre: the invoice goes to its finance contact."""

    kind: ClassVar[str] = "initial_review_passed"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=samples.SUPER_USER,
        reference=samples.APPLICATION,
        centre_name=samples.CENTRE,
        finance_contact_name=samples.FINANCE_CONTACT,
    )

    invoice_id: UUID

    async def load(self, work: Work) -> Draft | None:
        invoice, application = await with_application(work.session, Invoice, self.invoice_id)
        name, to = await people_of(work, invoice.centre_id, LetterTopic.APPLICATION)
        contact = invoice.customer.get("contact")
        words = Words(
            recipient_name=name,
            reference=application.reference,
            centre_name=application.centre_name,
            finance_contact_name=contact["name"] if contact else name,
        )
        return Draft(words, to)
