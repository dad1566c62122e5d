"""Decide whether a database is a sandbox when the first process starts on it, and never again.

A database with real data can therefore never become a sandbox and be reset, and sandbox data can never pass for real.
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


async def require_purpose(database: Database, settings: Settings, clock: Clock) -> None:
    """Record the database's purpose, or check the settings against it. Safe to call from several processes at once.

    An undecided database that already has rows counts as real data. Also sets the sandbox clock. Raises
    `UnsafeSettings` if the settings do not match the purpose.
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
