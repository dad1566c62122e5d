"""What the database is for, and how far a sandbox's clock is ahead."""

from datetime import timedelta

from sqlalchemy import or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Deployment, Document, InitialApplication, Person
from app.queries.locking import lock_found
from app.queries.visibility import Reason, unfiltered


@unfiltered(Reason.SYSTEM)
async def find_deployment(session: AsyncSession) -> Deployment | None:
    """The row; None where no process has ever started on this database."""
    found: Deployment | None = await session.scalar(select(Deployment))
    return found


@unfiltered(Reason.SYSTEM)
async def lock_sandbox(session: AsyncSession) -> Deployment | None:
    """The row of a sandbox, locked until the transaction ends; None where the database is no sandbox."""
    return await lock_found(session, select(Deployment).where(Deployment.sandbox))


@unfiltered(Reason.SYSTEM)
async def clock_ahead(session: AsyncSession) -> timedelta:
    """How far the sandbox's clock is ahead; not at all where the database is no sandbox."""
    return await session.scalar(select(Deployment.ahead).where(Deployment.sandbox)) or timedelta(0)


@unfiltered(Reason.SYSTEM)
async def holds_anything(session: AsyncSession) -> bool:
    """True when anybody or anything is known; all else belongs to one of these."""
    kinds = (Person, InitialApplication, Document)
    return bool(await session.scalar(select(or_(*(select(kind.id).exists() for kind in kinds)))))


@unfiltered(Reason.SYSTEM)
async def last_job(session: AsyncSession) -> int:
    """The number of the newest job on the queue."""
    return int(await session.scalar(text("SELECT coalesce(max(id), 0) FROM pgqueuer")) or 0)


@unfiltered(Reason.SYSTEM)
async def jobs_under_way(session: AsyncSession, *, up_to: int) -> bool:
    """True while a job that is not newer is due or being run; one that failed and waits is not under way."""
    statement = text(
        "SELECT EXISTS (SELECT FROM pgqueuer WHERE id <= :last AND (status = 'picked' "
        "OR (status = 'queued' AND execute_after <= clock_timestamp())))"
    )
    return bool(await session.scalar(statement, {"last": up_to}))
