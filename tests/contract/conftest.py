"""The landscape, built once per run and copied for each test in a few hundredths of a second."""

import os
from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from app.database import Database
from app.http.exchange import deployment_of
from app.integrations.postgres import create_database, drop_database
from app.main import create_app
from app.services.sandbox.purpose import require_purpose
from app.settings import Settings
from tests.clock import MovableClock
from tests.contract.landscape import Landscape, build
from tests.world import World

_numbers = count(1)


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


async def _open(settings: Settings, clock: MovableClock) -> tuple[World, Landscape]:
    database = Database.of(settings)
    app = create_app(settings, database=database, clock=clock)
    app.state.deployment = replace(deployment_of(app), settle=_nothing)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    client = httpx.AsyncClient(transport=transport, base_url="http://testserver")
    world = World(client, database, settings, clock, deployment_of(app).store)
    return world, Landscape(world, app)


@pytest.fixture(scope="session")
async def built(
    server_url: str, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[str, Path, MovableClock, Landscape]]:
    """The template database, its documents folder, and the time at which it was built."""
    name, folder, clock = f"landscape_{os.getpid()}", tmp_path_factory.mktemp("landscape"), MovableClock()
    settings = _settings(await create_database(server_url, name, template), folder)
    world, opened = await _open(settings, clock)
    await require_purpose(world.database, settings, clock)
    made = await build(world, opened.app)
    await world.client.aclose()
    await world.database.close()
    yield name, folder, clock, made
    await drop_database(server_url, name)


@pytest.fixture
async def landscape(server_url: str, built: tuple[str, Path, MovableClock, Landscape]) -> AsyncIterator[Landscape]:
    """A fresh copy of the landscape."""
    template, folder, built_clock, made = built
    clock = MovableClock()
    clock.now = built_clock.now
    name = f"copy_{os.getpid()}_{next(_numbers)}"
    settings = _settings(await create_database(server_url, name, template), folder)
    world, opened = await _open(settings, clock)
    opened.logins, opened.ids, opened.others = dict(made.logins), dict(made.ids), dict(made.others)
    yield opened
    await world.client.aclose()
    await world.database.close()
    await drop_database(server_url, name)
