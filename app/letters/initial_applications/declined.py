"""An initial application is declined (R04)."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.initial_applications import InitialApplicationStatus
from app.letters import samples
from app.letters.letter import CentreWords, Draft, Letter, Stage
from app.letters.readers import APPLICANT, nameless
from app.queries.letters import get_initial_application


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(CentreWords):
    reference: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InitialApplicationDeclined(Letter):
    """To the organisation, with the reason in our words and nothing that the sender typed."""

    kind: ClassVar[str] = "initial_application_declined"
    stage: ClassVar[Stage] = Stage.APPLICATIONS
    sample: ClassVar[Words] = Words(
        recipient_name=APPLICANT,
        reference=samples.INITIAL_APPLICATION,
        reason="We could not verify the address that you gave.",
    )

    initial_application_id: UUID

    async def load(self, work: Work) -> Draft | None:
        row = await get_initial_application(work.session, self.initial_application_id)
        if row.status is not InitialApplicationStatus.DECLINED or row.decline_reason is None:
            return None
        words = Words(
            recipient_name=APPLICANT,
            reference=row.reference,
            reason=row.decline_reason,
        )
        return Draft(words, nameless(row.email))
