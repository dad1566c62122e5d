"""Have uploaded files scanned for viruses, and act on what the scanner says."""

from dataclasses import dataclass
from datetime import datetime

from app import outbox
from app.database import Work
from app.domain.actions import ActionStatus
from app.domain.events import EventType
from app.domain.policies import POLICIES
from app.domain.uploads import ScanState
from app.domain.workflow import EDITABLE
from app.letters.files.alert import FileAlert
from app.letters.files.refused import FileRefusedByScanner
from app.models import ActionEvidence, Document, PolicyVersion
from app.queries import scans as queries
from app.queries.actions import lock_action
from app.queries.scans import FileRef, FileRow, FileTable

_AT_ONCE = 200


def job_for(ref: FileRef, asked_at: datetime) -> str:
    """The payload of a job that scans the file."""
    return f"{ref}@{asked_at.isoformat()}"


def parse_job(payload: str) -> tuple[FileRef, datetime]:
    """Read what `job_for` wrote."""
    ref, _, asked_at = payload.partition("@")
    return FileRef.parse(ref), datetime.fromisoformat(asked_at)


async def request(work: Work, *refs: FileRef) -> None:
    """Have a job scan the files after the commit."""
    if refs:
        await outbox.enqueue(work, "scan_file", *(job_for(ref, work.now) for ref in refs))


async def request_missing(work: Work) -> None:
    """Have jobs scan files that nobody will: those from before scanning was on, and those whose job was lost.

    A few hundred each minute: their letters and events must not crowd out others'.
    """
    if work.settings.scanning:
        await request(work, *await queries.files_without_job(work.session, _AT_ONCE))


@dataclass(frozen=True)
class Outcome:
    """What the scanner says of a file: its state, and the name of the virus or why the scanner gave up."""

    state: ScanState
    detail: str | None = None


async def conclude(work: Work, ref: FileRef, outcome: Outcome, *, begun_at: datetime) -> None:
    """Note the outcome of a scan that began at `begun_at`, and tell people what has changed.

    A scan that began later has the last word, so two workers can scan the same file. The change is no new version of
    anything: nobody's `If-Match` becomes stale.
    """
    row = await queries.lock_file(work.session, ref)
    if row.redacted_at is not None or (row.scanned_at is not None and row.scanned_at > begun_at):
        return
    before, row.scan_state = row.scan_state, outcome.state
    row.scan_detail, row.scanned_at = outcome.detail, work.now
    await work.session.flush()
    # A file from before scanning was on raises no dust when it is clean.
    if outcome.state is before or (before is None and outcome.state is ScanState.CLEAN):
        return
    match row:
        case PolicyVersion():
            await _conclude_policy(work, row, before)
        case ActionEvidence():
            await _conclude_evidence(work, row, before)
        case Document():
            await _conclude_document(work, row, before)


async def _conclude_policy(work: Work, row: PolicyVersion, before: ScanState | None) -> None:
    policy, application, newest = await queries.policy_of(work.session, row)
    guide = POLICIES[policy.key]
    await outbox.record(
        work,
        EventType.FILE_SCANNED,
        ("application", application.id),
        summary=f"{guide.letter}) {guide.title}: version {row.number} {_verdict(row)}",
        application_id=application.id,
        centre_id=application.centre_id,
        before=_audited(before),
        after=_audited(row.scan_state) | {"policy": policy.key.value, "version": row.number, "found": row.scan_detail},
    )
    if row.scan_state is not ScanState.CLEAN and newest:
        letter = FileRefusedByScanner if application.status in EDITABLE else FileAlert
        await outbox.queue(work, letter(table=FileTable.POLICY_VERSIONS, file_id=row.id, application_id=application.id))


async def _conclude_evidence(work: Work, row: ActionEvidence, before: ScanState | None) -> None:
    action, application, newest = await queries.action_of(work.session, row)
    await outbox.record(
        work,
        EventType.FILE_SCANNED,
        ("action", action.id),
        summary=f"Evidence {row.number} for action {action.number} {_verdict(row)}",
        application_id=application.id,
        centre_id=application.centre_id,
        before=_audited(before),
        after=_audited(row.scan_state) | {"evidence": row.number, "found": row.scan_detail},
    )
    if row.scan_state is ScanState.CLEAN or not newest:
        return
    locked = await lock_action(work.session, action.id)
    if locked.status is ActionStatus.EVIDENCE_SENT:
        # The centre lead can judge nothing, so it is the centre's turn again.
        locked.status = ActionStatus.OPEN
        locked.touch()
    if locked.status is ActionStatus.OPEN:
        await outbox.queue(
            work,
            FileRefusedByScanner(table=FileTable.ACTION_EVIDENCE, file_id=row.id, application_id=application.id),
        )


async def _conclude_document(work: Work, row: Document, before: ScanState | None) -> None:
    await outbox.record(
        work,
        EventType.FILE_SCANNED,
        ("document", row.id),
        summary=f"{row.title}, version {row.version}, {_verdict(row)}",
        centre_sees=False,
        before=_audited(before),
        after=_audited(row.scan_state) | {"found": row.scan_detail},
    )
    if row.scan_state is not ScanState.CLEAN:
        await outbox.queue(work, FileAlert(table=FileTable.DOCUMENTS, file_id=row.id))


def _verdict(row: FileRow) -> str:
    if row.scan_state is ScanState.INFECTED:
        return f"has a virus: {row.scan_detail}"
    return "passed the virus scan" if row.scan_state is ScanState.CLEAN else "could not be scanned for viruses"


def _audited(state: ScanState | None) -> dict[str, object]:
    return {"scan_state": state.value if state is not None else None}
