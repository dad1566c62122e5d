"""The sandbox's clock, which is held in the database, so that every API process and every worker has the same time."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.clock import Clock, SandboxClock
from app.database import Work
from app.domain.refusals.input import fault
from app.domain.refusals.input_faults import InputFaultCode
from app.domain.refusals.requests import NotFound
from app.domain.refusals.sandbox import ClockMovesAheadOnly
from app.models import Deployment
from app.queries.deployment import clock_ahead, lock_sandbox
from app.schemas import sandbox as schemas

# Dates that are reckoned from now, such as when a recognition is looked at again, have to stay within the calendar.
FURTHEST_AHEAD = timedelta(days=3660)


async def set_clock(clock: Clock, session: AsyncSession) -> None:
    """Set a sandbox's clock by what the database says now. Any other clock is left alone, and nothing is asked."""
    if isinstance(clock, SandboxClock):
        clock.ahead = await clock_ahead(session)


async def show(work: Work, real_now: datetime) -> schemas.SandboxClock:
    """What the clock shows."""
    return _shown(real_now, await clock_ahead(work.session))


async def move(work: Work, real_now: datetime, said: schemas.SandboxClockMove) -> schemas.SandboxClock:
    """Move the clock ahead, to a moment or by a number of seconds.

    Raises `Conflict` for a moment that the clock has passed: what was done since would lie in the future. Raises
    `InvalidInput` beyond ten years.
    """
    row = await demand_sandbox(work)
    now = real_now + row.ahead
    ahead = row.ahead if said.now is None else said.now - real_now
    if ahead < row.ahead:
        raise ClockMovesAheadOnly(now)
    ahead += timedelta(seconds=said.by_seconds)
    if ahead > FURTHEST_AHEAD:
        pointer = "/by_seconds" if said.by_seconds else "/now"
        raise fault(pointer, InputFaultCode.TOO_FAR_AHEAD, "The clock can be ten years ahead of real time at most.")
    row.ahead = ahead
    await work.session.flush()
    return _shown(real_now, ahead)


async def demand_sandbox(work: Work) -> Deployment:
    """The mark of a sandbox, locked. Raises `NotFound` in any other database, whatever the settings say."""
    row = await lock_sandbox(work.session)
    if row is None:
        raise NotFound
    return row


def _shown(real_now: datetime, ahead: timedelta) -> schemas.SandboxClock:
    return schemas.SandboxClock(now=real_now + ahead, real_now=real_now, ahead_seconds=int(ahead.total_seconds()))
