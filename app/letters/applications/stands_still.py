"""An application that the centre has to complete stands still (R11, R17)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.letter_topics import LetterTopic
from app.domain.workflow import EDITABLE, Status
from app.domain.working_days import london_date
from app.letters import samples
from app.letters.letter import CentreWords, Draft, Letter, Stage
from app.letters.readers import people_of
from app.queries.letters import get_application


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(CentreWords):
    reference: str
    centre_name: str
    since: date
    returned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationStandsStill(Letter):
    """To the centre, unless it has gone on with the application meanwhile."""

    kind: ClassVar[str] = "application_stands_still"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=samples.SUPER_USER,
        reference=samples.APPLICATION,
        centre_name=samples.CENTRE,
        since=samples.DAY,
        returned=True,
    )

    application_id: UUID
    since: datetime

    async def load(self, work: Work) -> Draft | None:
        application = await get_application(work.session, self.application_id)
        if application.status not in EDITABLE or application.changed_at > self.since:
            return None
        name, to = await people_of(work, application.centre_id, LetterTopic.APPLICATION)
        words = Words(
            recipient_name=name,
            reference=application.reference,
            centre_name=application.centre_name,
            since=london_date(self.since),
            returned=application.status is Status.RETURNED,
        )
        return Draft(words, to)
