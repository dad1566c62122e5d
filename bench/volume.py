"""Fill a database, and print what PostgreSQL reads for a page of every list: rows and buffers, page 1 and far down.

    python -m bench.volume --applications 1000 100000 1000000

A million applications need 12 GB and about ten minutes.
"""

import argparse
import asyncio
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.database import Database
from app.integrations.postgres import create_database, start_embedded
from bench.filling import fill
from bench.lists import LISTS, deep_cursor, reader
from bench.plans import Cost, cost_of
from bench.stage import migrate

# A list, its filters, and the page.
Asked: TypeAlias = tuple[str, str, str]


def main() -> None:
    """Measure each size in a database of its own."""
    parser = argparse.ArgumentParser(
        prog="bench.volume", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--applications", type=int, nargs="+", default=[1_000, 100_000, 1_000_000])
    parser.add_argument("--only", default="", help="read only lists whose name contains this")
    chosen = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="volume-"))
    server = start_embedded(folder / "postgres", fast_for_tests=True)
    try:
        found = [asyncio.run(measure(server.url, count, chosen.only)) for count in chosen.applications]
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
    print(as_table(chosen.applications, found))


async def measure(server_url: str, count: int, only: str) -> dict[Asked, Cost]:
    """Fill a database with so many applications, and read every list."""
    begun = time.monotonic()
    url = await create_database(server_url, f"volume_{count}")
    await asyncio.to_thread(migrate, url)
    # The product's own connections end a statement that takes so long.
    filling = create_async_engine(url, poolclass=NullPool)
    async with filling.connect() as connection:
        await fill(connection, count)
        size = (await connection.execute(text("SELECT pg_database_size(current_database()) / 1000000"))).scalar_one()
        print(f"{count} applications: {size} MB, filled in {time.monotonic() - begun:.0f} s", flush=True)
    await filling.dispose()
    database = Database(url)
    costs = await read_all(database, only)
    await database.close()
    return costs


async def deep_cursors(database: Database) -> dict[str, str]:
    """Make the cursor of a page far down each list."""
    async with database.transaction() as session:
        return {name: await deep_cursor(session, name) for name in LISTS}


async def read_one(database: Database, name: str, filters: dict[str, Any], cursor: str | None) -> Cost:
    """Read a page of the list, of the first centre lead where the filters name one."""
    async with database.transaction() as session:
        lead = (await session.execute(text("SELECT id FROM people ORDER BY id LIMIT 1"))).scalar_one()
    return await cost_of(database, reader(name, filters, lead, cursor))


async def read_all(database: Database, only: str = "") -> dict[Asked, Cost]:
    """Read every list with each of its filters, the first page and a deep one."""
    deep = await deep_cursors(database)
    return {
        (name, str(filters), page): await read_one(database, name, filters, cursor)
        for name, (*_, choices) in LISTS.items()
        if only in name
        for filters in choices
        for page, cursor in (("first", None), ("deep", deep[name]))
    }


def as_table(counts: list[int], found: list[dict[Asked, Cost]]) -> str:
    """Return a Markdown table: rows and buffers of each page at each size."""
    lines = ["| list | filters | page | " + " | ".join(f"{count:,}" for count in counts) + " |"]
    lines.append("| --- " * (len(counts) + 3) + "|")
    for asked in found[0]:
        cells = [f"{each[asked].rows} rows, {each[asked].buffers} buffers" for each in found]
        lines.append(f"| {' | '.join((*asked, *cells))} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
