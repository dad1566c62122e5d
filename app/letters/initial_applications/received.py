"""The acknowledgement of an initial application (R02)."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.working_days import london_date
from app.letters import samples
from app.letters.letter import CentreWords, Draft, Letter, Stage
from app.letters.readers import addressee
from app.queries.letters import get_initial_application


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(CentreWords):
    reference: str
    organisation_name: str
    received_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class InitialApplicationReceived(Letter):
    """To the organisation's own address only: anybody can type anybody's address into the public form.

    The subject repeats nothing that the sender typed, for the same reason."""

    kind: ClassVar[str] = "initial_application_received"
    stage: ClassVar[Stage] = Stage.APPLICATIONS
    sample: ClassVar[Words] = Words(
        recipient_name=samples.CENTRE,
        reference=samples.INITIAL_APPLICATION,
        organisation_name=samples.CENTRE,
        received_on=samples.DAY,
    )

    initial_application_id: UUID

    async def load(self, work: Work) -> Draft | None:
        row = await get_initial_application(work.session, self.initial_application_id)
        words = Words(
            recipient_name=row.organisation_name,
            reference=row.reference,
            organisation_name=row.organisation_name,
            received_on=london_date(row.received_at),
        )
        return Draft(words, (addressee(row.organisation_name, row.email),))
