"""An initial application is declined (R04)."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.initial_applications import InitialApplicationStatus
from app.letters import samples
from app.letters.letter import CentreWords, Draft, Letter, Stage
from app.letters.readers import addressee
from app.queries.letters import get_initial_application


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(CentreWords):
    reference: str
    organisation_name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InitialApplicationDeclined(Letter):
    """To the organisation, with the reason."""

    kind: ClassVar[str] = "initial_application_declined"
    stage: ClassVar[Stage] = Stage.APPLICATIONS
    sample: ClassVar[Words] = Words(
        recipient_name=samples.CENTRE,
        reference=samples.INITIAL_APPLICATION,
        organisation_name=samples.CENTRE,
        reason="We could not verify the address that you gave.",
    )

    initial_application_id: UUID

    async def load(self, work: Work) -> Draft | None:
        row = await get_initial_application(work.session, self.initial_application_id)
        if row.status is not InitialApplicationStatus.DECLINED or row.decline_reason is None:
            return None
        words = Words(
            recipient_name=row.organisation_name,
            reference=row.reference,
            organisation_name=row.organisation_name,
            reason=row.decline_reason,
        )
        return Draft(words, (addressee(row.organisation_name, row.email),))
