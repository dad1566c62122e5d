"""Upload, replace and read the eleven policies (R13, R14)."""

from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

from sqlalchemy import DateTime, Uuid, bindparam, insert, update
from uuid_utils.compat import uuid7

from app import outbox
from app.database import Work
from app.domain import limits
from app.domain.events import EventType
from app.domain.json_values import JsonObject
from app.domain.policies import POLICIES, PolicyKey
from app.domain.preconditions import Expected, etag
from app.domain.refusals.applications import InvigilatedAssessmentPlanned, PolicyAlwaysRequired
from app.domain.refusals.requests import NotFound
from app.domain.scans import require_content, require_scanned
from app.domain.sections import DetailsGroup
from app.domain.uploads import SCAN_MESSAGES, InspectionState, ScanState, scan_state
from app.domain.workflow import EDITABLE
from app.integrations.storage import DocumentStore
from app.models import Application, Policy, PolicyVersion
from app.queries import policies as queries
from app.queries.applications import AnyApplication, lock_application
from app.queries.details import get_group
from app.queries.hot import Hot
from app.queries.policies import LockedPolicy, PolicyRow, VersionRow
from app.queries.scans import FileRef, FileTable
from app.schemas import policies as schemas
from app.services import scans
from app.services.uploads import Upload, require_room, store_upload
from app.services.workflow.editing import require_editable


def list_all(work: Work, rows: Sequence[PolicyRow]) -> schemas.PolicyList:
    """List all eleven, in the guide's order."""
    found = {row.key: row for row in rows}
    items = [_shown(work, found[key], found[key].newest) for key in PolicyKey]
    return schemas.PolicyList.model_validate({"items": items})


def show(work: Work, rows: Sequence[PolicyRow], key: PolicyKey) -> schemas.Policy:
    row = _of(rows, key)
    return schemas.Policy.model_validate(_shown(work, row, row.newest))


def _of(rows: Sequence[PolicyRow], key: PolicyKey) -> PolicyRow:
    return next(row for row in rows if row.key is key)


async def list_versions(work: Work, application: AnyApplication, key: PolicyKey) -> schemas.PolicyVersionList:
    """List every version of one policy."""
    rows = await queries.list_versions(work.session, application.id, key)
    items = [_version(work, application.id, key, row) for row in rows]
    return schemas.PolicyVersionList.model_validate({"items": items})


async def find_content(work: Work, application: AnyApplication, key: PolicyKey, number: int) -> PolicyVersion:
    """Find the version to download. Raises `NotFound` unless it exists and passed inspection, and `Conflict` unless it
    passed the virus scan, and for a redacted one."""
    row = await queries.find_version(work.session, application.id, key, number)
    if row is None or row.inspection_state is not InspectionState.PASSED:
        raise NotFound
    require_content(row.redacted_at)
    require_scanned(row.scan_state, scanning=work.settings.scanning)
    return row


_POLICY_ID = bindparam("policy_id", type_=Uuid())
_NOW = bindparam("now", type_=DateTime(timezone=True))
_TOUCH_APPLICATION = (
    update(Application)
    .where(Application.id == bindparam("application_id", type_=Uuid()))
    .values(version=Application.version + 1, changed_at=_NOW)
)
_TOUCH_POLICY = (
    update(Policy)
    .where(Policy.id == _POLICY_ID)
    .values(
        version=Policy.version + 1,
        changed_at=_NOW,
        not_applicable_statement=None,
        declared_by_name=None,
        declared_at=None,
    )
)
_ADD_VERSION = Hot(
    outbox.with_outgoing(
        insert(PolicyVersion).values(
            {
                "policy_id": _POLICY_ID,
                "uploaded_at": _NOW,
                **{
                    each.name: bindparam(f"version_{each.name}", type_=each.type)
                    for each in PolicyVersion.__table__.c
                    if each.name not in ("policy_id", "uploaded_at")
                },
            }
        )
    ).add_cte(_TOUCH_APPLICATION.cte("touched_application"), _TOUCH_POLICY.cte("touched_policy")),
    tuple[()],
)


async def upload_policy(
    work: Work,
    store: DocumentStore,
    rows: Sequence[PolicyRow],
    key: PolicyKey,
    expected: Expected,
    upload: Upload,
    note: str | None,
) -> schemas.Policy:
    """Upload or replace a policy; earlier versions stay. An upload ends a statement that the policy does not apply.

    Raises what `store_upload` raises, `StaleVersion`, and `Conflict` once the application is submitted and at the
    limit.
    """
    row = _of(rows, key)
    # Judge before the inspection as well as under the lock, so that a hopeless upload costs nothing.
    await _judge(work, row.application_id, LockedPolicy(row.status, row.version), row.newest, expected)
    stored = await store_upload(work, store, upload, folder=f"policies/{row.application_id}")
    locked, newest = await queries.lock_policy(work, row.id)
    await _judge(work, row.application_id, locked, newest, expected)
    await require_room(work, row.application_id, row.centre_id, stored.size_bytes)
    assert work.actor.id is not None
    version = VersionRow(
        id=uuid7(),
        number=newest.number + 1 if newest else 1,
        file_name=stored.file_name,
        media_type=stored.media_type,
        size_bytes=stored.size_bytes,
        sha256=stored.sha256,
        note=note,
        inspection_state=stored.inspection_state,
        inspection_notices=stored.inspection_notices,
        scan_state=stored.scan_state,
        uploaded_by_name=work.actor.name,
        uploaded_at=work.now,
        redacted_at=None,
    )
    await outbox.record(
        work,
        EventType.POLICY_UPLOADED,
        ("application", row.application_id),
        summary=f"{POLICIES[key].letter}) {POLICIES[key].title}: version {version.number} uploaded",
        application_id=row.application_id,
        centre_id=row.centre_id,
        before={"version": newest.number, "sha256": newest.sha256} if newest else {},
        after={"policy": key.value, "version": version.number, "sha256": stored.sha256, "file_name": stored.file_name},
    )
    if stored.scan_state is ScanState.PENDING:
        await scans.request(work, FileRef(FileTable.POLICY_VERSIONS, version.id))
    columns = asdict(stored) | version._asdict() | {"uploaded_by": work.actor.id, "scan_detail": None}
    await _ADD_VERSION.execute(
        work.driver,
        policy_id=row.id,
        application_id=row.application_id,
        now=work.now,
        **{f"version_{name}": value for name, value in columns.items() if name != "uploaded_at"},
        **outbox.hand_over(work),
    )
    shown = row._replace(
        version=locked.version + 1, not_applicable_statement=None, declared_by_name=None, declared_at=None
    )
    return schemas.Policy.model_validate(_shown(work, shown, version))


