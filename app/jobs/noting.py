"""Record what cannot be undone: repeat the record until the database has it, never the deed."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from app.database import Work
from app.domain.refusals.requests import Unavailable
from app.jobs.means import Means

log = structlog.get_logger(__name__)

Record = Callable[[Work], Awaitable[None]]
_FIRST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 2.0
# A refusal by the database may be a lost race; a bug stays one.
_TRIES = 3


class NotNow(Exception):
    """The job cannot be tried yet. Nothing was done, so this is no failed attempt."""


async def until_noted(means: Means, record: Record) -> None:
    """Run `record` in a transaction, again and again while the database is away. Raises its error if it fails
    otherwise, three times."""
    pause, failures = _FIRST_PAUSE_SECONDS, 0
    while True:
        try:
            async with means.work() as work:
                await record(work)
            return
        except Unavailable as error:
            log.warning("note_waits", reason=type(error.__cause__ or error).__name__)
        except Exception:
            failures += 1
            if failures == _TRIES:
                raise
        await asyncio.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)


async def surely(means: Means, record: Record) -> None:
    """`until_noted`, and go on when the job is cut off once. A second time ends it."""
    noting = asyncio.ensure_future(until_noted(means, record))
    try:
        await asyncio.shield(noting)
    except asyncio.CancelledError:
        await noting
