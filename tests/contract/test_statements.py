"""How many statements each operation sends when it succeeds, as `statements.toml` holds them.

After a change that sends fewer, or must send more, write them anew with
`RECORD_STATEMENTS=1 .venv/bin/python -m pytest tests/contract/test_statements.py`.
"""

import asyncio
import os
import tomllib
from pathlib import Path

from tests.contract.conftest import Built
from tests.contract.landscape import Landscape
from tests.contract.operations import Operation, operations
from tests.contract.succeeding import ask

TABLE = Path(__file__).with_name("statements.toml")
_HEADER = "# Statements of a request that succeeds, without BEGIN and COMMIT. Written by test_statements.py.\n"


async def _count(landscape: Landscape, op: Operation) -> int:
    request = await ask(landscape, op)
    seen: list[str] = []
    stop = landscape.database.count_statements(seen)
    answer = await request()
    # The driver tells of its statements once the loop turns.
    await asyncio.sleep(0)
    stop()
    assert answer.is_success, (op.id, answer.status_code, answer.text[:500])
    # A new connection asks what a type of the database is; the next request does not.
    return sum("typeinfo" not in statement for statement in seen)


async def test_every_operation_sends_the_statements_in_the_table(landscape: Landscape, built: Built) -> None:
    """All of them, those that go straight to the driver too. A new operation needs an entry."""
    found = {}
    for op in operations():
        found[op.id] = await _count(landscape, op)
        if op.method != "GET":
            await built.put_back(landscape)
    if os.environ.get("RECORD_STATEMENTS"):
        lines = [f"{name} = {count}\n" for name, count in found.items()]
        TABLE.write_text(_HEADER + "".join(lines), encoding="utf-8")
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    different = {
        name: f"{found.get(name)} instead of {table.get(name)}"
        for name in (*found, *table)
        if found.get(name) != table.get(name)
    }
    assert different == {}, __doc__
