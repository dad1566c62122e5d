"""What a database is for is decided when the first process starts on it, and never again.

So a database with real data can never become a sandbox, which is what makes it impossible to reset one; and nothing
that a sandbox made can be taken for real.
"""

from datetime import timedelta

from app.clock import Clock
from app.database import Database
from app.models import Deployment
from app.models.deployment import ONLY_ROW
from app.queries.deployment import find_deployment, holds_anything
from app.queries.locking import Turn, take_turn
from app.security.keys import UnsafeSettings
from app.services.sandbox.clock import set_clock
from app.settings import Settings

_ANOTHER = "use another database: another DATABASE_URL or, without one, another DATA_DIR, such as data/sandbox"


async def demand_purpose(database: Database, settings: Settings, clock: Clock) -> None:
    """Decide what the database is for, or see that it was decided so. Safe for several processes at once.

    One that already holds something, from before this was asked, holds real data. A sandbox's clock is set as well.
    Raises `UnsafeSettings`.
    """
    async with database.transaction() as session:
        await take_turn(session, Turn.PURPOSE)
        decided = await find_deployment(session)
        if decided is None:
            is_sandbox = settings.sandbox and not await holds_anything(session)
            session.add(
                Deployment(id=ONLY_ROW, sandbox=is_sandbox, decided_at=clock(), ahead=timedelta(0)),
            )
        else:
            is_sandbox = decided.sandbox
            await set_clock(clock, session)
    if settings.sandbox and not is_sandbox:
        raise UnsafeSettings(f"SANDBOX: this database holds real data and never becomes a sandbox; {_ANOTHER}.")
    if is_sandbox and not settings.sandbox:
        raise UnsafeSettings(f"SANDBOX: this database is a sandbox; set SANDBOX=true, or {_ANOTHER}.")
