"""Lists of jobs and letters read no more than their page, however many there are."""

import pytest
from sqlalchemy import text
from uuid_utils.compat import uuid7

from app.database import Database, LeasedSession, Work
from app.domain.actors import Actor, ActorKind, StaffRole
from app.domain.emails import EmailStatus
from app.domain.jobs import JobStatus
from app.queries.deliveries import list_letters, list_letters_of
from app.queries.jobs import list_jobs
from app.schemas.jobs import JobQuery
from app.schemas.letters import AllLettersQuery, LetterQuery
from app.schemas.timeline import TimelineOrder
from bench.plans import Cost, cost_of
from tests.world import World

ROWS, PAGE = 20_000, 26
STAFF = Actor(ActorKind.PERSON, staff_roles=frozenset({StaffRole.FINANCE}))
OWNER = uuid7()
FILL = (
    "INSERT INTO pgqueuer (entrypoint, priority, status, payload) SELECT CASE WHEN n % 997 = 0 THEN 'scan' ELSE "
    "'send_email' END, 0, (CASE WHEN n % 499 = 0 THEN 'failed' WHEN n % 5003 = 0 THEN 'picked' ELSE 'queued' "
    f"END)::pgqueuer_status, '' FROM generate_series(1, {ROWS}) AS n",
    "INSERT INTO emails (id, kind, arguments, status, queued_at) SELECT gen_random_uuid(), 'invoice_issued', "
    f"jsonb_build_object('application_id', CASE WHEN n % 2 = 0 THEN '{OWNER}' END), "
    f"CASE WHEN n % 1999 = 0 THEN 'bounced' ELSE 'sent' END, now() FROM generate_series(1, {ROWS}) AS n",
)


@pytest.fixture
async def filled(world: World, owners_connections: Database) -> Database:
    async with world.database.transaction() as session:
        for statement in FILL:
            await session.execute(text(statement))
    await owners_connections.fetch_alone("ANALYZE")
    return world.database


@pytest.mark.parametrize("order", TimelineOrder)
@pytest.mark.parametrize("kind", [None, "send_email", "scan", "nothing"])
@pytest.mark.parametrize("status", [None, *JobStatus])
async def test_a_page_of_jobs(
    filled: Database, status: JobStatus | None, kind: str | None, order: TimelineOrder
) -> None:
    query = JobQuery(status=status, kind=kind, order=order)

    async def page(session: LeasedSession) -> object:
        return await list_jobs(session, query)

    # A rare kind is looked for among those of its kind or of its state, whichever are fewer.
    assert (await cost_of(filled, page)).rows <= 6 * PAGE


@pytest.mark.parametrize("order", TimelineOrder)
@pytest.mark.parametrize("kind", [None, "send_email", "scan", "nothing"])
async def test_a_page_of_queued_jobs_between_many_held_and_discarded_ones(
    world: World, owners_connections: Database, kind: str | None, order: TimelineOrder
) -> None:
    """As after weeks with a wrong address of the relay: what waits is few, and what was put aside older and newer."""
    aside = f"n <= {ROWS // 2 - 100} OR n > {ROWS // 2 + 100}"
    async with world.database.transaction() as session:
        await session.execute(
            text(
                "INSERT INTO pgqueuer (entrypoint, priority, status, payload) SELECT CASE WHEN n % 10 = 0 THEN 'scan' "
                f"ELSE 'send_email' END, 0, (CASE WHEN NOT ({aside}) THEN 'queued' WHEN n % 2 = 0 THEN 'failed' ELSE "
                f"'canceled' END)::pgqueuer_status, '' FROM generate_series(1, {ROWS}) AS n"
            )
        )
    await owners_connections.fetch_alone("ANALYZE pgqueuer")

    async def page(session: LeasedSession) -> object:
        return await list_jobs(session, JobQuery(status=JobStatus.QUEUED, kind=kind, order=order))

    assert (await cost_of(world.database, page)).rows <= 12 * PAGE


@pytest.mark.parametrize("status", [None, EmailStatus.SENT, EmailStatus.BOUNCED, EmailStatus.HELD])
async def test_a_page_of_letters(filled: Database, world: World, status: EmailStatus | None) -> None:
    async def page(session: LeasedSession) -> object:
        return await list_letters(Work(session, STAFF, world.clock(), world.settings), AllLettersQuery(status=status))

    assert (await cost_of(filled, page)).rows <= 4 * PAGE


async def test_a_page_of_one_things_letters(filled: Database) -> None:
    async def page(session: LeasedSession) -> object:
        return await list_letters_of(session, OWNER, LetterQuery(), None)

    cost: Cost = await cost_of(filled, page)
    assert cost.rows <= 4 * PAGE
    assert cost.sequential == set()
