"""Rate limits that hold across processes: the generic cell rate algorithm, one row and one statement a key.

A limit is counted in a transaction of its own, so that it counts refused requests too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import DateTime, func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Database
from app.domain.errors import TooManyRequests
from app.models import RateLimit


@dataclass(frozen=True)
class Limit:
    """At most `requests` in `seconds`, spread evenly but for a burst of all of them."""

    name: str
    requests: int
    seconds: int

    @property
    def period(self) -> timedelta:
        """The time over which the requests are counted."""
        return timedelta(seconds=self.seconds)

    @property
    def interval(self) -> timedelta:
        """The time that one request uses up."""
        return timedelta(seconds=self.seconds / self.requests)


async def throttle(database: Database, limits: Sequence[Limit], who: str, now: datetime, *, scale: int) -> None:
    """Count one request under each limit. Raises `TooManyRequests` with the time to wait when one is used up.

    `scale` multiplies every limit, for test automation that sends from one address.
    """
    for limit in limits:
        async with database.transaction() as session:
            wait = await count(session, limit, who, now, scale=scale)
        if wait is not None:
            raise TooManyRequests(wait, limit=limit.requests * scale)


async def count(session: AsyncSession, limit: Limit, who: str, now: datetime, *, scale: int) -> int | None:
    """Count one request; None when there was room for it, else the seconds to wait."""
    key = f"{limit.name}:{who}"
    interval = limit.interval / scale
    due = func.greatest(RateLimit.due_at, now, type_=DateTime(timezone=True)) + interval
    statement = insert(RateLimit).values(key=key, due_at=now + interval)
    counted = await session.scalar(
        statement.on_conflict_do_update(
            index_elements=[RateLimit.key],
            set_={"due_at": due},
            where=due <= literal(now + limit.period, DateTime(timezone=True)),
        ).returning(RateLimit.due_at)
    )
    return None if counted is not None else await wait_for(session, limit, who, now, scale=scale) or 1


async def wait_for(session: AsyncSession, limit: Limit, who: str, now: datetime, *, scale: int) -> int | None:
    """The seconds until there is room again, without counting; None when there is room now."""
    due_at = await session.scalar(select(RateLimit.due_at).where(RateLimit.key == f"{limit.name}:{who}"))
    if due_at is None:
        return None
    wait = (due_at + limit.interval / scale - now - limit.period).total_seconds()
    return ceil(wait) if wait > 0 else None
