"""Follow up the actions of an acceptance: evidence from the centre, closure by the centre lead (R23)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from uuid import UUID

from app import outbox
from app.database import Work
from app.domain import limits
from app.domain.actions import ActionClosureOutcome, ActionStatus
from app.domain.events import PUBLIC, EventType
from app.domain.json_values import JsonObject
from app.domain.object_steps import ActionFacts, Steps, of_action
from app.domain.preconditions import Expected, etag
from app.domain.refusals import actions as refusals
from app.domain.refusals.files import ScanPending
from app.domain.refusals.requests import NotFound
from app.domain.refusals.steps import NotYourApplication
from app.domain.scans import require_content, require_scanned
from app.domain.uploads import SCAN_MESSAGES, ScanState, scan_state
from app.domain.working_days import london_date
from app.integrations.storage import DocumentStore
from app.letters.actions.closed import ActionClosed
from app.letters.actions.evidence_received import ActionEvidenceReceived
from app.letters.actions.more_evidence_needed import ActionMoreEvidenceNeeded
from app.models import Action, ActionEvidence, Application
from app.queries import actions as queries
from app.queries.applications import AnyApplication, lock_application
from app.queries.rows import get_row
from app.queries.scans import FileRef, FileTable
from app.schemas import actions as schemas
from app.schemas.shared import InspectionNotice
from app.services import object_steps, scans
from app.services.uploads import Upload, require_room, store_upload


async def list_all(work: Work, application: AnyApplication) -> schemas.ActionList:
    """List the application's actions with their evidence."""
    actions = await queries.list_actions(work.session, application.id)
    return schemas.ActionList(items=await _to_schema(work, actions, application))


async def show(work: Work, action: Action) -> schemas.Action:
    """Show one action with its evidence."""
    application = await get_row(work.session, Application, action.application_id)
    return (await _to_schema(work, [action], application))[0]


async def find_content(work: Work, action: Action, number: int) -> ActionEvidence:
    """Find the evidence to download. Raises `NotFound`, and `Conflict` unless it passed the virus scan, and
    for a redacted one."""
    row = await queries.find_evidence(work.session, action.id, number)
    if row is None:
        raise NotFound
    require_content(row.redacted_at)
    require_scanned(row.scan_state, scanning=work.settings.scanning)
    return row


async def send_evidence(
    work: Work, store: DocumentStore, found: Action, expected: Expected, upload: Upload, note: str
) -> schemas.Action:
    """Add a document to an open action and tell the centre lead.

    Raises what `store_upload` raises, `StaleVersion`, and `Conflict` once the action is closed.
    """
    # Judge before the inspection as well as under the lock, so that a hopeless upload costs nothing.
    expected.check(found.version)
    _require_not_closed(found)
    stored = await store_upload(work, store, upload, folder=f"actions/{found.id}")
    action = await queries.lock_action(work.session, found.id)
    expected.check(action.version)
    _require_not_closed(action)
    application = await get_row(work.session, Application, action.application_id)
    sent = await queries.list_evidence(work.session, [action.id])
    limits.require_room(len(sent), limits.EVIDENCE, "documents for this action")
    await require_room(work, application.id, application.centre_id, stored.size_bytes)
    assert work.actor.id is not None
    evidence = ActionEvidence(
        action_id=action.id,
        number=len(sent) + 1,
        note=note,
        sent_by=work.actor.id,
        sent_by_name=work.actor.name,
        sent_at=work.now,
        **asdict(stored),
    )
    work.session.add(evidence)
    before = action.status
    action.status = ActionStatus.EVIDENCE_SENT
    action.touch()
    await work.session.flush()
    await _record(
        work,
        application,
        action,
        EventType.ACTION_EVIDENCE_SENT,
        f"Evidence sent for action {action.number}",
        before=before,
        after={"evidence": evidence.number, "file_name": stored.file_name, "sha256": stored.sha256, "note": note},
    )
    await outbox.queue(work, ActionEvidenceReceived(evidence_id=evidence.id))
    if stored.scan_state is ScanState.PENDING:
        await scans.request(work, FileRef(FileTable.ACTION_EVIDENCE, evidence.id))
    return await show(work, action)


