"""Databases at any revision, and made-up migrations on top of the repository's."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from textwrap import indent
from typing import Any

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import make_url

from app.integrations.postgres import create_database, drop_database

ROOT = Path(__file__).parents[2]
VERSIONS = ROOT / "migrations" / "versions"
_numbers = count(1)

_MIGRATION = '''"""Made up."""

import sqlalchemy as sa
from alembic import op

from migrations import steps

revision = "made_up"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade() -> None:
{body}
'''


@contextmanager
def new_database(server_url: str, template: str | None = None) -> Iterator[str]:
    """A database with nothing in it, or a copy of `template`, for the time of the block."""
    name = f"made_{os.getpid()}_{next(_numbers)}"
    try:
        yield asyncio.run(create_database(server_url, name, template))
    finally:
        asyncio.run(drop_database(server_url, name))


def configured(url: str, *more_versions: Path) -> Config:
    """Alembic on this database, with the migrations of the repository and of these folders."""
    config = Config(ROOT / "alembic.ini")
    config.set_main_option("version_locations", os.pathsep.join(map(str, (VERSIONS, *more_versions))))
    config.attributes["database_url"] = url
    return config


def head() -> str:
    """The newest revision of the repository."""
    found = ScriptDirectory(str(VERSIONS.parent)).get_current_head()
    assert found is not None
    return found


def write_migration(folder: Path, body: str, *, after: str | None = None) -> None:
    """Write a made-up migration that does `body`, after the repository's newest one."""
    folder.mkdir(exist_ok=True)
    text = _MIGRATION.format(head=after or head(), body=indent(body, "    "))
    (folder / "made_up.py").write_text(text, encoding="utf-8")


def apply(url: str, folder: Path, body: str, **attributes: object) -> None:
    """Write a migration and run it on a database that is at head."""
    write_migration(folder, body)
    upgrade(url, folder, **attributes)


def upgrade(url: str, folder: Path, **attributes: object) -> None:
    """Run the migrations of the repository and of the folder."""
    config = configured(url, folder)
    config.attributes.update(attributes)
    command.upgrade(config, "head")


async def connected(url: str) -> asyncpg.Connection:
    """A connection of the driver."""
    address = make_url(url)
    return await asyncpg.connect(**address.get_dialect()().create_connect_args(address)[1])


async def fetch(url: str, statement: str, *values: object) -> list[Any]:
    """Run one statement and return its rows."""
    connection = await connected(url)
    try:
        return list(await connection.fetch(statement, *values))
    finally:
        await connection.close()
