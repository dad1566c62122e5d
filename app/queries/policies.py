"""The eleven policies of an application, and their versions."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Uuid, and_, bindparam, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Work
from app.domain.json_values import JsonObject
from app.domain.policies import PolicyKey
from app.domain.uploads import InspectionState, ScanState
from app.domain.workflow import Status
from app.models import Application, Policy, PolicyVersion
from app.queries.hot import Hot
from app.queries.locking import lock_found, locking
from app.queries.visibility import Found, Reason, unfiltered, viewer, visible_to_viewer


class VersionRow(NamedTuple):
    """The newest version of a policy, as an answer shows it."""

    id: UUID
    number: int
    file_name: str
    media_type: str
    size_bytes: int
    sha256: str
    note: str | None
    inspection_state: InspectionState
    inspection_notices: list[JsonObject] | None
    scan_state: ScanState | None
    uploaded_by_name: str
    uploaded_at: datetime
    redacted_at: datetime | None


class PolicyRow(NamedTuple):
    """A policy with its newest version, whose columns are null while there is none."""

    id: UUID
    application_id: UUID
    centre_id: UUID
    status: Status
    key: PolicyKey
    version: int
    not_applicable_statement: str | None
    declared_by_name: str | None
    declared_at: datetime | None
    newest_id: UUID | None
    number: int | None
    file_name: str | None
    media_type: str | None
    size_bytes: int | None
    sha256: str | None
    note: str | None
    inspection_state: InspectionState | None
    inspection_notices: list[JsonObject] | None
    scan_state: ScanState | None
    uploaded_by_name: str | None
    uploaded_at: datetime | None
    redacted_at: datetime | None

    @property
    def newest(self) -> VersionRow | None:
        """The newest version."""
        return VersionRow(*self[9:]) if self.newest_id is not None else None  # type: ignore[arg-type]


_newest = (
    select(*(getattr(PolicyVersion, name) for name in VersionRow._fields))
    .where(PolicyVersion.policy_id == Policy.id)
    .order_by(PolicyVersion.number.desc())
    .limit(1)
    .correlate(Policy)
    .lateral("newest")
)
_FIND = Hot(
    select(
        Policy.id,
        Policy.application_id,
        Application.centre_id,
        Application.status.label("status"),
        Policy.key,
        Policy.version,
        Policy.not_applicable_statement,
        Policy.declared_by_name,
        Policy.declared_at,
        _newest.c.id.label("newest_id"),
        *(_newest.c[name] for name in VersionRow._fields[1:]),
    )
    .join(Application, Application.id == Policy.application_id)
    .outerjoin(_newest, true())
    .where(Application.id == bindparam("application_id", type_=Uuid()), visible_to_viewer(Application.centre_id)),
    PolicyRow,
)


async def find_policies(work: Work, ids: Mapping[str, UUID]) -> Found[Sequence[PolicyRow]] | None:
    """Find the eleven policies of the application in the path, for staff and its own centre."""
    rows = await _FIND.all(work.driver, application_id=ids["application_id"], **viewer(work.actor))
    return Found(rows, rows[0].centre_id) if rows else None


class LockedPolicy(NamedTuple):
    """What a change of a locked policy must judge again. Its application is locked with it."""

    status: Status
    version: int


_POLICY_ID = bindparam("policy_id", type_=Uuid())
_LOCK = Hot(
    locking(
        select(Application.status.label("status"), Policy.version)
        .join(Policy, Policy.application_id == Application.id)
        .where(Policy.id == _POLICY_ID),
        # The application first, as everybody locks it.
        Application,
        Policy,
    ),
    LockedPolicy,
)
_NEWEST = Hot(
    select(*(getattr(PolicyVersion, name) for name in VersionRow._fields))
    .where(PolicyVersion.policy_id == _POLICY_ID)
    .order_by(PolicyVersion.number.desc())
    .limit(1),
    VersionRow,
)


@unfiltered(Reason.JUDGED)
async def lock_policy(work: Work, policy_id: UUID) -> tuple[LockedPolicy, VersionRow | None]:
    """Lock a policy and its application, and read the newest version that is there then."""
    locked = await _LOCK.one(work.driver, policy_id=policy_id)
    assert locked is not None, "no policy is ever deleted"
    # A statement of its own: the one that waited for the lock still sees what was there before.
    return locked, await _NEWEST.one(work.driver, policy_id=policy_id)


@unfiltered(Reason.JUDGED)
async def list_policies(session: AsyncSession, application_id: UUID) -> Sequence[tuple[Policy, PolicyVersion | None]]:
    """List all eleven, each with its newest version."""
    newest = (
        select(PolicyVersion.policy_id, func.max(PolicyVersion.number).label("number"))
        .join(Policy, Policy.id == PolicyVersion.policy_id)
        .where(Policy.application_id == application_id)
        .group_by(PolicyVersion.policy_id)
        .subquery()
    )
    rows = await session.execute(
        select(Policy, PolicyVersion)
        .outerjoin(newest, newest.c.policy_id == Policy.id)
        .outerjoin(PolicyVersion, and_(PolicyVersion.policy_id == Policy.id, PolicyVersion.number == newest.c.number))
        .where(Policy.application_id == application_id)
    )
    return [(policy, version) for policy, version in rows]


@unfiltered(Reason.JUDGED)
async def get_policy(
    session: AsyncSession, application_id: UUID, key: PolicyKey, *, lock: bool = False
) -> tuple[Policy, PolicyVersion | None]:
    """Load a policy with its newest version."""
    statement = select(Policy).where(Policy.application_id == application_id, Policy.key == key)
    policy = await (lock_found(session, statement) if lock else session.scalar(statement))
    assert policy is not None, "every application has every policy"
    version = await session.scalar(
        select(PolicyVersion).where(PolicyVersion.policy_id == policy.id).order_by(PolicyVersion.number.desc()).limit(1)
    )
    return policy, version


@unfiltered(Reason.JUDGED)
async def list_versions(session: AsyncSession, application_id: UUID, key: PolicyKey) -> Sequence[PolicyVersion]:
    """List every version of one policy, newest first."""
    rows = await session.scalars(
        select(PolicyVersion)
        .join(Policy, Policy.id == PolicyVersion.policy_id)
        .where(Policy.application_id == application_id, Policy.key == key)
        .order_by(PolicyVersion.number.desc())
    )
    return rows.all()


@unfiltered(Reason.JUDGED)
async def find_version(
    session: AsyncSession, application_id: UUID, key: PolicyKey, number: int
) -> PolicyVersion | None:
    found: PolicyVersion | None = await session.scalar(
        select(PolicyVersion)
        .join(Policy, Policy.id == PolicyVersion.policy_id)
        .where(Policy.application_id == application_id, Policy.key == key, PolicyVersion.number == number)
    )
    return found
