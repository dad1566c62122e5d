"""The job that reminds people reads what is open, however much was decided and however many reminders were sent."""

import os
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.database import Database, LeasedSession
from app.domain.invoice_reminders import Schedule
from app.domain.reminders import Plan, ReminderKind
from app.integrations.postgres import create_database, drop_database
from app.queries.invoice_occasions import to_be_reminded
from app.queries.occasions import due_occasions
from bench.filling import fill
from bench.lists import NOW
from bench.plans import cost_of

ROWS = 5_000
OPEN = ROWS // 50
REMIND = (
    # Every 50th stands still or is returned, and every 250th has an open action and an interview.
    "UPDATE applications SET status = CASE WHEN numbered.n % 100 = 0 THEN 'draft' ELSE 'returned' END, due_at = NULL, "
    "closed_at = NULL, changed_at = status_since FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM "
    "applications) AS numbered WHERE numbered.id = applications.id AND numbered.n % 50 = 0",
    "INSERT INTO actions (id, version, application_id, number, description, due_on, status, created_at) SELECT "
    "gen_random_uuid(), 1, id, 1, 'Train.', '2026-01-01', CASE WHEN row_number() OVER () % 50 = 0 THEN 'open' ELSE "
    "'closed' END, started_at FROM applications",
    "INSERT INTO interviews (id, version, application_id, status, starts_at, ends_at, mode, place, sequence, "
    "arranged_by, arranged_by_name, arranged_at) SELECT gen_random_uuid(), 1, id, CASE WHEN row_number() OVER () % 50 "
    "= 0 THEN 'arranged' ELSE 'held' END, '2030-01-01 10:00Z', '2030-01-01 11:00Z', 'online', 'Here', 0, started_by, "
    "'Lead', started_at FROM applications",
    "INSERT INTO reminders (id, application_id, kind, about_id, about_at, sent_at, email_id) SELECT "
    "gen_random_uuid(), id, 'draft_stands_still', id, status_since, now(), gen_random_uuid() FROM applications",
)


@pytest.fixture(scope="module")
async def filled(server_url: str, template: str) -> AsyncIterator[Database]:
    name = f"reminders_{os.getpid()}"
    url = await create_database(server_url, name, template)
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.connect() as connection:
        await fill(connection, ROWS)
        for statement in REMIND:
            await connection.execute(text(statement))
        await connection.execute(text("VACUUM ANALYZE"))
    await engine.dispose()
    database = Database(url)
    yield database
    await database.close()
    await drop_database(server_url, name)


# Overdue actions are noted by a job of their own.
@pytest.mark.parametrize(
    "kind",
    [kind for kind in ReminderKind if kind is not ReminderKind.ACTION_OVERDUE and not kind.of_invoice],
)
async def test_the_job_reads_what_is_open(filled: Database, kind: ReminderKind) -> None:
    async def page(session: LeasedSession) -> object:
        return await due_occasions(session, kind, Plan({}, 2), NOW)

    cost = await cost_of(filled, page)
    # Nothing is returned here, so that no review and no item of a return is there to read.
    assert cost.sequential <= {"reviews", "return_items"}
    assert cost.rows <= 8 * OPEN


async def test_the_job_reads_unpaid_invoices(filled: Database) -> None:
    async def page(session: LeasedSession) -> object:
        return await to_be_reminded(session, Schedule((-7, 0, 1, 14, 28)), NOW)

    cost = await cost_of(filled, page)
    assert cost.sequential == set()
    assert cost.rows <= 8 * ROWS
