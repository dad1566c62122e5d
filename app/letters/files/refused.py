"""The virus scanner does not let a centre's document through."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.letter_topics import LetterTopic
from app.letters import samples
from app.letters.files.facts import refused_file
from app.letters.letter import CentreWords, Draft, Letter, Stage
from app.letters.readers import people_of
from app.queries.scans import FileRef, FileTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(CentreWords):
    reference: str
    centre_name: str
    document: str
    file_name: str
    finding: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRefusedByScanner(Letter):
    """To the centre, unless the document was replaced meanwhile."""

    kind: ClassVar[str] = "file_refused_by_scanner"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=samples.SUPER_USER,
        reference=samples.APPLICATION,
        centre_name=samples.CENTRE,
        document=samples.POLICY_VERSION,
        file_name=samples.POLICY_FILE,
        finding=samples.FINDING,
    )

    table: FileTable
    file_id: UUID
    application_id: UUID | None = None
    """Whose letters show this one."""

    async def load(self, work: Work) -> Draft | None:
        facts = await refused_file(work, FileRef(self.table, self.file_id))
        if facts is None or facts.application is None:
            return None
        name, to = await people_of(work, facts.application.centre_id, LetterTopic.APPLICATION)
        words = Words(
            recipient_name=name,
            reference=facts.application.reference,
            centre_name=facts.application.centre_name,
            document=facts.document,
            file_name=facts.file_name,
            finding=facts.finding,
        )
        return Draft(words, to)
