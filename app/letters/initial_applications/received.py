"""The acknowledgement of an initial application (R02)."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.working_days import london_date
from app.letters import samples
from app.letters.letter import CentreWords, Draft, Letter, Stage
from app.letters.readers import APPLICANT, nameless
from app.queries.letters import get_initial_application


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(CentreWords):
    reference: str
    received_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class InitialApplicationReceived(Letter):
    """To the organisation's own address only: anybody can type anybody's address into the public form.

    The letter repeats nothing that the sender typed, for the same reason."""

    kind: ClassVar[str] = "initial_application_received"
    stage: ClassVar[Stage] = Stage.APPLICATIONS
    sample: ClassVar[Words] = Words(
        recipient_name=APPLICANT,
        reference=samples.INITIAL_APPLICATION,
        received_on=samples.DAY,
    )

    initial_application_id: UUID

    async def load(self, work: Work) -> Draft | None:
        row = await get_initial_application(work.session, self.initial_application_id)
        words = Words(
            recipient_name=APPLICANT,
            reference=row.reference,
            received_on=london_date(row.received_at),
        )
        return Draft(words, nameless(row.email))