async def _judge(
    work: Work, application_id: UUID, policy: LockedPolicy, newest: VersionRow | None, expected: Expected
) -> None:
    expected.check(policy.version)
    if policy.status not in EDITABLE:
        await require_editable(work, await lock_application(work.session, application_id))
    limits.require_room(newest.number if newest else 0, limits.POLICY_VERSIONS, "versions of this policy")


async def declare_not_applicable(
    work: Work, application: AnyApplication, key: PolicyKey, expected: Expected, body: schemas.NotApplicableDeclaration
) -> schemas.Policy:
    """State that policy e) does not apply (R14).

    A document that was uploaded before is taken back: its versions stay, and the submission has the statement instead.

    Raises `Conflict` for any other policy, and unless section Application plans no invigilated assessment.
    """
    locked, policy, newest = await _lock(work, application, key, expected)
    if not POLICIES[key].may_be_not_applicable:
        raise PolicyAlwaysRequired
    provision = await get_group(work.session, application.id, DetailsGroup.PROVISION)
    if provision.data.get("plans_invigilated_assessment") is not False:
        raise InvigilatedAssessmentPlanned
    before = policy.not_applicable_statement
    in_force = newest is not None and newest.redacted_at is None and before is None
    taken_back = newest.number if newest is not None and in_force else None
    policy.not_applicable_statement = body.statement
    policy.declared_by_name = work.actor.name
    policy.declared_at = work.now
    await _changed(work, locked, policy)
    await outbox.record(
        work,
        EventType.POLICY_NOT_APPLICABLE,
        ("application", locked.id),
        summary=f"{POLICIES[key].letter}) {POLICIES[key].title}: stated not to apply"
        + (f", and version {taken_back} taken back" if taken_back is not None else ""),
        application_id=locked.id,
        centre_id=locked.centre_id,
        before={"statement": before, "version": taken_back},
        after={"policy": key.value, "statement": body.statement},
    )
    await work.session.flush()
    return _to_schema(work, policy, newest)


async def _lock(
    work: Work, application: AnyApplication, key: PolicyKey, expected: Expected
) -> tuple[Application, Policy, PolicyVersion | None]:
    locked = await lock_application(work.session, application.id)
    policy, newest = await queries.get_policy(work.session, application.id, key, lock=True)
    expected.check(policy.version)
    await require_editable(work, locked)
    return locked, policy, newest


async def _changed(work: Work, application: Application, policy: Policy) -> None:
    policy.changed_at = application.changed_at = work.now
    policy.touch()
    application.touch()


def _to_schema(work: Work, policy: Policy, version: PolicyVersion | None) -> schemas.Policy:
    return schemas.Policy.model_validate(_shown(work, policy, version))


def _shown(work: Work, policy: Policy | PolicyRow, version: PolicyVersion | VersionRow | None) -> JsonObject:
    guide = POLICIES[policy.key]
    if version is not None and version.redacted_at is not None:
        # Nothing is in force: an earlier version does not come back by itself.
        version = None
    if policy.not_applicable_statement is not None:
        state, version = schemas.PolicyState.NOT_APPLICABLE, None
    else:
        state = schemas.PolicyState.UPLOADED if version else schemas.PolicyState.MISSING
    return {
        "etag": etag(policy.version),
        "key": policy.key,
        "letter": guide.letter,
        "title": guide.title,
        "guidance": guide.guidance.replace("{ao}", work.settings.organisation.short_name),
        "may_be_not_applicable": guide.may_be_not_applicable,
        "state": state,
        "current_version": _version(work, policy.application_id, policy.key, version) if version else None,
        "not_applicable_statement": policy.not_applicable_statement,
        "declared_by_name": policy.declared_by_name,
        "declared_at": policy.declared_at,
    }


def _version(work: Work, application_id: UUID, key: PolicyKey, row: PolicyVersion | VersionRow) -> JsonObject:
    state = scan_state(row.scan_state, scanning=work.settings.scanning)
    policy = f"{work.settings.root_path}/v1/applications/{application_id}/policies/{key.value}"
    return {
        "id": row.id,
        "number": row.number,
        "file_name": row.file_name,
        "media_type": row.media_type,
        "size_bytes": row.size_bytes,
        "sha256": row.sha256,
        "note": row.note,
        "inspection_state": row.inspection_state,
        "inspection_notices": row.inspection_notices or [],
        "scan_state": state,
        "scan_message": SCAN_MESSAGES.get(state) if state is not None else None,
        "uploaded_by_name": row.uploaded_by_name,
        "uploaded_at": row.uploaded_at,
        "redacted_at": row.redacted_at,
        "content_path": f"{policy}/versions/{row.number}/content",
    }
