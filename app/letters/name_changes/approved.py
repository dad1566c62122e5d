"""A centre's change of names was approved."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.letter_topics import LetterTopic
from app.letters import samples
from app.letters.letter import CentreWords, Draft, Letter, Stage
from app.letters.readers import people_of
from app.pdf.issued.recognitions import certificate, verification_url
from app.queries.letters import get_name_change
from app.queries.recognitions import last_replaced


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(CentreWords):
    old_name: str
    name: str
    trading_name: str | None
    answer: str | None
    certificate_number: str | None
    replaced_number: str | None
    verification_url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NameChangeApproved(Letter):
    """To the centre, with the certificate that was issued anew."""

    kind: ClassVar[str] = "name_change_approved"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=samples.SUPER_USER,
        old_name=samples.CENTRE,
        name="Riverside Learning CIC",
        trading_name="Riverside Learning",
        answer="Tell your learners.",
        certificate_number="RC-2027-000004",
        replaced_number=samples.CERTIFICATE,
        verification_url="https://portal.example.org/certificates/RC-2027-000004",
    )

    name_change_id: UUID
    application_id: UUID | None
    """Whose letters show this one, if there is an application."""

    async def load(self, work: Work) -> Draft | None:
        change = await get_name_change(work.session, self.name_change_id)
        name, to = await people_of(work, change.centre_id, LetterTopic.DECISIONS)
        found = await last_replaced(work.session, change.centre_id, change.settled_at)
        old, recognition = found if found is not None else (None, None)
        number = recognition.number if recognition is not None else None
        words = Words(
            recipient_name=name,
            old_name=change.old_name,
            name=change.name,
            trading_name=change.trading_name,
            answer=change.answer,
            certificate_number=number,
            replaced_number=old.number if old is not None else None,
            verification_url=verification_url(work.settings, number) if number is not None else None,
        )
        enclosed = (certificate(recognition, work.settings),) if recognition is not None else ()
        return Draft(words, to, enclosures=enclosed)
