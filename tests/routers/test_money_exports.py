"""Lists of money as files: CSV and JSON Lines, of one moment, read while they are sent (R18)."""

import asyncio
import csv
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock

import httpx
import pytest
import uvicorn
from pydantic_core import to_json

from app.database import LeasedSession
from app.domain.actors import Scope, StaffRole
from app.queries.changes import begin_snapshot
from app.queries.invoices import read_invoices
from app.services import exports
from app.services.invoices import listing
from app.services.invoices.listing import COLUMNS
from app.services.ledger_lists import CREDIT_NOTE_COLUMNS, PAYMENT_COLUMNS
from tests.routers.finance_stage import FEE, bill
from tests.routers.test_money_lists import items
from tests.routers.test_record_exports import streamed
from tests.world import Login, World

JSON_LINES = "application/jsonl"
_COLUMNS = {"/v1/invoices": COLUMNS, "/v1/payments": PAYMENT_COLUMNS, "/v1/credit-notes": CREDIT_NOTE_COLUMNS}


async def exported(world: World, login: Login, path: str, media_type: str, **params: Any) -> httpx.Response:
    answer = await world.client.get(path, headers=login.headers | {"accept": media_type}, params=params)
    assert answer.status_code == 200, answer.text
    return answer


def rows_of(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(StringIO(answer.text.removeprefix("\ufeff"), newline="")))


@pytest.mark.requirement("R18")
async def test_json_lines_are_what_the_list_shows_oldest_first(world: World) -> None:
    one, other = await bill(world), await bill(world)
    await one.pay(100)
    await other.pay(FEE)
    for each in (one, one):
        assert (await each.credit(100)).status_code == 201
    for path in _COLUMNS:
        answer = await exported(world, one.finance, path, JSON_LINES)
        assert answer.headers["content-type"] == JSON_LINES
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["vary"] == "Accept"
        name = path.removeprefix("/v1/")
        assert f'filename="{name}.jsonl"' in answer.headers["content-disposition"]
        shown = [json.loads(line) for line in answer.text.splitlines()]
        assert shown == list(reversed(await items(world, one.finance, path)))
        assert len(shown) == 2
    narrowed = await exported(world, one.finance, "/v1/invoices", JSON_LINES, status="paid", limit="1")
    assert [json.loads(line)["id"] for line in narrowed.text.splitlines()] == [str(other.invoice_id)]
    assert (await exported(world, one.finance, "/v1/payments", JSON_LINES, kind="refund")).content == b""


@pytest.mark.requirement("R18")
async def test_csv_has_pounds_and_pence_and_no_formula(world: World) -> None:
    one = await bill(world)
    await one.pay(12_345, payer_reference="=SUM(A1)", note="+44")
    assert (await one.credit(7)).status_code == 201
    for path, columns in _COLUMNS.items():
        answer = await exported(world, one.finance, path, "text/csv")
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        (row,) = rows_of(answer)
        assert tuple(row) == columns
    (row,) = rows_of(await exported(world, one.finance, "/v1/payments", "text/csv"))
    assert (row["amount"], row["amount_pence"], row["currency"]) == ("123.45", "12345", "GBP")
    assert (row["payer_reference"], row["note"]) == ("'=SUM(A1)", "'+44")
    assert (row["status"], row["reverses_id"]) == ("recorded", "")
    (row,) = rows_of(await exported(world, one.finance, "/v1/invoices", "text/csv"))
    assert (row["total"], row["paid"], row["credited"], row["due"]) == ("500.00", "123.45", "0.07", "376.48")
    assert (row["status"], row["overdue"], row["due_pence"]) == ("part_paid", "false", "37648")


@pytest.mark.requirement("R18")
async def test_a_centre_and_a_client_export_what_they_see(world: World) -> None:
    centre = await world.centre()
    one, other = await bill(world, centre.id), await bill(world)
    for each in (one, other):
        await each.pay(100)
    for login, count in ((centre.user, 1), (await world.integration(Scope.PAYMENTS_READ), 2)):
        answer = await exported(world, login, "/v1/payments", JSON_LINES)
        assert len(answer.text.splitlines()) == count
    administrator = await world.staff(StaffRole.ADMINISTRATOR)
    found = await world.get("/v1/security-events?kind=export", administrator)
    assert {event["actor"]["id"] for event in found["items"]} >= {str(centre.user.id)}
    assert found["items"][0]["detail"] == {"payments": {}, "media_type": JSON_LINES}


async def test_head_reads_nothing(world: World) -> None:
    one = await bill(world)
    headers = one.finance.headers | {"accept": "text/csv"}
    answer = await world.client.head("/v1/invoices", headers=headers)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"