async def close(work: Work, found: Action, expected: Expected, body: schemas.ActionClosure) -> schemas.Action:
    """Close the action, or ask for more evidence, which reopens it.

    Raises `Forbidden` for anybody but the application's centre lead, `StaleVersion`, and `Conflict` when there is no
    evidence to judge, or when the newest still waits for the virus scanner.
    """
    application = await lock_application(work.session, found.application_id)
    if application.centre_lead_id is None or application.centre_lead_id != work.actor.id:
        raise NotYourApplication
    action = await queries.lock_action(work.session, found.id)
    expected.check(action.version)
    _require_not_closed(action)
    if action.status is not ActionStatus.EVIDENCE_SENT:
        raise refusals.NoEvidence(action.status)
    before = action.status
    closed = body.outcome is ActionClosureOutcome.CLOSED
    if closed and work.settings.scanning:
        # Nobody can have read what is not scanned.
        newest = (await queries.list_evidence(work.session, [action.id]))[-1]
        if scan_state(newest.scan_state, scanning=True) is ScanState.PENDING:
            raise ScanPending
    action.status = ActionStatus.CLOSED if closed else ActionStatus.OPEN
    action.closing_comment = body.comment
    action.closed_by_name = work.actor.name if closed else None
    action.closed_at = work.now if closed else None
    await work.session.flush()
    await _record(
        work,
        application,
        action,
        EventType.ACTION_CLOSED if closed else EventType.ACTION_MORE_EVIDENCE_NEEDED,
        f"Action {action.number} closed" if closed else f"More evidence needed for action {action.number}",
        before=before,
        after={"comment": body.comment},
    )
    letter = ActionClosed(action_id=action.id) if closed else ActionMoreEvidenceNeeded(action_id=action.id)
    await outbox.queue(work, letter)
    return await show(work, action)


async def _record(
    work: Work,
    application: Application,
    action: Action,
    type_: EventType,
    summary: str,
    *,
    before: ActionStatus,
    after: JsonObject | None = None,
) -> None:
    await outbox.record(
        work,
        type_,
        ("action", action.id),
        summary=summary,
        application_id=application.id,
        centre_id=application.centre_id,
        public=public_payload(action, application) if type_ in PUBLIC else None,
        before={"status": before.value},
        after={"status": action.status.value, **(after or {})},
    )


def public_payload(action: Action, application: Application) -> JsonObject:
    """Build the public event's data."""
    return {
        "action_id": str(action.id),
        "application_id": str(application.id),
        "centre_id": str(application.centre_id),
        "number": action.number,
        "status": action.status.value,
        "due_on": action.due_on.isoformat(),
    }


def _require_not_closed(action: Action) -> None:
    if action.status is ActionStatus.CLOSED:
        raise refusals.ActionClosed(action.status)


def _is_overdue(action: Action, today: date) -> bool:
    """True when the due date has passed and the centre has yet to send evidence."""
    return action.status is ActionStatus.OPEN and action.due_on < today


async def _to_schema(work: Work, actions: Sequence[Action], application: AnyApplication) -> list[schemas.Action]:
    today = london_date(work.now)
    evidence: defaultdict[UUID, list[ActionEvidence]] = defaultdict(list)
    for row in await queries.list_evidence(work.session, [action.id for action in actions]):
        evidence[row.action_id].append(row)
    steps = {action.id: _steps(work, action, application, evidence[action.id]) for action in actions}
    return [
        schemas.Action(
            etag=etag(action.version),
            id=action.id,
            application_id=action.application_id,
            number=action.number,
            description=action.description,
            due_on=action.due_on,
            status=action.status,
            overdue=_is_overdue(action, today),
            evidence=[_evidence_to_schema(work, action, row) for row in evidence[action.id]],
            comment=action.closing_comment,
            closed_by_name=action.closed_by_name,
            closed_at=action.closed_at,
            created_at=action.created_at,
            allowed_steps=object_steps.allowed(work, steps[action.id]),
            blocked_steps=object_steps.blocked(work, steps[action.id]),
        )
        for action in actions
    ]


def _steps(work: Work, action: Action, application: AnyApplication, evidence: Sequence[ActionEvidence]) -> Steps:
    newest = scan_state(evidence[-1].scan_state, scanning=work.settings.scanning) if evidence else None
    facts = ActionFacts(
        action.id,
        application.id,
        application.centre_id,
        application.centre_lead_id,
        action.status,
        newest_waits=newest is ScanState.PENDING,
    )
    return of_action(work.actor, facts)


def _evidence_to_schema(work: Work, action: Action, row: ActionEvidence) -> schemas.ActionEvidence:
    state = scan_state(row.scan_state, scanning=work.settings.scanning)
    address = f"{work.settings.root_path}/v1/applications/{action.application_id}/actions/{action.id}"
    return schemas.ActionEvidence(
        id=row.id,
        number=row.number,
        file_name=row.file_name,
        media_type=row.media_type,
        size_bytes=row.size_bytes,
        sha256=row.sha256,
        note=row.note,
        inspection_notices=[InspectionNotice.model_validate(notice) for notice in row.inspection_notices or []],
        scan_state=state,
        scan_message=SCAN_MESSAGES.get(state) if state is not None else None,
        sent_by_name=row.sent_by_name,
        sent_at=row.sent_at,
        redacted_at=row.redacted_at,
        content_path=f"{address}/evidence/{row.number}/content",
    )
