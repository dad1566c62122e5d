"""The database's purpose, and how far a sandbox's clock is ahead."""

from datetime import timedelta

from sqlalchemy import or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Deployment, Document, InitialApplication, Person
from app.queries.locking import lock_found
from app.queries.visibility import Reason, unfiltered


@unfiltered(Reason.SYSTEM)
async def find_deployment(session: AsyncSession) -> Deployment | None:
    """Find the row; None before any process has started on this database."""
    found: Deployment | None = await session.scalar(select(Deployment))
    return found


@unfiltered(Reason.SYSTEM)
async def lock_deployment(session: AsyncSession) -> Deployment | None:
    """Lock the row; None before any process has started on this database."""
    return await lock_found(session, select(Deployment))


@unfiltered(Reason.SYSTEM)
async def lock_sandbox(session: AsyncSession) -> Deployment | None:
    """Lock a sandbox's row; None where the database is not a sandbox."""
    return await lock_found(session, select(Deployment).where(Deployment.sandbox))


@unfiltered(Reason.SYSTEM)
async def clock_ahead(session: AsyncSession) -> timedelta:
    """Return how far the sandbox's clock is ahead; zero outside a sandbox."""
    return await session.scalar(select(Deployment.ahead).where(Deployment.sandbox)) or timedelta(0)


@unfiltered(Reason.SYSTEM)
async def holds_anything(session: AsyncSession) -> bool:
    """True when a person, a centre or an application exists; everything else belongs to one of them."""
    kinds = (Person, InitialApplication, Document)
    return bool(await session.scalar(select(or_(*(select(kind.id).exists() for kind in kinds)))))


@unfiltered(Reason.SYSTEM)
async def last_job(session: AsyncSession) -> int:
    """Return the number of the newest job on the queue."""
    return int(await session.scalar(text("SELECT coalesce(max(id), 0) FROM pgqueuer")) or 0)


@unfiltered(Reason.SYSTEM)
async def jobs_under_way(session: AsyncSession, *, up_to: int) -> bool:
    """True while a job up to this number is due or running; a failed job that waits for its retry does not count."""
    statement = text(
        "SELECT EXISTS (SELECT FROM pgqueuer WHERE id <= :last AND (status = 'picked' "
        "OR (status = 'queued' AND execute_after <= clock_timestamp())))"
    )
    return bool(await session.scalar(statement, {"last": up_to}))
