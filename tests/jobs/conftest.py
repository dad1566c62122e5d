"""Fixtures for tests of jobs: the worker's dependencies and database queries."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app.clock import Clock
from app.database import Database, Work
from app.domain.actors import SYSTEM
from app.http.exchange import deployment_of
from app.jobs.means import Means
from app.settings import Settings

Query = Callable[..., Awaitable[list[Any]]]


@pytest.fixture
def means(database: Database, settings: Settings, app: FastAPI, clock: Clock) -> Means:
    return Means.of(database, settings, deployment_of(app).store, clock)


@pytest.fixture
def query(database: Database) -> Query:
    """Query the database in a separate transaction."""

    async def ask(statement: str, **values: Any) -> list[Any]:
        async with database.transaction() as session:
            return list(await session.execute(text(statement), values))

    return ask


@asynccontextmanager
async def system_work(means: Means) -> AsyncIterator[Work]:
    """A system transaction that publishes nothing."""
    async with means.database.transaction() as session:
        yield Work(session, SYSTEM, means.clock(), means.settings)
