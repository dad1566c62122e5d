"""Do this machine, the database and the proxy agree on the time?"""

from datetime import datetime, timedelta

from app.clock import Clock, system_clock
from app.database import Database
from app.queries.operations import read_server_time
from app.settings import Settings

# Tokens are judged by the second, and one machine issues what another judges.
MOST_APART = timedelta(seconds=2)


async def check_clock(settings: Settings, clock: Clock = system_clock) -> list[str]:
    """Compare this machine's clock with the database's."""
    database = Database.of(settings)
    try:
        async with database.lease(read_only=True) as session:
            await read_server_time(session)
            before = clock()
            theirs = await read_server_time(session)
            after = clock()
    finally:
        await database.close()
    return apart("the database", theirs, before, after)


def apart(who: str, theirs: datetime, before: datetime, after: datetime) -> list[str]:
    """Report a clock that was read between two readings of ours and lies outside them."""
    difference = theirs - before if theirs < before else max(theirs - after, timedelta(0))
    if abs(difference) <= MOST_APART:
        return []
    side = "ahead of" if difference > timedelta(0) else "behind"
    seconds = round(abs(difference).total_seconds())
    return [f"The clock of {who} is {seconds} seconds {side} this machine's: synchronise both with NTP."]
