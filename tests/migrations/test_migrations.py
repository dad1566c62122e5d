"""Migrations from an empty database to head and back, and rules for every table."""

import asyncio
import re
from collections.abc import Iterator

import pytest
from alembic import command
from sqlalchemy import text

from app.database import Database
from app.database_errors import RefusedByDatabase
from app.domain.personal_data import Erasure
from app.models import Base, personal_columns
from tests.migrations.making import VERSIONS, configured, connected, fetch, new_database

# Tables are altered here.
pytestmark = pytest.mark.own_database

# Column names that suggest personal data. Each such column is marked, or listed below with a reason.
SUSPICIOUS = re.compile(
    r"(first|last|person|by)_name$|email|telephone|job_title|address_line|postcode|user_agent|recipients|customer$"
    r"|payer|^address$|^content$|^data$|^audit$|actor_name"
)
NOT_PERSONAL = {
    ("email_deliveries", "email_id"): "the id of a row",
    ("email_owners", "email_id"): "the id of a row",
    ("reminders", "email_id"): "the id of a row",
    ("centres", "email_domain"): "an organisation's domain, for finding duplicates",
    ("initial_applications", "email_domain"): "an organisation's domain, for finding duplicates",
    ("centres", "email_domain_look"): "an organisation's domain, for finding look-alikes",
    ("initial_applications", "email_domain_look"): "an organisation's domain, for finding look-alikes",
}


@pytest.fixture
def empty(server_url: str) -> Iterator[str]:
    """A database with nothing in it."""
    with new_database(server_url) as url:
        yield url


SCHEMA = """
SELECT 'column', concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default, generation_expression)
    FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT 'index', indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'constraint', conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'trigger', pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'function', proname || ' ' || md5(translate(prosrc, ' ' || chr(10), ''))
    FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL SELECT 'type', typname FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype = 'e'
ORDER BY 1, 2
"""


def test_upgrade_downgrade_and_upgrade_are_equivalent(empty: str) -> None:
    """Empty → head → base → head. Downgrading leaves nothing behind, and the models match head."""
    command.upgrade(configured(empty), "head")
    first = asyncio.run(fetch(empty, SCHEMA))
    command.check(configured(empty))
    command.downgrade(configured(empty), "base")
    left = [row for row in asyncio.run(fetch(empty, SCHEMA)) if "alembic_version" not in row[1]]
    assert left == []
    command.upgrade(configured(empty), "head")
    assert asyncio.run(fetch(empty, SCHEMA)) == first
    assert len(first) > 200


def test_the_check_finds_a_column_without_a_migration(empty: str) -> None:
    """The positive control of `alembic check`."""
    command.upgrade(configured(empty), "head")
    asyncio.run(fetch(empty, "ALTER TABLE centres DROP COLUMN telephone"))
    with pytest.raises(Exception, match="New upgrade operations detected"):
        command.check(configured(empty))


def test_the_job_queue_tables_match_the_library(empty: str, server_url: str) -> None:
    """Migration 0002 is frozen; this fails if a release of the library changes its tables."""
    from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment

    command.upgrade(configured(empty), "head")
    with new_database(server_url) as theirs:
        asyncio.run(_run(theirs, QueryBuilderEnvironment().build_install_query()))
        expected = {tuple(row) for row in asyncio.run(fetch(theirs, SCHEMA))}
    ours = {tuple(row) for row in asyncio.run(fetch(empty, SCHEMA)) if "pgqueuer" in row[1]}
    ours = {row for row in ours if "INDEX ix_pgqueuer_" not in row[1]}
    assert ours == expected
    assert len(ours) > 30


async def _run(url: str, statements: str) -> None:
    connection = await connected(url)
    try:
        await connection.execute(statements)
    finally:
        await connection.close()