@pytest.mark.requirement("R18")
async def test_a_file_shows_one_moment(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A payment that is recorded between its batches is in none of them."""
    monkeypatch.setattr(exports, "BATCH", 1)
    bills = [await bill(world) for _ in range(3)]
    paid = 0
    real = to_json

    def write(item: Any, **more: Any) -> bytes:
        nonlocal paid
        paid += 1
        # The batch is written in the middle of the transaction, and the payment is recorded before the next one.
        waiting.append(asyncio.get_running_loop().create_task(bills[2].pay(paid)))
        return real(item, **more)

    waiting: list[asyncio.Task[Any]] = []
    monkeypatch.setattr(exports, "to_json", write)

    async def wait_and_read(*given: Any) -> Any:
        await asyncio.gather(*waiting)
        return await read_invoices(*given)

    monkeypatch.setattr(listing, "_INVOICES", replace(listing._INVOICES, read=wait_and_read))
    answer = await exported(world, bills[0].finance, "/v1/invoices", JSON_LINES)
    shown = [json.loads(line) for line in answer.text.splitlines()]
    assert [invoice["status"] for invoice in shown] == ["issued"] * 3
    await asyncio.gather(*waiting)
    assert (await bills[2].shown())["paid"]["amount"] == 1 + 2 + 3


@pytest.mark.requirement("R18")
async def test_a_slow_reader_holds_no_connection(world: World) -> None:
    """What is read waits on disk: once all of it is there, the connection is given back, whoever reads on."""
    size = 3 << 20
    filled = asyncio.Event()

    async def fill(write: Callable[[bytes], None]) -> None:
        async with world.database.transaction() as session:
            await session.driver.execute("SELECT 1")
            for _ in range(3):
                write(b"x" * (1 << 20))
                await asyncio.sleep(0)
        filled.set()

    reading = exports.spooled(fill)
    first = await anext(reading)
    await filled.wait()
    assert world.database.leases.held == 0
    rest = [piece async for piece in reading]
    assert len(first) + sum(map(len, rest)) == size


async def test_nothing_more_is_read_when_nobody_reads_on(world: World) -> None:
    """The connection is given up, and the file goes."""
    begun, ended = asyncio.Event(), asyncio.Event()

    async def fill(write: Callable[[bytes], None]) -> None:
        try:
            async with world.database.transaction() as session:
                await session.driver.execute("SELECT 1")
                write(b"begun")
                begun.set()
                await asyncio.sleep(60)
        finally:
            ended.set()

    reading: AsyncIterator[bytes] = exports.spooled(fill)
    assert await anext(reading) == b"begun"
    assert world.database.leases.held == 1
    await reading.aclose()  # type: ignore[attr-defined]
    assert ended.is_set()
    assert world.database.leases.held == 0


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while True:
            if condition():
                return
            await asyncio.sleep(0.01)


@asynccontextmanager
async def served(world: World) -> AsyncIterator[int]:
    """Serve the app on a port of loopback."""
    transport = world.client._transport
    assert isinstance(transport, httpx.ASGITransport)
    server = uvicorn.Server(uvicorn.Config(transport.app, port=0, log_config=None, lifespan="off"))
    serving = asyncio.create_task(server.serve())
    try:
        await until(lambda: server.started)
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await serving


def files_in(folder: Path) -> list[str]:
    """The open files of this process in the folder, also those that have no name."""
    links = []
    for link in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            links.append(str(link.readlink()))
    return [link for link in links if link.startswith(str(folder))]


async def test_a_broken_off_export_leaves_no_file_and_no_connection(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The client cuts the connection in the middle. The file never has a name, so a crash leaves none either."""
    one, _ = await bill(world), await bill(world)
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    monkeypatch.setattr(exports, "BATCH", 1)
    monkeypatch.setattr(exports, "_IN_MEMORY", 1)
    stuck = asyncio.Event()

    async def read_one_batch(*given: Any) -> Any:
        if files_in(folder) and given[2].after:
            stuck.set()
            await asyncio.sleep(60)
        return await read_invoices(*given)

    monkeypatch.setattr(listing, "_INVOICES", replace(listing._INVOICES, read=read_one_batch))
    async with served(world) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        lines = ["GET /v1/invoices HTTP/1.1", "Host: testserver", f"Accept: {JSON_LINES}"]
        lines += [f"{name}: {value}" for name, value in one.finance.headers.items()]
        writer.write("\r\n".join([*lines, "", ""]).encode())
        await reader.readuntil(b"\r\n\r\n")
        await until(stuck.is_set)
        assert world.database.leases.held == 1
        assert list(folder.iterdir()) == []
        writer.transport.abort()
        await until(lambda: not world.database.leases.held and not files_in(folder))


async def test_what_takes_too_long_is_cut_off(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its last chunk never comes, and others have the connection."""
    one = await bill(world)
    sent = AsyncMock()
    monkeypatch.setattr(exports, "SECONDS", 0.0)
    pieces, whole = await streamed(world, one.finance, sent, "/v1/invoices")
    assert (pieces, whole, world.database.leases.held) == ([], False, 0)
    monkeypatch.setattr(exports, "SECONDS", 60.0)
    pieces, whole = await streamed(world, one.finance, sent, "/v1/invoices")
    assert (len(pieces), whole) == (1, True)


async def test_few_files_are_read_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections are left for pages, however many files are asked for."""
    one = await bill(world)
    real, reading, most = begin_snapshot, 0, 0

    async def slowly(session: LeasedSession) -> datetime:
        nonlocal reading, most
        reading += 1
        most = max(most, reading)
        await asyncio.sleep(0.05)
        reading -= 1
        return await real(session)

    monkeypatch.setattr(exports, "begin_snapshot", slowly)
    answers = await asyncio.gather(*(exported(world, one.finance, "/v1/payments", "text/csv") for _ in range(6)))
    assert {answer.status_code for answer in answers} == {200}
    assert most == exports.AT_ONCE
