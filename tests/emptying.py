"""Empty the tests' database between tests, or put back what it held.

TRUNCATE makes new files for each table and index, and has every connection look the tables up again; a new copy of a
database has it do so too. Both take ten times as long as DELETE and INSERT with the triggers off.
"""

from dataclasses import dataclass
from itertools import count

import asyncpg

from app.database import Database
from app.models import Base

_QUEUE = ("pgqueuer", "pgqueuer_log", "pgqueuer_schedules", "pgqueuer_statistics")
# In the order of their foreign keys.
_TABLES = (*(table.name for table in Base.metadata.sorted_tables), *_QUEUE)
_FILLED = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in _TABLES)
_TRIGGERED = "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
_COLUMNS = """SELECT table_name, string_agg(quote_ident(column_name), ', ') FROM information_schema.columns
WHERE table_schema = 'public' AND is_generated = 'NEVER' GROUP BY table_name"""
# Deleted rows stay in the files, and lengthen the way through a table.
_TRUNCATE_EVERY = 30
_turns = count(1)


async def empty(database: Database) -> None:
    """Delete every row."""
    await _replace(database, {})


@dataclass(frozen=True)
class Kept:
    """The rows of a database, kept in a schema of their own beside the tables."""

    refills: dict[str, str]

    async def restore(self, database: Database) -> None:
        """Put the rows back as they were."""
        await _replace(database, self.refills)


async def keep(database: Database) -> Kept:
    """Keep the rows for `restore`."""
    async with database.transaction() as session:
        driver = session.driver
        filled = await _names(driver, _FILLED)
        copies = [f"CREATE TABLE kept.{name} AS TABLE public.{name}" for name in filled]
        await driver.execute(";".join(("CREATE SCHEMA kept", *copies)))
        columns = dict(await driver.fetch(_COLUMNS))
    return Kept(
        {name: f"INSERT INTO {name} ({columns[name]}) SELECT {columns[name]} FROM kept.{name}" for name in filled}
    )


async def _replace(database: Database, refills: dict[str, str]) -> None:
    """Delete every row, and run the statement of each table in `refills`. Triggers stay off meanwhile."""
    async with database.transaction() as session:
        driver = session.driver
        filled = await _names(driver, _FILLED)
        if not filled and not refills:
            return
        gone = [f"DELETE FROM {name}" for name in reversed(filled)]
        triggered = [name for name in await _names(driver, _TRIGGERED) if name in {*filled, *refills}]
        if next(_turns) % _TRUNCATE_EVERY == 0 and filled:
            gone = [f"TRUNCATE {', '.join(filled)} CASCADE"]
            triggered = await _names(driver, _TRIGGERED)
        off, on = ([f"ALTER TABLE {name} {verb} TRIGGER USER" for name in triggered] for verb in ("DISABLE", "ENABLE"))
        # A constraint that waits for the commit would be in the way of the triggers.
        now = "SET CONSTRAINTS ALL IMMEDIATE"
        await driver.execute(";".join((now, *off, *gone, *refills.values(), *on)))


async def _names(driver: asyncpg.Connection, query: str) -> list[str]:
    return [row[0] for row in await driver.fetch(query)]
