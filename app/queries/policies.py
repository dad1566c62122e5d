"""The eleven policies of an application, and their versions."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.policies import PolicyKey
from app.models import Policy, PolicyVersion
from app.queries.locking import lock_found
from app.queries.visibility import Reason, unfiltered


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
