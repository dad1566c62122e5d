"""Create and drop databases, for tests and tools."""

import asyncpg
from sqlalchemy import make_url

# Every PostgreSQL server has this database. Connect to it, because the database being copied must have no session.
MAINTENANCE_DATABASE = "postgres"


async def create_database(url: str, name: str, template: str | None = None) -> str:
    """Create the database `name` on the server of `url`, as a copy of `template` if given, and return its URL.

    Raises `asyncpg.DuplicateDatabaseError` if it exists, `asyncpg.ObjectInUseError` while the template is in use.
    """
    copied = f" TEMPLATE {_quoted(template)}" if template else ""
    await _execute(url, f"CREATE DATABASE {_quoted(name)}{copied}")
    return make_url(url).set(database=name).render_as_string(hide_password=False)


async def drop_database(url: str, name: str) -> None:
    """Drop the database `name` on the server of `url`, ending its sessions. A no-op if it does not exist."""
    await _execute(url, f"DROP DATABASE IF EXISTS {_quoted(name)} WITH (FORCE)")


async def _execute(url: str, statement: str) -> None:
    address = make_url(url).set(drivername="postgresql+asyncpg", database=MAINTENANCE_DATABASE)
    # Let SQLAlchemy's dialect parse the URL: it handles `ssl=` and a `host` option differently from asyncpg.
    _, options = address.get_dialect()().create_connect_args(address)
    connection = await asyncpg.connect(**options)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _quoted(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'
