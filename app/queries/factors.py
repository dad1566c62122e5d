"""Second factors, recovery codes and challenges. Whoever writes them has locked the person first."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Work
from app.domain.factors import FactorKind
from app.models import Factor, RecoveryCode
from app.queries.visibility import Found, Reason, unfiltered


@unfiltered(Reason.OWN)
async def find_own_factor(work: Work, ids: Mapping[str, UUID]) -> Found[Factor] | None:
    """Find the caller's second factor in the path."""
    row = await work.session.scalar(
        select(Factor).where(
            Factor.id == ids["factor_id"], Factor.person_id == work.actor.id, Factor.confirmed_at.is_not(None)
        )
    )
    return Found(row) if row is not None else None


@unfiltered(Reason.OWN)
async def list_factors(session: AsyncSession, person_id: UUID) -> Sequence[Factor]:
    """List the second factors that count, oldest first."""
    rows = await session.scalars(
        select(Factor)
        .where(Factor.person_id == person_id, Factor.confirmed_at.is_not(None))
        .order_by(Factor.confirmed_at, Factor.id)
    )
    return rows.all()


@unfiltered(Reason.OWN)
async def find_factor(session: AsyncSession, person_id: UUID, factor_id: UUID) -> Factor | None:
    """Find the person's second factor by its id."""
    found: Factor | None = await session.scalar(
        select(Factor).where(Factor.id == factor_id, Factor.person_id == person_id, Factor.confirmed_at.is_not(None))
    )
    return found


@unfiltered(Reason.OWN)
async def find_totp(session: AsyncSession, person_id: UUID, *, confirmed: bool) -> Factor | None:
    """Find the person's authenticator app, or the one that waits for its confirmation."""
    counts = Factor.confirmed_at.is_not(None) if confirmed else Factor.confirmed_at.is_(None)
    found: Factor | None = await session.scalar(
        select(Factor).where(Factor.person_id == person_id, Factor.kind == FactorKind.TOTP, counts)
    )
    return found


@unfiltered(Reason.OWN)
async def find_passkey(session: AsyncSession, person_id: UUID, credential_id: bytes) -> Factor | None:
    """Find the person's passkey by the id that its authenticator gave it."""
    found: Factor | None = await session.scalar(
        select(Factor).where(Factor.person_id == person_id, Factor.credential_id == credential_id)
    )
    return found


@unfiltered(Reason.OWN)
async def count_recovery_codes(session: AsyncSession, person_id: UUID) -> int:
    """Count the unused recovery codes, of which there are a few."""
    unused = select(RecoveryCode.id).where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    return len((await session.scalars(unused)).all())


@unfiltered(Reason.SYSTEM)
async def find_sealed(session: AsyncSession, factor_id: UUID) -> Factor | None:
    """Find an authenticator app, confirmed or not."""
    found: Factor | None = await session.scalar(select(Factor).where(Factor.id == factor_id))
    return found


@unfiltered(Reason.SYSTEM)
async def list_sealed(session: AsyncSession) -> Sequence[tuple[UUID, UUID]]:
    """List person and id of every encrypted secret."""
    rows = await session.execute(
        select(Factor.person_id, Factor.id).where(Factor.sealed_secret.is_not(None)).order_by(Factor.id)
    )
    return [(person_id, id_) for person_id, id_ in rows]
