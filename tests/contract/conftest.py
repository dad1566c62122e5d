"""The landscape, built once per run and put back before each test in a few hundredths of a second."""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from app.database import Database
from app.http.exchange import deployment_of
from app.integrations.postgres import create_database, drop_database
from app.main import attach
from app.services.sandbox.purpose import require_purpose
from app.settings import Settings
from tests.clock import MovableClock
from tests.contract.landscape import Landscape, build
from tests.emptying import Kept, keep
from tests.world import World


@dataclass(frozen=True)
class Built:
    """The landscape's database with its rows kept, and the time at which it was built."""

    settings: Settings
    database: Database
    kept: Kept
    files: dict[str, bytes]
    landscape: Landscape
    at: datetime

    async def put_back(self, opened: Landscape) -> None:
        """Have the opened landscape as it was built."""
        await self.kept.restore(self.database)
        for name, content in self.files.items():
            (self.settings.data_dir / name).write_bytes(content)
        opened.world.clock.now = self.at
        made = self.landscape
        opened.logins, opened.ids, opened.others = dict(made.logins), dict(made.ids), dict(made.others)


def _files(folder: Path) -> dict[str, bytes]:
    """The stored documents, by their paths in the folder."""
    paths = [path for path in (folder / "documents").rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def _settings(url: str, folder: Path) -> Settings:
    return Settings(
        database_url=SecretStr(url),
        data_dir=folder,
        secret_key=SecretStr("a key for tests that is long enough"),
        rate_limit_scale=10_000,
        sandbox=True,
    )


async def _nothing() -> None:
    """Run no jobs: no sweep needs them, and some count statements."""


def _open(app: FastAPI, settings: Settings, database: Database, clock: MovableClock) -> Landscape:
    attach(app, settings, database, clock)
    app.state.deployment = replace(deployment_of(app), settle=_nothing)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    client = httpx.AsyncClient(transport=transport, base_url="http://testserver")
    return Landscape(World(client, database, settings, clock, deployment_of(app).store), app)


@pytest.fixture(scope="session")
async def built(
    server_url: str, template: str, routes_of_app: FastAPI, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Built]:
    """The landscape, which all its tests share."""
    name, clock = f"landscape_{os.getpid()}", MovableClock()
    settings = _settings(await create_database(server_url, name, template), tmp_path_factory.mktemp("landscape"))
    database = Database.of(settings)
    opened = _open(routes_of_app, settings, database, clock)
    await require_purpose(database, settings, clock)
    made = await build(opened.world, routes_of_app)
    await opened.world.client.aclose()
    yield Built(settings, database, await keep(database), _files(settings.data_dir), made, clock.now)
    await database.close()
    await drop_database(server_url, name)


@pytest.fixture
async def landscape(built: Built, routes_of_app: FastAPI) -> AsyncIterator[Landscape]:
    """The landscape as it was built."""
    opened = _open(routes_of_app, built.settings, built.database, MovableClock())
    await built.put_back(opened)
    yield opened
    await opened.world.client.aclose()
