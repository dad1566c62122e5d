"""Keyset pagination without counting: page 10,000 costs as much as page 1.

A cursor holds the sort key of the last row seen, and the name of its list, so that no other list accepts it. Callers
over HTTP see it sealed (`security.cursors`).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Protocol, TypeAlias, TypeVar, TypeVarTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Tuple, literal, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.domain.refusals.input import InvalidInput, Place, fault
from app.domain.refusals.input_faults import InputFaultCode

RowT = TypeVar("RowT")
Ts = TypeVarTuple("Ts")
SortKey: TypeAlias = datetime | date | UUID | int | str
# Attributes are invariant in what they hold, so a union of their types would fit none of them.
Key: TypeAlias = InstrumentedAttribute[Any]
Column: TypeAlias = InstrumentedAttribute[Any] | ColumnElement[Any]


class PageRequest(Protocol):
    """How many items, and from where."""

    limit: int
    cursor: str | None


@dataclass(frozen=True)
class Page:
    """A page to read: the sort key of its list (the last column unique), the direction, the place and the size."""

    keys: Sequence[Key]
    after: Sequence[SortKey] | None
    limit: int
    descending: bool

    @property
    def name(self) -> str:
        """The list's name, so that no other list accepts its cursors."""
        table = self.keys[0].class_.__table__.name
        return f"{table}:{','.join(key.key for key in self.keys)}:{'desc' if self.descending else 'asc'}"

    def cut(self, statement: Select[*Ts], keys: Sequence[Column]) -> Select[*Ts]:
        """Read this page, and one row more, from a statement that has the sort key in these columns."""
        if self.after is not None:
            statement = statement.where(self._beyond(tuple_(*keys), tuple_(*self._place())))
        return statement.order_by(*self._order(keys)).limit(self.limit + 1)

    def cut_of(self, column: Column, value: Column, statement: Select[*Ts], keys: Sequence[Column]) -> Select[*Ts]:
        """As `cut`, of the rows that have the value in this column, which an index has before the sort key.

        Compared and sorted as a part of the order: with a plain `=`, the planner may look for a rare value in the order
        of the whole list.
        """
        if self.after is None:
            statement = statement.where(column.between(value, value))
        else:
            statement = statement.where(
                self._beyond(tuple_(column, *keys), tuple_(value, *self._place())),
                column >= value if self.descending else column <= value,
            )
        return statement.order_by(*self._order([column, *keys])).limit(self.limit + 1)

    def turn(self, rows: list[RowT]) -> tuple[list[RowT], str | None]:
        """Return the rows of the page without the one more, and the next cursor."""
        if len(rows) <= self.limit:
            return rows, None
        rows = rows[: self.limit]
        return rows, encode_cursor(self.name, self.after_last(rows))

    def after_last(self, rows: Sequence[object]) -> Sequence[SortKey]:
        """Return the sort key of the last of these rows."""
        return [getattr(rows[-1], key.key) for key in self.keys]

    def _place(self) -> Sequence[ColumnElement[Any]]:
        return [literal(value, key.type) for value, key in zip(self.after or (), self.keys, strict=True)]

    def _beyond(self, row: Tuple, place: Tuple) -> ColumnElement[bool]:
        return row < place if self.descending else row > place

    def _order(self, columns: Sequence[Column]) -> Sequence[ColumnElement[Any]]:
        return [column.desc() if self.descending else column.asc() for column in columns]


def page_of(query: PageRequest, keys: Sequence[Key], *, descending: bool = False) -> Page:
    """Find out which page is asked for. Raises `InvalidInput` for a cursor of another list."""
    page = Page(keys, None, query.limit, descending)
    if query.cursor is None:
        return page
    return replace(page, after=decode_cursor(query.cursor, page.name, keys))


async def fetch_page(session: AsyncSession, statement: Select[RowT], page: Page) -> tuple[list[RowT], str | None]:
    """Fetch a page of single entities, and the next cursor."""
    return page.turn(list((await session.scalars(page.cut(statement, page.keys))).all()))


def encode_cursor(name: str, values: Sequence[object]) -> str:
    """Make the cursor of this list that follows the row with these sort keys."""
    plain = [value.isoformat() if isinstance(value, datetime | date) else str(value) for value in values]
    return json.dumps([name, *plain], ensure_ascii=False)


def decode_cursor(cursor: str, name: str, keys: Sequence[Key]) -> list[SortKey]:
    """Return a cursor's sort keys. Raises `InvalidInput` for a cursor of another list."""
    try:
        found, *plain = json.loads(cursor)
        if found != name or len(plain) != len(keys):
            raise bad_cursor()
        return [_parse(key, value) for key, value in zip(keys, plain, strict=True)]
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise bad_cursor() from error


def _parse(key: Key, value: object) -> SortKey:
    if not isinstance(value, str):
        raise TypeError("every part is text")
    kind = key.type.python_type
    if kind is datetime:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError("naive")
        # PostgreSQL is sent UTC, in which the first and last hours of the calendar can be out of range.
        return moment.astimezone(UTC)
    if kind is UUID:
        return UUID(value)
    if kind is int:
        number = int(value)
        if abs(number) >= 1 << 63:
            raise ValueError("too large")
        return number
    if kind is date:
        return date.fromisoformat(value)
    if "\x00" in value:
        raise ValueError("NUL")
    value.encode("utf-8")
    return value


def bad_cursor() -> InvalidInput:
    """The refusal of a cursor that its list did not give out."""
    return fault("/cursor", InputFaultCode.BAD_CURSOR, InputFaultCode.BAD_CURSOR.meaning, place=Place.QUERY)
