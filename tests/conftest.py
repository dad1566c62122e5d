"""Fixtures built on real parts: a PostgreSQL database for each worker, the app over ASGI and captured mail."""

# ruff: noqa: E402
import gc

# Importing the app makes a large heap and no garbage.
gc.disable()

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import httpx
import pytest
from alembic import command
from alembic.config import Config
from fastapi import FastAPI
from pydantic import SecretStr

from app.database import Database
from app.database_url import asyncpg_url
from app.http.exchange import deployment_of
from app.integrations.postgres import create_database, drop_database, start_embedded
from app.logs import configure_logs
from app.main import attach, create_app
from app.settings import Settings
from tests import slow_work
from tests.clock import MovableClock
from tests.emptying import empty
from tests.roles import as_role, create_roles
from tests.world import World

# The imported app is a large heap that never becomes garbage. Looking through it took a sixth of the suite's time.
gc.freeze()
gc.enable()
gc.set_threshold(200_000, 50, 100)
pytest_plugins = ["tests.conformance.plugin", "tests.s3_servers", "tests.scanner"]
ROOT = Path(__file__).parents[1]
# Without this, structlog renders a traceback with every local variable, which takes half a minute.
configure_logs("WARNING", json_lines=False)
_numbers = count(1)


@pytest.fixture(scope="session", autouse=True)
def _watched() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        slow_work.watch(patch)
        yield


@pytest.fixture(autouse=True)
def _nothing_slow_on_a_connection(_watched: None) -> Iterator[None]:
    with slow_work.offences() as found:
        yield
        assert found == []


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The PostgreSQL server at `DATABASE_URL`, or an embedded one that all workers of this run share."""
    configured = os.environ.get("DATABASE_URL")
    if configured:
        asyncio.run(create_roles(asyncpg_url(configured)))
        yield asyncpg_url(configured)
        return
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    server = start_embedded(shared / "postgres", fast_for_tests=True)
    try:
        yield server.url
    finally:
        server.stop()


@pytest.fixture(scope="session")
def template(server_url: str) -> Iterator[str]:
    """The name of a migrated, empty database to copy. A copy takes a few hundredths of a second."""
    name = f"template_{os.getpid()}"
    url = asyncio.run(create_database(server_url, name))
    config = Config(ROOT / "alembic.ini")
    config.attributes["database_url"] = url
    command.upgrade(config, "head")
    yield name
    asyncio.run(drop_database(server_url, name))


@pytest.fixture(scope="session")
def workers_database(server_url: str, template: str) -> Iterator[str]:
    """This worker's database, emptied before every test."""
    name = f"test_{os.getpid()}"
    yield asyncio.run(create_database(server_url, name, template))
    asyncio.run(drop_database(server_url, name))


@pytest.fixture(scope="session")
async def owners_connections(workers_database: str) -> AsyncIterator[Database]:
    """The owner's connections to the worker's database: only the owner can empty it."""
    opened = Database(workers_database, pool_size=1)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
async def workers_connections(workers_database: str) -> AsyncIterator[Database]:
    """The worker's connection pool, shared by all its tests.

    A new connection must look up every table again and a new engine must compile every statement again, which took a
    sixth of the suite's time.
    """
    opened = Database(as_role(workers_database))
    yield opened
    await opened.close()


@pytest.fixture
async def database_url(
    request: pytest.FixtureRequest, server_url: str, template: str, workers_database: str, owners_connections: Database
) -> AsyncIterator[str]:
    """An empty database, as its owner: the worker's, or a new copy for a test with the marker `own_database`.

    Emptying the tables that have rows takes a tenth of the time of a new copy.
    """
    if request.node.get_closest_marker("own_database") is None:
        await empty(owners_connections)
        yield workers_database
        return
    name = f"own_{os.getpid()}_{next(_numbers)}"
    yield await create_database(server_url, name, template)
    await drop_database(server_url, name)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(
        database_url=SecretStr(as_role(database_url)),
        data_dir=tmp_path / "data",
        secret_key=SecretStr("a key for tests that is long enough"),
        rate_limit_scale=10_000,
    )


@pytest.fixture
async def database(
    request: pytest.FixtureRequest, database_url: str, workers_connections: Database
) -> AsyncIterator[Database]:
    if request.node.get_closest_marker("own_database") is None:
        yield workers_connections
        return
    # As the owner, who may alter the tables.
    opened = Database(database_url)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def routes_of_app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The app, created once for all tests: creating its hundred routes takes longer than most tests."""
    nowhere = SecretStr("postgresql://nobody@localhost/nothing")
    return create_app(Settings(database_url=nowhere, data_dir=tmp_path_factory.mktemp("app")))


@pytest.fixture
def app(routes_of_app: FastAPI, settings: Settings, database: Database, clock: MovableClock) -> FastAPI:
    attach(routes_of_app, settings, database, clock)
    return routes_of_app


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as opened:
        yield opened


@pytest.fixture
async def world(
    client: httpx.AsyncClient, database: Database, settings: Settings, clock: MovableClock, app: FastAPI
) -> World:
    return World(client, database, settings, clock, deployment_of(app).store)
