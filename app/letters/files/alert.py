"""Staff must do something about a document that the virus scanner does not let through."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.actors import StaffRole
from app.letters import samples
from app.letters.files.facts import refused_file
from app.letters.letter import Draft, Letter, StaffWords, Stage
from app.letters.readers import centre_lead_or_managers, greet
from app.queries.people import staff_with_role
from app.queries.scans import FileRef, FileTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(StaffWords):
    belongs_to: str
    document: str
    file_name: str
    finding: str
    next_step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAlert(Letter):
    """About a submitted application, to the centre lead; about our own document, to the administrators."""

    kind: ClassVar[str] = "file_alert"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=samples.CENTRE_LEAD,
        belongs_to=f"{samples.CENTRE} ({samples.APPLICATION})",
        document=samples.POLICY_VERSION,
        file_name=samples.POLICY_FILE,
        finding=samples.FINDING,
        next_step="Return the application, so that the centre can upload another version.",
    )

    table: FileTable
    file_id: UUID
    application_id: UUID | None = None
    """Whose letters show this one."""

    async def load(self, work: Work) -> Draft | None:
        facts = await refused_file(work, FileRef(self.table, self.file_id))
        if facts is None:
            return None
        row = facts.application
        if row is not None:
            name, to = await centre_lead_or_managers(work, row)
            belongs_to, next_step = f"{row.centre_name} ({row.reference})", self.sample.next_step
        else:
            name, to = greet(await staff_with_role(work.session, StaffRole.ADMINISTRATOR))
            belongs_to = work.settings.organisation.short_name
            next_step = "Publish a clean version. Until then, no centre can read this one."
        words = Words(
            recipient_name=name,
            belongs_to=belongs_to,
            document=facts.document,
            file_name=facts.file_name,
            finding=facts.finding,
            next_step=next_step,
        )
        return Draft(words, to)
