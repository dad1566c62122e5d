"""Alembic's way into the database: the product's own engine, one process at a time, and no lock that others wait for.

A migration is a transaction, or steps of `migrations/steps.py` that each commit. Every statement gives up soon where it
does not get its lock, and is tried again.
"""

import asyncio

from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app import hosts
from app.database_errors import CannotMigrate
from app.database_url import asyncpg_url
from app.models import Base
from app.settings import get_settings
from migrations.patience import LOCK_TIMEOUT, naming_blockers, persistently, take_turn
from migrations.row_security import secure


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
    applied = frozenset(context.get_context().get_current_heads())
    connection.rollback()
    _require_known(applied)
    # What was applied is committed: the next try goes on with the migration that failed.
    persistently(context.run_migrations, undo=connection.rollback)


def _secure(connection: Connection) -> None:
    there = frozenset(connection.exec_driver_sql("SELECT to_regclass('alembic_version')").scalars())
    if there == {None}:
        return
    applied = frozenset(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars())
    if applied == frozenset(context.script.get_heads()):
        secure(connection)


def _require_known(applied: frozenset[str]) -> None:
    known = {script.revision for script in context.script.walk_revisions()}
    if applied <= known:
        return
    newest = ", ".join(context.script.get_heads())
    raise CannotMigrate(
        f"The database was migrated by a newer release (revision {', '.join(sorted(applied - known))}); this release "
        f"knows revisions up to {newest}. There is nothing to migrate: this release can serve while you change to the "
        "newer one, or back from it."
    )


async def _migrate() -> None:
    url = context.config.attributes.get("database_url")
    if url is None:
        configured = get_settings().database_url
        if configured is None:
            raise SystemExit("Set DATABASE_URL, or use `python -m app migrate`, which knows the embedded database.")
        url = configured.get_secret_value()
    settings = {"application_name": "centre-recognition migrate", "lock_timeout": LOCK_TIMEOUT, "timezone": "UTC"}
    engine = create_async_engine(
        asyncpg_url(url),
        poolclass=NullPool,
        connect_args={"async_creator_fn": hosts.connect, "server_settings": settings},
    )
    async with engine.connect() as holder, engine.connect() as connection:
        await holder.execution_options(isolation_level="AUTOCOMMIT")
        await take_turn(holder)
        pid = await connection.scalar(text("SELECT pg_backend_pid()"))
        await connection.rollback()
        async with naming_blockers(holder, pid):
            await connection.run_sync(_run)
        await connection.rollback()
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        async with naming_blockers(holder, pid):
            await connection.run_sync(_secure)
    await engine.dispose()


asyncio.run(_migrate())
