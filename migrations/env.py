"""Alembic's way into the database: the product's own engine, one migration run at a time."""

import asyncio

from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.database import asyncpg_url
from app.models import Base
from app.queries.locking import Turn
from app.settings import get_settings


def _ours(name: str | None, type_: str, parent: object) -> bool:
    """The job queue's tables belong to its library; what they look like is not compared with the models."""
    return not (type_ == "table" and (name or "").startswith("pgqueuer"))


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_name=_ours,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def _migrate() -> None:
    url = context.config.attributes.get("database_url")
    if url is None:
        configured = get_settings().database_url
        if configured is None:
            raise SystemExit("Set DATABASE_URL, or use `python -m app migrate`, which knows the embedded database.")
        url = configured.get_secret_value()
    # A migration that waits for a lock makes everybody behind it wait too, so it gives up soon and can be tried again.
    settings = {"lock_timeout": "10s", "timezone": "UTC"}
    engine = create_async_engine(asyncpg_url(url), poolclass=NullPool, connect_args={"server_settings": settings})
    async with engine.connect() as holder, engine.connect() as connection:
        await holder.execute(text("SET lock_timeout = '120s'"))
        await holder.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": Turn.MIGRATION.value})
        await connection.run_sync(_run)
    await engine.dispose()


asyncio.run(_migrate())
