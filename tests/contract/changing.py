"""Change one column of the landscape's rows at a time, past the product, and put it back."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ARRAY, Boolean, Column, Date, DateTime, Enum, Integer, Interval, LargeBinary, String, Table, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import NullType

from app.database import Database
from app.models import Base

# Each row takes the value if its constraints allow it.
_CHANGE = """DO $$ DECLARE line record; BEGIN
SET CONSTRAINTS ALL IMMEDIATE;
FOR line IN SELECT ctid FROM {table} LOOP
    BEGIN
        UPDATE {table} SET {column} = {value} WHERE ctid = line.ctid;
    EXCEPTION WHEN integrity_constraint_violation OR data_exception THEN
    END;
END LOOP; END $$"""
# Reading makes rows too. Unique values go back in the order opposite to the one in which they were taken.
_PUT_BACK = """DO $$ DECLARE line record; told text; BEGIN
SET CONSTRAINTS ALL IMMEDIATE;
DELETE FROM {table} WHERE ({key}) NOT IN (SELECT {key} FROM remembered.{table});
FOR turn IN 1..50 LOOP
    FOR line IN SELECT now.ctid, past.{column} AS value {compared} WHERE now.{column} IS DISTINCT FROM past.{column}
    LOOP
        BEGIN
            UPDATE {table} SET {column} = line.value WHERE ctid = line.ctid;
        EXCEPTION WHEN integrity_constraint_violation THEN
            told := SQLERRM;
        END;
    END LOOP;
    IF NOT FOUND THEN RETURN; END IF;
END LOOP;
RAISE EXCEPTION '{table}.{column} cannot be put back: %', told;
END $$"""
_HOW_MANY = """SELECT count(*) FILTER (WHERE now.{column} IS DISTINCT FROM past.{column}) AS changed, count(*) AS rows
{compared}"""
_COMPARED = "FROM {table} AS now JOIN remembered.{table} AS past USING ({key})"
_FUNCTIONS = """SELECT proname, prosrc FROM pg_proc
WHERE pronamespace = 'public'::regnamespace AND prorettype <> 'trigger'::regtype"""


@dataclass(frozen=True)
class Change:
    """Another value for a column, as SQL."""

    column: Column[Any]
    value: str

    @property
    def table(self) -> str:
        return self.column.table.name

    def __str__(self) -> str:
        return f"{self.table}.{self.column.name} := {self.value}"

    def _sql(self, statement: str) -> str:
        key = ", ".join(f'"{column.name}"' for column in self.column.table.primary_key)
        compared = _COMPARED.format(table=self.table, key=key)
        column = f'"{self.column.name}"'
        return statement.format(table=self.table, column=column, value=self.value, key=key, compared=compared)

    async def make(self, database: Database) -> tuple[bool, bool]:
        """Give the value to every row that may have it. Whether any row took it, and whether all did."""
        async with database.transaction() as session:
            await session.driver.execute(self._sql(_CHANGE))
            changed, rows = await session.driver.fetchrow(self._sql(_HOW_MANY))
            return changed > 0, changed == rows

    async def put_back(self, database: Database) -> None:
        """Have the column as it is `remembered`."""
        async with database.transaction() as session:
            await session.driver.execute(self._sql(_PUT_BACK))


@asynccontextmanager
async def remembered(database: Database) -> AsyncIterator[None]:
    """Remember every row beside the tables, and let nothing but constraints judge a change."""
    names = [table.name for table in tables()]
    copies = [f"CREATE TABLE remembered.{name} AS TABLE public.{name}" for name in names]
    off, on = ([f"ALTER TABLE {name} {verb} TRIGGER USER" for name in names] for verb in ("DISABLE", "ENABLE"))
    async with database.transaction() as session:
        await session.driver.execute(";".join(("CREATE SCHEMA remembered", *copies, *off)))
    try:
        yield
    finally:
        async with database.transaction() as session:
            await session.driver.execute(";".join(("DROP SCHEMA remembered CASCADE", *on)))


def tables() -> list[Table]:
    """Every table of the models, the queue's too."""
    return list(dict.fromkeys(mapper.local_table for mapper in Base.registry.mappers))  # type: ignore[misc]


