"""The acknowledgement of a submission (R16, R18)."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.letter_topics import LetterTopic
from app.letters import samples
from app.letters.letter import CentreWords, Draft, Letter, Stage
from app.letters.readers import people_of
from app.models import Submission
from app.queries.contacts import finance_contact
from app.queries.letters import with_application


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(CentreWords):
    reference: str
    centre_name: str
    submitted_at: datetime
    finance_contact_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationSubmitted(Letter):
    """To the centre, which is asked to tell its finance contact to expect the invoice."""

    kind: ClassVar[str] = "application_submitted"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=samples.SUPER_USER,
        reference=samples.APPLICATION,
        centre_name=samples.CENTRE,
        submitted_at=samples.MOMENT,
        finance_contact_name=samples.FINANCE_CONTACT,
    )

    submission_id: UUID

    async def load(self, work: Work) -> Draft | None:
        submission, application = await with_application(work.session, Submission, self.submission_id)
        name, to = await people_of(work, application.centre_id, LetterTopic.APPLICATION)
        contact = await finance_contact(work.session, application.centre_id)
        words = Words(
            recipient_name=name,
            reference=application.reference,
            centre_name=application.centre_name,
            submitted_at=submission.submitted_at,
            finance_contact_name=contact.name if contact else "your finance contact",
        )
        return Draft(words, to)
