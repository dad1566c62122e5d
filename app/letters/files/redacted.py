"""Staff have removed the content of a centre's document."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.actions import ActionStatus
from app.domain.letter_topics import LetterTopic
from app.domain.redactions import REASONS, RedactionReason, UploadKind
from app.domain.workflow import EDITABLE
from app.letters import samples
from app.letters.letter import CentreWords, Draft, Letter, Stage
from app.letters.readers import people_of
from app.models import ActionEvidence, Application, FileRedaction, PolicyVersion
from app.queries.rows import get_row
from app.queries.scans import action_of, policy_of

_AGAIN = "Upload another version: the application cannot be submitted until every document is there."
_EVIDENCE = "The action is open again: send other evidence for it."
_LATER = "You do not need to do anything now. We will tell you if we need another document."


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(CentreWords):
    reference: str
    centre_name: str
    document: str
    reason: str
    next_step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileWasRedacted(Letter):
    """To the centre."""

    kind: ClassVar[str] = "file_redacted"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=samples.SUPER_USER,
        reference=samples.APPLICATION,
        centre_name=samples.CENTRE,
        document=samples.POLICY_VERSION,
        reason=REASONS[RedactionReason.PERSONAL_DATA],
        next_step=_LATER,
    )

    redaction_id: UUID
    application_id: UUID
    """Whose letters show this one."""

    async def load(self, work: Work) -> Draft | None:
        row = await get_row(work.session, FileRedaction, self.redaction_id)
        application = await get_row(work.session, Application, self.application_id)
        name, to = await people_of(work, application.centre_id, LetterTopic.APPLICATION)
        words = Words(
            recipient_name=name,
            reference=application.reference,
            centre_name=application.centre_name,
            document=row.title,
            reason=REASONS[row.reason],
            next_step=await _next_step(work, row, application),
        )
        return Draft(words, to)


async def _next_step(work: Work, row: FileRedaction, application: Application) -> str:
    if row.file_kind is UploadKind.ACTION_EVIDENCE:
        evidence = await get_row(work.session, ActionEvidence, row.file_id)
        action, _, newest = await action_of(work.session, evidence)
        return _EVIDENCE if newest and action.status is ActionStatus.OPEN else _LATER
    _, _, newest = await policy_of(work.session, await get_row(work.session, PolicyVersion, row.file_id))
    return _AGAIN if newest and application.status in EDITABLE else _LATER
