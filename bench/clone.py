"""Fill a database: copy what belongs to one application, as often as wanted, with ids, references and times changed.

The template was made by the product, so every copy is a row that the product could have written. Ids are mapped by a
function of the old id and the copy's number, which keeps all foreign keys true without a look-up.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import Computed, Table
from sqlalchemy.dialects.postgresql import JSONB

from app.models import Base

_OUTSIDE = {"documents", "staff_members", "sessions", "refresh_tokens", "password_resets", "emails"}
_REFERENCE = re.compile(r"^([A-Z]+-\d{4}-)(\d{6})$")
_UUID = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
_TEXTS_OF_THEIR_OWN = {"email_key", "email", "external_payment_id", "name", "name_key", "centre_name"}
_SPREAD_SECONDS = 41

FUNCTION = """
CREATE OR REPLACE FUNCTION copied(original uuid, copy bigint) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT md5(original::text || copy::text)::uuid $$
"""


@dataclass(frozen=True)
class Template:
    """The rows of one application and its centre, by table, in the order of their foreign keys."""

    rows: Mapping[Table, list[asyncpg.Record]]
    ids: frozenset[UUID]


async def read_template(connection: asyncpg.Connection, centre_id: UUID) -> Template:
    """Collect every row that hangs on the centre, directly or by another row, and the people who are its users."""
    found: dict[Table, dict[tuple[object, ...], asyncpg.Record]] = {}
    ids = {centre_id}
    ids |= {
        r["person_id"]
        for r in await connection.fetch("SELECT person_id FROM memberships WHERE centre_id = $1", centre_id)
    }
    tables = [table for table in Base.metadata.sorted_tables if table.name not in _OUTSIDE]
    grown = -1
    while grown != len(ids):
        grown = len(ids)
        for table in tables:
            for row in await _hanging(connection, table, ids):
                key = tuple(row[column.name] for column in table.primary_key)
                found.setdefault(table, {})[key] = row
                if "id" in row:
                    ids.add(row["id"])
    return Template({table: list(found[table].values()) for table in tables if table in found}, frozenset(ids))


async def _hanging(connection: asyncpg.Connection, table: Table, ids: set[UUID]) -> list[asyncpg.Record]:
    """The rows of a table that are among the ids, or point to one that is no person."""
    conditions = [
        f"{key.parent.name} = ANY($1)"
        for key in table.foreign_keys
        if key.column.table.name not in {"people", *_OUTSIDE}
    ]
    if table.name in ("centres", "people"):
        conditions = ["id = ANY($1)"]
    if table.name in ("events", "event_streams"):
        conditions = ["aggregate_id = ANY($1)"]
    if not conditions:
        return []
    found: list[asyncpg.Record] = await connection.fetch(
        f"SELECT * FROM {table.name} WHERE {' OR '.join(conditions)}", list(ids)
    )
    return found


async def copy_template(connection: asyncpg.Connection, template: Template, first: int, count: int) -> None:
    """Insert `count` copies, numbered from `first`. Numbers must not be used twice."""
    await connection.execute(FUNCTION)
    for table, rows in template.rows.items():
        for row in rows:
            await connection.execute(_insert(table, row, template.ids, first, count))


def _insert(table: Table, row: Mapping[str, Any], ids: frozenset[UUID], first: int, count: int) -> str:
    columns = [column for column in table.columns if not isinstance(column.computed, Computed)]
    values = [_value(table, column.name, row[column.name], ids) for column in columns]
    names = ", ".join(f'"{column.name}"' for column in columns)
    return (
        f"INSERT INTO {table.name} ({names}) SELECT {', '.join(values)} "
        f"FROM generate_series({first}, {first + count - 1}) AS n"
    )


def _value(table: Table, name: str, value: Any, ids: frozenset[UUID]) -> str:
    if value is None:
        return "NULL"
    if (table.name, name) == ("events", "position"):
        return "NULL"
    if isinstance(value, UUID):
        return f"copied('{value}', n)" if value in ids else f"'{value}'::uuid"
    if isinstance(value, datetime):
        return f"'{value.isoformat()}'::timestamptz - n * interval '{_SPREAD_SECONDS} seconds'"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, date):
        return f"'{value.isoformat()}'::date"
    if name == "words":
        return f"ARRAY[{', '.join(map(_text, value))}, 'copy' || n]"
    if isinstance(value, list):
        return f"ARRAY[{', '.join(_text(item) for item in value)}]::varchar[]" if value else "'{}'"
    if isinstance(value, bytes):
        return f"sha256(('{value.hex()}' || n)::bytea)"
    text = str(value)
    if isinstance(table.columns[name].type, JSONB):
        return f"({_document(text, ids)})::jsonb"
    reference = _REFERENCE.match(text)
    if reference:
        return f"{_text(reference[1])} || (1000000 + n)"
    if name in _TEXTS_OF_THEIR_OWN and "@" in text:
        return f"n || {_text('.' + text)}"
    if name in _TEXTS_OF_THEIR_OWN:
        return f"{_text(text + ' ')} || n"
    return _text(text)


def _document(text: str, ids: frozenset[UUID]) -> str:
    """JSON text in which the ids of the template are those of the copy."""
    parts = _UUID.split(text)
    return " || ".join(
        f"copied('{part}', n)" if number % 2 and UUID(part) in ids else _text(part) for number, part in enumerate(parts)
    )


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


async def give_positions(connection: asyncpg.Connection) -> None:
    """Publish the copies' events in the order of their time; no two events share a position."""
    await connection.execute(
        """
        UPDATE events SET position = made.place FROM (
            SELECT id, row_number() OVER (ORDER BY occurred_at, id)
                + (SELECT coalesce(max(position), 0) FROM events) AS place
            FROM events WHERE public IS NOT NULL AND position IS NULL
        ) AS made WHERE made.id = events.id
        """
    )
