"""A new version of a document needs the centre's agreement (R15)."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from app import outbox
from app.database import Work
from app.domain.letter_topics import LetterTopic
from app.domain.workflow import EDITABLE, Status
from app.letters import samples
from app.letters.letter import CentreWords, Draft, Letter, Stage
from app.letters.readers import people_of
from app.queries.letters import get_application, get_document, open_drafts


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(CentreWords):
    """What the template prints; `documents` are titles with versions."""

    reference: str
    centre_name: str
    documents: tuple[str, ...]
    returned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementVersionPublished(Letter):
    """To each centre whose application waits to be submitted, for the first time or again.

    Queued once for the document, without an application, it queues one letter for each application instead."""

    kind: ClassVar[str] = "agreement_version_published"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=samples.SUPER_USER,
        reference=samples.APPLICATION,
        centre_name=samples.CENTRE,
        documents=("Centre agreement, version 3",),
        returned=True,
    )

    document_id: UUID
    application_id: UUID | None = None

    async def load(self, work: Work) -> Draft | None:
        document = await get_document(work.session, self.document_id)
        if self.application_id is None:
            drafts = await open_drafts(work.session)
            letters = [AgreementVersionPublished(document_id=document.id, application_id=id_) for id_ in drafts]
            await outbox.queue(work, *letters)
            return None
        application = await get_application(work.session, self.application_id)
        if application.status not in EDITABLE:
            return None
        name, to = await people_of(work, application.centre_id, LetterTopic.APPLICATION)
        words = Words(
            recipient_name=name,
            reference=application.reference,
            centre_name=application.centre_name,
            documents=(f"{document.title}, version {document.version}",),
            returned=application.status is Status.RETURNED,
        )
        return Draft(words, to)
