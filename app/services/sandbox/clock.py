"""The sandbox clock, stored in the database so that every API process and worker has the same time."""

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

# Dates computed from now, such as a recognition's next review, must not overflow the calendar.
FURTHEST_AHEAD = timedelta(days=3660)


async def set_clock(clock: Clock, session: AsyncSession) -> None:
    """Set a sandbox clock from the database. Do nothing, without a query, for any other clock."""
    if isinstance(clock, SandboxClock):
        clock.ahead = await clock_ahead(session)


async def show(work: Work, real_now: datetime) -> schemas.SandboxClock:
    """Return the clock's time."""
    return _to_schema(real_now, await clock_ahead(work.session))


async def move(work: Work, real_now: datetime, body: schemas.SandboxClockMove) -> schemas.SandboxClock:
    """Move the clock ahead, to a time or by a number of seconds.

    Raises `Conflict` for a time that the clock has passed, because later records would then lie in the future. Raises
    `InvalidInput` beyond ten years.
    """
    row = await require_sandbox(work)
    now = real_now + row.ahead
    ahead = row.ahead if body.now is None else body.now - real_now
    if ahead < row.ahead:
        raise ClockMovesAheadOnly(now)
    ahead += timedelta(seconds=body.by_seconds)
    if ahead > FURTHEST_AHEAD:
        pointer = "/by_seconds" if body.by_seconds else "/now"
        raise fault(pointer, InputFaultCode.TOO_FAR_AHEAD, "The clock can be ten years ahead of real time at most.")
    row.ahead = ahead
    await work.session.flush()
    return _to_schema(real_now, ahead)


async def require_sandbox(work: Work) -> Deployment:
    """Lock and return the sandbox's deployment row. Raises `NotFound` in any other database, whatever the settings."""
    row = await lock_sandbox(work.session)
    if row is None:
        raise NotFound
    return row


def _to_schema(real_now: datetime, ahead: timedelta) -> schemas.SandboxClock:
    return schemas.SandboxClock(now=real_now + ahead, real_now=real_now, ahead_seconds=int(ahead.total_seconds()))
