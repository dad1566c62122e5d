"""What PostgreSQL does for a page of a list: the statements that the product sends, explained and run."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event

from app.database import Database, LeasedSession

# They read rows of a table; every other node works on what these found.
# It compares the plans after five.
_RUNS = 7
_EXPLAIN = "EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON)"
_SCANS = {"Seq Scan", "Index Scan", "Index Only Scan", "Bitmap Heap Scan", "Bitmap Index Scan", "Tid Scan"}


@dataclass
class Cost:
    """The rows and buffers that the statements of one page read, and the plans' scans and sorts."""

    statements: int = 0
    rows: int = 0
    buffers: int = 0
    indexes: set[str] = field(default_factory=set)
    sequential: set[str] = field(default_factory=set)
    # The most rows that one sort had to take.
    sorted: int = 0

    def add(self, plan: dict[str, Any]) -> None:
        """Add a plan as `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON)` gives it."""
        self.statements += 1
        self.buffers += plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
        for node in _nodes(plan):
            loops = node["Actual Loops"]
            if node["Node Type"] in _SCANS:
                removed = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
                self.rows += round((node["Actual Rows"] + removed) * loops)
            if node["Node Type"] == "Seq Scan" and loops:
                self.sequential.add(node["Relation Name"])
            if "Index Name" in node and loops:
                self.indexes.add(node["Index Name"])
            if node["Node Type"] in ("Sort", "Incremental Sort") and loops:
                self.sorted = max(self.sorted, *(round(part["Actual Rows"]) for part in node["Plans"]))


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)


async def cost_of(database: Database, page: Callable[[LeasedSession], Awaitable[object]]) -> Cost:
    """Read a page by the product's own functions, then explain each statement that they sent.

    They are prepared, as the product's are, and run often enough for PostgreSQL to choose a plan for any values.
    """
    sent: list[tuple[str, tuple[object, ...]]] = []

    def note(conn: object, cursor: object, statement: str, values: tuple[object, ...], *rest: object) -> None:
        sent.append((statement, values))

    def note_driver(query: Any) -> None:
        # The driver looks up types that it meets for the first time.
        if "typeinfo_tree" not in query.query:
            sent.append((query.query, query.args))

    cost = Cost()
    async with database.transaction() as session:
        driver = session.driver
        event.listen(database.engine.sync_engine, "before_cursor_execute", note)
        driver.add_query_logger(note_driver)
        try:
            await page(session)
            # The driver calls its loggers in the next turn of the event loop.
            await asyncio.sleep(0)
        finally:
            event.remove(database.engine.sync_engine, "before_cursor_execute", note)
            driver.remove_query_logger(note_driver)
        for statement, values in sent:
            await driver.execute(f"PREPARE page AS {statement}")
            given = f"({', '.join(map(_literal, values))})" if values else ""
            explained = [await driver.fetchval(f"{_EXPLAIN} EXECUTE page{given}") for _ in range(_RUNS)][-1]
            cost.add((json.loads(explained) if isinstance(explained, str) else explained)[0]["Plan"])
            await driver.execute("DEALLOCATE page")
    return cost


def _literal(value: object) -> str:
    """A value as SQL text, which takes the type of its parameter."""
    if value is None:
        return "NULL"
    if isinstance(value, list | tuple):
        return _literal("{" + ",".join(f'"{item}"' for item in value) + "}")
    return "'" + str(value).replace("'", "''") + "'"
