"""Keyset pagination without counting: page 10,000 costs as much as page 1.

A cursor holds the sort key of the last row seen, and the name of its list, so that no other list accepts it.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Protocol, TypeAlias, TypeVar
from uuid import UUID

from sqlalchemy import Select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.domain.refusals.input import InvalidInput, Place, fault
from app.domain.refusals.input_faults import InputFaultCode

RowT = TypeVar("RowT")
SortKey: TypeAlias = datetime | date | UUID | int | str
# Attributes are invariant in what they hold, so a union of their types would fit none of them.
Key: TypeAlias = InstrumentedAttribute[Any]


class PageRequest(Protocol):
    """How many items, and from where."""

    limit: int
    cursor: str | None


async def fetch_page(
    session: AsyncSession,
    statement: Select[RowT],
    keys: Sequence[Key],
    query: PageRequest,
    *,
    descending: bool = False,
) -> tuple[list[RowT], str | None]:
    """Fetch a page of single entities ordered by `keys` (the last one unique), and the next cursor.

    Raises `InvalidInput` for a cursor of another list.
    """
    name = f"{keys[0].class_.__tablename__}:{','.join(key.key for key in keys)}:{'desc' if descending else 'asc'}"
    if query.cursor is not None:
        values = decode_cursor(query.cursor, name, keys)
        position = tuple_(*keys)
        statement = statement.where(position < tuple_(*values) if descending else position > tuple_(*values))
    statement = statement.order_by(*(key.desc() if descending else key.asc() for key in keys)).limit(query.limit + 1)
    rows = list((await session.scalars(statement)).all())
    if len(rows) <= query.limit:
        return rows, None
    rows = rows[: query.limit]
    return rows, encode_cursor(name, [getattr(rows[-1], key.key) for key in keys])


def encode_cursor(name: str, values: Sequence[object]) -> str:
    """Make the cursor of this list that follows the row with these sort keys."""
    plain = [value.isoformat() if isinstance(value, datetime | date) else str(value) for value in values]
    return base64.urlsafe_b64encode(json.dumps([name, *plain], ensure_ascii=False).encode()).rstrip(b"=").decode()


def decode_cursor(cursor: str, name: str, keys: Sequence[Key]) -> list[SortKey]:
    """Return a cursor's sort keys. Raises `InvalidInput` for a cursor of another list."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        found, *plain = json.loads(base64.urlsafe_b64decode(padded))
        if found != name or len(plain) != len(keys):
            raise _bad_cursor()
        return [_parse(key, value) for key, value in zip(keys, plain, strict=True)]
    except (ValueError, TypeError, KeyError, binascii.Error, RecursionError) as error:
        raise _bad_cursor() from error


def _parse(key: Key, value: str) -> SortKey:
    kind = key.type.python_type
    if kind is datetime:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError("naive")
        return moment
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


def _bad_cursor() -> InvalidInput:
    return fault(
        "/cursor",
        InputFaultCode.BAD_CURSOR,
        "This cursor was not given out for this list. Start again without one.",
        place=Place.QUERY,
    )
