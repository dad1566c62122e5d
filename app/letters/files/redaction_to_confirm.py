"""The redaction of a document that a decision rests on waits for a second person."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.actors import StaffRole
from app.domain.redactions import REASONS, RedactionReason, RedactionStatus
from app.letters import samples
from app.letters.letter import Draft, Letter, StaffWords, Stage
from app.letters.readers import customer_experience, greet
from app.models import Application, FileRedaction
from app.queries.people import staff_with_role
from app.queries.rows import find_row, get_row

_CONFIRMING = (StaffRole.QUALITY_ASSURANCE_MANAGER, StaffRole.ADMINISTRATOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(StaffWords):
    belongs_to: str
    document: str
    reason: str
    asked_by: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RedactionToConfirm(Letter):
    """To the managers and administrators, except who asked; to customer experience, who may confirm too, if that leaves
    nobody."""

    kind: ClassVar[str] = "file_redaction_to_confirm"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=samples.MANAGER,
        belongs_to=f"{samples.CENTRE} ({samples.APPLICATION})",
        document=samples.POLICY_VERSION,
        reason=REASONS[RedactionReason.PERSONAL_DATA],
        asked_by=samples.ADMINISTRATOR,
        expires_at=samples.MOMENT,
    )

    redaction_id: UUID
    application_id: UUID | None = None
    """Whose letters show this one."""

    async def load(self, work: Work) -> Draft | None:
        row = await get_row(work.session, FileRedaction, self.redaction_id)
        people = {person.id: person for role in _CONFIRMING for person in await staff_with_role(work.session, role)}
        people.pop(row.requested_by, None)
        if row.status is not RedactionStatus.PENDING or row.expires_at is None:
            return None
        application = await find_row(work.session, Application, row.application_id)
        organisation = work.settings.organisation.short_name
        name, to = greet(list(people.values())) if people else customer_experience(work.settings)
        words = Words(
            recipient_name=name,
            belongs_to=f"{application.centre_name} ({application.reference})" if application else organisation,
            document=row.title,
            reason=REASONS[row.reason],
            asked_by=row.requested_by_name,
            expires_at=row.expires_at,
        )
        return Draft(words, to)