def columns() -> Iterator[Column[Any]]:
    """Every column that can change: neither part of a key nor computed."""
    for table in tables():
        yield from (column for column in table.columns if not column.primary_key and column.computed is None)


def changes_of(column: Column[Any]) -> list[Change]:
    """Changes to try in turn: the first may not be allowed, or leave a row that cannot be shown."""
    return [Change(column, value) for value in _values(column)]


def _values(column: Column[Any]) -> list[str]:
    name, kind = f'"{column.name}"', column.type
    if isinstance(kind, Enum):
        members = f"ARRAY[{', '.join(repr(member) for member in kind.enums)}]"
        place = f"coalesce(array_position({members}, {name}::text), 0)"
        return [f"({members})[({place} + {step}) % {len(kind.enums)} + 1]" for step in range(len(kind.enums) - 1)]
    if column.foreign_keys:
        (key,) = column.foreign_keys
        other, row = key.column, f"{column.table.name}.{name}"
        among = f"FROM {other.table.name} one WHERE one.{other.name} IS DISTINCT FROM {row}"
        return [f"(SELECT one.{other.name} {among} ORDER BY 1 {order} LIMIT 1)" for order in ("ASC", "DESC")]
    for types, made in _VALUES:
        if isinstance(kind, types):
            return [value.format(name, column.table.name) for value in made]
    raise TypeError(f"no other value is known for {column}, of the type {kind!r}")


_TEXTS = r"""regexp_replace({0}::text, '"([^"]*)"(?=\s*[],}}])', '"\1x"', 'g')::jsonb"""
_SENTENCES = r"""regexp_replace({0}::text, '"([^"]*[ A-Z][^"]*)"(?=\s*[],}}])', '"\1x"', 'g')::jsonb"""
_NUMBERS = r"""regexp_replace({0}::text, '([:\[,]\s*)([0-9])', '\g1\2', 'g')::jsonb"""
_TRUTHS = """translate(replace(replace({0}::text, 'true', '~'), 'false', 'true'), '~', 'false')::jsonb"""
# Of another row.
_ANOTHER = "(SELECT one.{0} FROM {1} one WHERE one.{0} <> {1}.{0} ORDER BY one.{0} DESC LIMIT 1)"
_VALUES: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (JSONB, (_TEXTS, _SENTENCES, "{0} - -1", "'[]'::jsonb", "'{{}}'::jsonb")),
    (ARRAY, (_ANOTHER, "{0}[2:]")),
    (String, ("coalesce({0}, 'Some') || 'x'", "overlay({0} placing '9' from length({0}))", "NULL")),
    (Boolean, ("NOT {0}",)),
    (Integer, ("coalesce({0}, 0) + 1", "{0} - 1")),
    (DateTime, ("coalesce({0}, '2026-01-05T12:00Z') + interval '1 day'", "{0} - interval '1 day'", "NULL")),
    (Date, ("coalesce({0}, '2026-01-05') + 1", "{0} - 1", "NULL")),
    (Interval, ("{0} + interval '1 day'",)),
    (LargeBinary, (r"sha256(coalesce({0}, 'some'))",)),
    (Uuid, ("gen_random_uuid()",)),
    (NullType, ("(SELECT one FROM unnest(enum_range({0})) one WHERE one <> {0} LIMIT 1)",)),
)


async def functions(database: Database) -> dict[str, str]:
    """The database's own functions, and what they run."""
    async with database.transaction() as session:
        return dict(await session.driver.fetch(_FUNCTIONS))


def names_in(statements: list[str], known: dict[str, str]) -> set[str]:
    """Every name in the statements, and in the functions that they call."""
    found = {name for statement in statements for name in re.findall(r"\w+", statement)}
    called = [name for name in known if name in found]
    return found.union(*(re.findall(r"\w+", known[name]) for name in called))
