"""The uploaded files that redactions are about, with what they belong to."""

from dataclasses import dataclass
from uuid import UUID

from app.database import Work
from app.domain.actions import ActionStatus
from app.domain.policies import POLICIES
from app.domain.redactions import UploadKind
from app.domain.refusals.input import fault
from app.domain.refusals.input_faults import InputFaultCode
from app.domain.workflow import EDITABLE, FINAL
from app.models import Action, ActionEvidence, Application, FileRedaction, Policy, PolicyVersion
from app.queries import redactions as queries
from app.queries.applications import lock_application
from app.queries.locking import lock_row
from app.queries.scans import FileRef, FileRow, FileTable, action_of, find_file, lock_file, policy_of

_TABLES = {
    UploadKind.POLICY_VERSION: FileTable.POLICY_VERSIONS,
    UploadKind.ACTION_EVIDENCE: FileTable.ACTION_EVIDENCE,
    UploadKind.DOCUMENT: FileTable.DOCUMENTS,
}


@dataclass(frozen=True)
class UploadedFile:
    """A locked file with what it belongs to, all locked: an application and its policy or action, or nothing."""

    kind: UploadKind
    row: FileRow
    title: str
    application: Application | None = None
    part: Policy | Action | None = None
    newest: bool = True

    @property
    def aggregate(self) -> tuple[str, UUID]:
        """The stream that records its events."""
        if isinstance(self.part, Action):
            return "action", self.part.id
        return ("application", self.application.id) if self.application is not None else ("document", self.row.id)


async def lock_upload(work: Work, kind: UploadKind, file_id: UUID) -> UploadedFile:
    """Lock the application first, as everybody does, then the file and its part, as a scan does. Raises
    `InvalidInput`."""
    session, ref = work.session, FileRef(_TABLES[kind], file_id)
    if kind is not UploadKind.DOCUMENT:
        application_id = await queries.application_of(session, kind, file_id)
        if application_id is None:
            raise _unknown()
        await lock_application(session, application_id)
    elif await find_file(session, ref) is None:
        raise _unknown()
    row = await lock_file(session, ref)
    if isinstance(row, PolicyVersion):
        await lock_row(session, Policy, row.policy_id)
    elif isinstance(row, ActionEvidence):
        await lock_row(session, Action, row.action_id)
    return await _described(work, kind, row)


async def find_upload(work: Work, row: FileRedaction) -> UploadedFile:
    found = await find_file(work.session, FileRef(_TABLES[row.file_kind], row.file_id))
    assert found is not None, "no file's row is ever deleted"
    return await _described(work, row.file_kind, found)


async def _described(work: Work, kind: UploadKind, row: FileRow) -> UploadedFile:
    if isinstance(row, PolicyVersion):
        policy, application, newest = await policy_of(work.session, row)
        guide = POLICIES[policy.key]
        title = f"{guide.letter}) {guide.title}, version {row.number}"
        return UploadedFile(kind, row, title, application, policy, newest)
    if isinstance(row, ActionEvidence):
        action, application, newest = await action_of(work.session, row)
        title = f"Evidence {row.number} for action {action.number}"
        return UploadedFile(kind, row, title, application, action, newest)
    return UploadedFile(kind, row, f"{row.title}, version {row.version}")


async def is_rested_on(work: Work, file: UploadedFile) -> bool:
    """True if somebody has recommended, decided, closed an action or agreed on the strength of the file."""
    if isinstance(file.part, Policy):
        assert file.application is not None
        return await queries.was_judged(work.session, file.application.id, file.row.id)
    if isinstance(file.part, Action):
        return file.part.status is ActionStatus.CLOSED
    return await queries.was_agreed_to(work.session, file.row.id)


def is_in_review(file: UploadedFile) -> bool:
    """True if staff have to judge the file."""
    if not file.newest or file.application is None:
        return False
    if isinstance(file.part, Action):
        return file.part.status is ActionStatus.EVIDENCE_SENT
    return file.application.status not in EDITABLE | FINAL


def _unknown() -> Exception:
    return fault("/file_id", InputFaultCode.UNKNOWN_FILE, "There is no uploaded file of this kind with this id.")
