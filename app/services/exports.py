"""Lists of money as files: CSV for spreadsheets and ledgers, or a JSON object in each line (R18).

A file shows one moment. It is read in one transaction, as fast as the database gives it, and waits on disk for whoever
reads more slowly: a slow reader holds no connection, and a long file takes no memory.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from tempfile import SpooledTemporaryFile
from types import MappingProxyType
from typing import Final, Generic, TypeVar
from weakref import WeakKeyDictionary

from pydantic import BaseModel
from pydantic_core import to_json

from app.database import Database, Work
from app.domain.refusals.requests import Unavailable
from app.domain.security_events import SecurityEventKind
from app.domain.spreadsheets import MARK, csv_lines
from app.queries.changes import begin_snapshot
from app.queries.paging import Page
from app.schemas.paging import ListQuery
from app.services import security_events

ItemT = TypeVar("ItemT", bound=BaseModel)
QueryT = TypeVar("QueryT", bound=ListQuery)
RowT = TypeVar("RowT")
CSV: Final = "text/csv"
JSON_LINES: Final = "application/jsonl"
ENDINGS: Final = MappingProxyType({CSV: "csv", JSON_LINES: "jsonl"})

BATCH = 200
"""So many rows are in memory at once."""
SECONDS = 60.0
"""As long as a connection may be held, and waited for."""
AT_ONCE = 2
"""So many connections of the process read files at once; others are for pages."""
_IN_MEMORY = 1 << 20
_PIECE = 1 << 16
_turns: WeakKeyDictionary[Database, asyncio.Semaphore] = WeakKeyDictionary()


@dataclass(frozen=True)
class Export(Generic[QueryT, RowT, ItemT]):
    """A list as a file: how it is called, the columns of its CSV, the page that a query asks for, and how it is read.

    `read` returns the rows of a page, and a cursor if more follow. Its last argument is the moment up to which changes
    are listed, for whoever asks for changes.
    """

    name: str
    columns: Sequence[str]
    page: Callable[[QueryT], Page]
    read: Callable[[Work, QueryT, Page, datetime | None], Awaitable[tuple[Sequence[RowT], str | None]]]
    show: Callable[[Work, Sequence[RowT]], Awaitable[Sequence[ItemT]]]


async def export(
    work: Work, database: Database, export: Export[QueryT, RowT, ItemT], query: QueryT, media_type: str
) -> AsyncIterator[bytes]:
    """Return the whole list, the oldest first, as it is read; the administrators see who had it.

    Reading on raises `Unavailable` when it takes too long.
    """
    asked = query.model_dump(mode="json", exclude_defaults=True, exclude={"limit", "cursor"})
    detail = {export.name: asked, "media_type": media_type}
    first = export.page(query.model_copy(update={"cursor": None}))
    await security_events.record(work, SecurityEventKind.EXPORT, detail=detail)
    context = work.session.context

    async def fill(write: Callable[[bytes], None]) -> None:
        if media_type == CSV:
            write((MARK + csv_lines([export.columns])).encode())
        turns = _turns.setdefault(database, asyncio.Semaphore(AT_ONCE))
        try:
            async with (
                asyncio.timeout(SECONDS),
                turns,
                database.lease(read_only=True, context=context) as session,
            ):
                settled = await begin_snapshot(session)
                reading = Work(session, work.actor, work.now, work.settings)
                page = replace(first, limit=BATCH, descending=False)
                while True:
                    rows, more = await export.read(reading, query, page, settled)
                    items = await export.show(reading, rows)
                    write(_as_csv(export.columns, items) if media_type == CSV else _as_json_lines(items))
                    if more is None:
                        return
                    page = replace(page, after=page.after_last(rows))
                    session.expunge_all()
        except TimeoutError as error:
            raise Unavailable from error

    return spooled(fill)


async def spooled(fill: Callable[[Callable[[bytes], None]], Awaitable[None]]) -> AsyncIterator[bytes]:
    """Send what `fill` writes, while it writes; stop it when nobody reads on."""
    written, more = 0, asyncio.Event()
    with SpooledTemporaryFile(_IN_MEMORY) as file:

        def write(piece: bytes) -> None:
            nonlocal written
            file.seek(written)
            written += file.write(piece)
            more.set()

        async def filled() -> None:
            try:
                await fill(write)
            finally:
                more.set()

        sent, filling = 0, asyncio.create_task(filled())
        try:
            while True:
                await more.wait()
                more.clear()
                ended = filling.done()
                while sent < written:
                    file.seek(sent)
                    piece = file.read(_PIECE)
                    sent += len(piece)
                    yield piece
                if ended:
                    break
            await filling
        finally:
            filling.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await filling


def _as_json_lines(items: Sequence[BaseModel]) -> bytes:
    return b"".join(to_json(item, by_alias=True) + b"\n" for item in items)


def _as_csv(columns: Sequence[str], items: Sequence[BaseModel]) -> bytes:
    return csv_lines(_cells(columns, item.model_dump(mode="json")) for item in items).encode()


def _cells(columns: Sequence[str], shown: Mapping[str, object]) -> list[str | None]:
    """An amount is in pounds (or whatever the currency's unit is) under its name, and in pence under `…_pence`."""
    money = {name: value for name, value in shown.items() if isinstance(value, dict) and "currency" in value}
    cells: list[str | None] = []
    for name in columns:
        amount = money.get(name.removesuffix("_pence"))
        if name == "currency":
            cells.append(next(iter(money.values()))["currency"])
        elif amount is not None:
            cells.append(str(amount["amount"]) if name.endswith("_pence") else in_units(amount["amount"]))
        else:
            cells.append(_plain(shown[name]))
    return cells


def in_units(pence: int) -> str:
    """Write pence as ledgers import them: `1234.50`."""
    return f"{'-' if pence < 0 else ''}{abs(pence) // 100}.{abs(pence) % 100:02}"


def _plain(value: object) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)