def test_every_personal_data_column_is_marked() -> None:
    """With purpose and retention, so that exports and erasure find it."""
    marked = {(each.table, each.column) for each in personal_columns()}
    columns = {(table.name, column.name) for table in Base.metadata.sorted_tables for column in table.columns}
    suspicious = {(table, column) for table, column in columns if SUSPICIOUS.search(column)}
    assert suspicious - marked - set(NOT_PERSONAL) == set()
    assert set(NOT_PERSONAL) <= columns - marked
    assert all(each.purpose and each.retention for each in personal_columns())
    assert len(suspicious & marked) > 30


NEWER_THAN_15 = re.compile(
    r"\bANY_VALUE\b|\bJSON_TABLE\b|\bJSON_ARRAYAGG\b|\bIS JSON\b|\buuidv7\b|\bNULLS NOT DISTINCT\b.*\bNO INHERIT\b"
    r"|\bVIRTUAL\b|\bWITHOUT OVERLAPS\b|\bPERIOD\b|\bNOT ENFORCED\b|\bMERGE_ACTION\b|\bDOWNCAST\b|\bSTORAGE DEFAULT\b",
    re.I,
)


def test_the_schema_needs_nothing_but_postgresql_15(empty: str) -> None:
    """No contrib extension, and nothing newer, so that any managed PostgreSQL serves."""
    command.upgrade(configured(empty), "head")
    extensions = [row[0] for row in asyncio.run(fetch(empty, "SELECT extname FROM pg_extension"))]
    assert extensions == ["plpgsql"]
    for migration in VERSIONS.glob("*.py"):
        assert not re.search(r"CREATE\s+EXTENSION", migration.read_text(), re.I), migration.name
        assert not NEWER_THAN_15.search(migration.read_text()), migration.name


RECORDS = (
    "submissions",
    "reviews",
    "recommendations",
    "decisions",
    "agreement_acceptances",
    "policy_versions",
    "action_evidence",
    "documents",
    "invoices",
    "invoice_entries",
    "due_diligence_checks",
    "events",
    "email_deliveries",
)


@pytest.fixture
async def unreferenced(database: Database) -> Database:
    """A database without foreign keys and check constraints, so that each table can be tested alone."""
    async with database.transaction() as session:
        for table in RECORDS:
            keys = await session.scalars(
                text(
                    f"SELECT conname FROM pg_constraint WHERE conrelid = '{table}'::regclass AND contype IN ('f', 'c')"
                )
            )
            for key in keys.all():
                await session.execute(text(f'ALTER TABLE {table} DROP CONSTRAINT "{key}" CASCADE'))
    return database


# What an erasure takes away, also from rows that nothing else changes.
_ERASED = {
    table: [each.column for each in personal_columns() if each.table == table and each.erasure is Erasure.ERASED]
    for table in RECORDS
}

_VALUES = {
    "uuid": "gen_random_uuid()",
    "text": "'x'",
    "character varying": "'GBP'",
    "bigint": "1",
    "integer": "1",
    "boolean": "false",
    "timestamp with time zone": "'2026-06-01'",
    "date": "'2026-06-01'",
    "jsonb": "'{}'",
    "ARRAY": "'{}'",
}


@pytest.mark.requirement("R24")
async def test_append_only_rows_cannot_be_changed_or_deleted(unreferenced: Database) -> None:
    """R24: evidence is append-only."""
    for table in RECORDS:
        async with unreferenced.transaction() as session:
            found = await session.execute(
                text(
                    "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = :table "
                    "AND is_nullable = 'NO' AND is_generated = 'NEVER'"
                ),
                {"table": table},
            )
            columns = {name: _VALUES[kind] for name, kind in found.all()}
            names = ", ".join(f'"{name}"' for name in columns)
            await session.execute(text(f"INSERT INTO {table} ({names}) VALUES ({', '.join(columns.values())})"))
        for change in (f"UPDATE {table} SET id = gen_random_uuid()", f"DELETE FROM {table}"):
            with pytest.raises(RefusedByDatabase, match="append-only"):
                async with unreferenced.transaction() as session:
                    await session.execute(text(change))
        for column in _ERASED.get(table, ()):
            async with unreferenced.transaction() as session:
                await session.execute(text(f"UPDATE {table} SET {column} = NULL"))
