"""Judge migrations by what they do: the statements that they run, and the tables before and after.

The last release serves while they run. So no table is rewritten, nothing that it uses goes or changes, and no statement
holds a lock for long.
"""

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, event

from tests.migrations.making import fetch

# The linter judges single statements. It does not know rows that are written, and tables that are rewritten; those are
# judged here. Left out are rules of style, those that our steps keep themselves (time-outs, repeatable statements), and
# those that are judged better against the tables: NOT NULL by `require`, and triggers that fill a column.
_RULES = (
    "adding-field-with-default",
    "adding-foreign-key-constraint",
    "adding-required-field",
    "adding-serial-primary-key-field",
    "ban-char-field",
    "ban-drop-column",
    "ban-drop-database",
    "ban-drop-table",
    "ban-truncate-cascade",
    "changing-column-type",
    "constraint-missing-not-valid",
    "disallowed-unique-constraint",
    "renaming-column",
    "renaming-table",
    "require-concurrent-index-creation",
    "require-concurrent-index-deletion",
    "require-concurrent-partition-detach",
    "require-concurrent-refresh-matview",
    "require-concurrent-reindex",
)
_FILES = """
SELECT relname AS name, relfilenode AS file FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""
_USED = """
SELECT 'column ' || table_name || '.' || column_name AS name, udt_name || ' ' || is_generated AS kind
FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT 'function ' || oid::regprocedure, prorettype::regtype::text FROM pg_proc
WHERE pronamespace = 'public'::regnamespace AND prorettype <> 'trigger'::regtype
UNION ALL SELECT 'value ' || enumlabel || ' of ' || enumtypid::regtype, '' FROM pg_enum
"""
_REQUIRED = """
SELECT table_name || '.' || column_name AS name FROM information_schema.columns
WHERE table_schema = 'public' AND is_nullable = 'NO' AND column_default IS NULL AND is_generated = 'NEVER'
"""
_WRITES = re.compile(
    r"^\s*(?:UPDATE|DELETE FROM|TRUNCATE(?: TABLE)?|INSERT INTO)\s+(?:ONLY\s+)?\"?(\w+)", re.IGNORECASE
)
_ALTERS = re.compile(r"^\s*ALTER TABLE (?:IF EXISTS )?(?:ONLY )?\"?(\w+)", re.IGNORECASE)
_NOT_NULL = re.compile(r"ALTER TABLE (\w+) ALTER COLUMN (\w+) SET NOT NULL", re.IGNORECASE)


@dataclass
class Tables:
    """What a database has."""

    files: dict[str, int]
    used: dict[str, str]
    required: set[str]


@dataclass
class Run:
    """A run of migrations: what it said, and the tables before and after."""

    before: Tables
    statements: list[str] = field(default_factory=list)
    together: list[set[str]] = field(default_factory=list)
    """The tables that each transaction alters."""
    after: Tables | None = None


def run_migrations(config: Config) -> Run:
    """Bring the database to head, and note everything."""
    url = config.attributes["database_url"]
    run = Run(asyncio.run(_tables(url)))
    with _noting(run):
        command.upgrade(config, "head")
    run.after = asyncio.run(_tables(url))
    return run


def faults(run: Run, folder: Path) -> list[str]:
    """Say what would disturb or break the release that serves."""
    assert run.after is not None
    before, after = run.before, run.after
    found = [
        f"rewrites the table {name}"
        for name, number in before.files.items()
        if name in after.files and after.files[name] != number
    ]
    found += [f"takes the {name} away" for name in before.used if name not in after.used]
    found += [
        f"changes the {name}: {kind} becomes {after.used[name]}"
        for name, kind in before.used.items()
        if name in after.used and after.used[name] != kind
    ]
    found += [
        f"requires {name}, which the release that serves does not write"
        for name in sorted(after.required - before.required)
        if name.split(".")[0] in before.files
    ]
    found += [
        f"holds locks on several tables at once: {', '.join(sorted(altered))}"
        for altered in (tables & before.files.keys() for tables in run.together)
        if len(altered) > 1
    ]
    return found + _stray_statements(run) + _linted(run.statements, folder)


def _stray_statements(run: Run) -> list[str]:
    found = []
    for number, statement in enumerate(run.statements):
        written = _WRITES.match(statement)
        # A batch names its rows.
        if written and written[1] in run.before.files and written[1] != "alembic_version" and "$1" not in statement:
            found.append(f"writes rows of {written[1]} in one go: {' '.join(statement.split())[:80]}")
        required = _NOT_NULL.match(statement)
        proof = f"VALIDATE CONSTRAINT {required[1]}_{required[2]}_filled" if required else ""
        if required and required[1] in run.before.files and not any(proof in one for one in run.statements[:number]):
            found.append(f"reads all of {required[1]} under a lock: require {required[2]} by a step")
    return found


def _linted(statements: list[str], folder: Path) -> list[str]:
    script = folder / "migration.sql"
    script.write_text("".join(f"{statement};\n" for statement in statements), encoding="utf-8")
    squawk = [str(Path(sys.executable).with_name("squawk")), "--reporter", "json", "--pg-version", "15", str(script)]
    judged = subprocess.run(squawk, capture_output=True, text=True, check=False)
    lines = script.read_text(encoding="utf-8").splitlines()
    return [
        f"{one['rule_name']}: {one['message']} ({lines[one['line']].strip()})"
        for one in json.loads(judged.stdout)
        if one["rule_name"] in _RULES
    ]


@contextmanager
def _noting(run: Run) -> Iterator[None]:
    statements, together, within = run.statements, run.together, False

    def note(conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
        nonlocal within
        statements.append(statement)
        alone = conn.get_execution_options().get("isolation_level") == "AUTOCOMMIT"
        if statement in ("BEGIN", "COMMIT", "ROLLBACK"):
            within = statement == "BEGIN"
        if statement == "BEGIN" or (alone and not within) or not together:
            together.append(set())
        together[-1].update(_ALTERS.findall(statement))

    def begin(conn: Any) -> None:
        statements.append("BEGIN")
        together.append(set())

    def commit(conn: Any) -> None:
        statements.append("COMMIT")

    heard = (("before_cursor_execute", note), ("begin", begin), ("commit", commit))
    for name, listener in heard:
        event.listen(Engine, name, listener)
    try:
        yield
    finally:
        for name, listener in heard:
            event.remove(Engine, name, listener)


async def _tables(url: str) -> Tables:
    return Tables(
        {row["name"]: row["file"] for row in await fetch(url, _FILES)},
        {row["name"]: row["kind"] for row in await fetch(url, _USED)},
        {row["name"] for row in await fetch(url, _REQUIRED)},
    )
