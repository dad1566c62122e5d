"""Transactions on a failing database: no acknowledged write is lost, and no request hangs."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from alembic import command
from alembic.config import Config
from pydantic import SecretStr
from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import DBAPIError

from app.database import Database
from app.integrations.postgres import start_embedded
from app.main import create_app
from app.models import InitialApplication
from app.settings import Settings
from tests.world import World

# These tests alter tables.
pytestmark = pytest.mark.own_database

ROOT = Path(__file__).parents[1]
_numbers = count(1)
FAILING_COMMIT = """
CREATE FUNCTION fail_at_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {how}; RETURN NULL; END $$
"""
DEFERRED = """
CREATE CONSTRAINT TRIGGER fail_at_commit AFTER INSERT ON initial_applications
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fail_at_commit()
"""


@pytest.mark.parametrize(
    ("how", "status"),
    [
        ("RAISE EXCEPTION 'not today'", 500),
        ("RAISE EXCEPTION 'try again' USING ERRCODE = 'serialization_failure'", 503),
        ("PERFORM pg_terminate_backend(pg_backend_pid())", 503),
    ],
)
async def test_a_commit_that_fails_is_not_answered_as_done(
    client: httpx.AsyncClient, world: World, database: Database, how: str, status: int
) -> None:
    """A session that commits after the response would return 201 and store nothing."""
    async with database.transaction() as session:
        await session.execute(text(FAILING_COMMIT.format(how=how)))
        await session.execute(text(DEFERRED))
    answer = await client.post("/v1/initial-applications", json=world.initial_application())
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    assert ("retry-after" in answer.headers) == (status == 503)
    async with database.transaction() as session:
        assert (await session.scalars(select(InitialApplication.id))).all() == []
        await session.execute(text("DROP TRIGGER fail_at_commit ON initial_applications"))
    answer = await client.post("/v1/initial-applications", json=world.initial_application())
    assert answer.status_code == 201, "the pool has recovered"


async def test_what_only_reads_cannot_write(client: httpx.AsyncClient, world: World, database: Database) -> None:
    """GET and HEAD take such a lease."""
    await client.post("/v1/initial-applications", json=world.initial_application())

    async def write() -> None:
        async with database.lease(read_only=True) as session:
            assert await session.scalar(select(func.count()).select_from(InitialApplication)) == 1
            await session.execute(delete(InitialApplication))

    with pytest.raises(DBAPIError, match="read-only transaction"):
        await write()


async def test_an_exhausted_pool_is_503_with_retry_after(settings: Settings, world: World) -> None:
    """With a pool of one connection that is in use: 503 within the timeout, then 200 once it is free."""
    database = Database(str(world.database.engine.url.render_as_string(False)), pool_size=1, pool_timeout=0.3)
    app = create_app(settings, database=database, clock=world.clock)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://testserver") as client:
        async with database.transaction() as session:
            await session.execute(text("SELECT 1"))
            begun = time.monotonic()
            answers = await asyncio.gather(*(client.get("/v1/recognised-centres") for _ in range(8)))
            took = time.monotonic() - begun
        assert [answer.status_code for answer in answers] == [503] * 8
        assert all(answer.headers["retry-after"] for answer in answers)
        assert took < 2
        assert (await client.get("/v1/recognised-centres")).status_code == 200
    await database.close()


class Throwaway:
    """A separate, durable PostgreSQL with the app on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "pg"
        self.server = start_embedded(self.folder)
        config = Config(ROOT / "alembic.ini")
        config.attributes["database_url"] = self.server.url
        command.upgrade(config, "head")
        self.settings = Settings(
            database_url=SecretStr(self.server.url),
            data_dir=folder / "data",
            secret_key=SecretStr("a key for tests that is long enough"),
            rate_limit_scale=10_000,
        )

    def crash(self) -> None:
        """Stop at once, like a power cut: nothing is flushed, connections break."""
        process = psutil.Process(int((self.folder / "cluster" / "postmaster.pid").read_text().split()[0]))
        assert str(self.folder / "cluster") in process.cmdline()
        process.send_signal(signal.SIGQUIT)
        process.wait(10)

    def restart(self) -> None:
        """Restart it; it replays its log."""
        self.server.ensure_running()


@pytest.fixture
async def throwaway(tmp_path: Path) -> AsyncIterator[Throwaway]:
    made = await asyncio.to_thread(Throwaway, tmp_path)
    yield made
    await asyncio.to_thread(made.server.stop)


async def test_no_acknowledged_write_is_lost_when_the_database_crashes(throwaway: Throwaway) -> None:
    """Four writers and three crashes: 503 while the database is down, then 201 again, and every 201 is stored."""
    database = Database.of(throwaway.settings)
    app = create_app(throwaway.settings, database=database)
    maker = World.__new__(World)
    acknowledged: list[str] = []
    statuses: set[int] = set()
    ended = asyncio.Event()

    async def write(client: httpx.AsyncClient) -> None:
        while not ended.is_set():
            body: dict[str, Any] = World.initial_application(maker)
            answer = await client.post("/v1/initial-applications", json=body)
            assert answer.status_code in (201, 503), answer.text
            statuses.add(answer.status_code)
            if answer.status_code == 201:
                acknowledged.append(answer.json()["id"])
            else:
                await asyncio.sleep(0.02)

    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        writers = [asyncio.create_task(write(client)) for _ in range(4)]
        for _ in range(3):
            await _more(acknowledged, 12)
            await asyncio.to_thread(throwaway.crash)
            answer = await client.get("/v1/recognised-centres")
            assert answer.status_code == 503, answer.text
            assert answer.headers["retry-after"]
            await asyncio.to_thread(throwaway.restart)
            begun = time.monotonic()
            await _more(acknowledged, 1)
            assert time.monotonic() - begun < 3
        ended.set()
        await asyncio.gather(*writers)
    async with database.transaction() as session:
        kept = {str(id_) for id_ in (await session.scalars(select(InitialApplication.id))).all()}
    await database.close()
    assert set(acknowledged) - kept == set()
    assert len(acknowledged) > 36
    assert statuses == {201, 503}


async def _more(acknowledged: list[str], number: int) -> None:
    wanted = len(acknowledged) + number
    async with asyncio.timeout(20):
        while len(acknowledged) < wanted:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
