"""The content of a document that the centre lead has to judge was removed."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.redactions import REASONS, RedactionReason, UploadKind
from app.letters import samples
from app.letters.letter import Draft, Letter, StaffWords, Stage
from app.letters.readers import centre_lead_or_managers
from app.models import Application, FileRedaction
from app.queries.rows import get_row

_NEXT = {
    UploadKind.POLICY_VERSION: "If you cannot judge the application without it, return it, so that the centre can "
    "upload another version.",
    UploadKind.ACTION_EVIDENCE: "The action is open again, and the centre has to send other evidence.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(StaffWords):
    belongs_to: str
    document: str
    reason: str
    removed_by: str
    next_step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RedactedUnderReview(Letter):
    """To the centre lead."""

    kind: ClassVar[str] = "file_redacted_under_review"
    stage: ClassVar[Stage] = Stage.APPLICATIONS
    sample: ClassVar[Words] = Words(
        recipient_name=samples.CENTRE_LEAD,
        belongs_to=f"{samples.CENTRE} ({samples.APPLICATION})",
        document=samples.POLICY_VERSION,
        reason=REASONS[RedactionReason.PERSONAL_DATA],
        removed_by=samples.ADMINISTRATOR,
        next_step=_NEXT[UploadKind.POLICY_VERSION],
    )

    redaction_id: UUID
    application_id: UUID
    """Whose letters show this one."""

    async def load(self, work: Work) -> Draft | None:
        row = await get_row(work.session, FileRedaction, self.redaction_id)
        application = await get_row(work.session, Application, self.application_id)
        name, to = await centre_lead_or_managers(work, application)
        words = Words(
            recipient_name=name,
            belongs_to=f"{application.centre_name} ({application.reference})",
            document=row.title,
            reason=REASONS[row.reason],
            removed_by=row.settled_by_name or row.requested_by_name,
            next_step=_NEXT[row.file_kind],
        )
        return Draft(words, to)
