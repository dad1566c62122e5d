"""The export of the record: CSV and JSON Lines, read while they are sent (R24)."""

import csv
import json
from collections.abc import Awaitable, Callable
from io import StringIO
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import httpx
import pytest
from starlette.types import Message

from app.domain.actors import StaffRole
from app.domain.events import EventType
from app.services.records import COLUMNS
from tests.routers.test_records import happen, shown
from tests.world import Login, World

ADDRESS = "/v1/records/export"
JSON_LINES = {"accept": "application/jsonl"}


async def exported(world: World, login: Login, method: str = "GET", **more: Any) -> httpx.Response:
    headers = login.headers | more.pop("headers", {})
    answer = await world.client.request(method, ADDRESS, headers=headers, params=more)
    assert answer.status_code == 200, answer.text
    return answer


async def streamed(
    world: World, login: Login, on_piece: Callable[[bytes], Awaitable[None]], address: str = ADDRESS, **params: str
) -> tuple[list[bytes], bool]:
    """Ask the app itself, and be called with each piece as it is sent; the pieces, and whether the answer is whole."""
    transport = world.client._transport
    assert isinstance(transport, httpx.ASGITransport)
    headers = {**login.headers, **JSON_LINES, "host": "testserver"}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": address,
        "raw_path": address.encode(),
        "query_string": urlencode(params).encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1234),
        "server": ("testserver", 80),
        "root_path": "",
    }
    pieces: list[bytes] = []
    ended = False

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal ended
        if message["type"] == "http.response.body":
            ended = not message.get("more_body", False)
            if message.get("body"):
                pieces.append(message["body"])
                await on_piece(message["body"])

    await transport.app(scope, receive, send)
    return pieces, ended


@pytest.fixture
async def finance(world: World) -> Login:
    return await world.staff(StaffRole.FINANCE)


async def test_a_representation_that_there_is_not_is_406(world: World, finance: Login) -> None:
    answer = await world.client.get(ADDRESS, headers=finance.headers | {"accept": "application/pdf"})
    assert answer.status_code == 406
    wrong = await world.client.get(ADDRESS, headers=finance.headers, params={"text": "x" * 101})
    assert wrong.status_code == 422


@pytest.mark.requirement("R24")
async def test_csv_has_a_row_for_each_change_and_no_formula(world: World, finance: Login) -> None:
    centre = await world.centre(name="=Quillon Works")
    await happen(
        world,
        EventType.SITE_UPDATED,
        UUID(int=1),
        centre_id=centre.id,
        summary="=SUM(A1)",
        before={"name": "@SUM(A1)"},
        after={"name": "+1"},
    )
    answer = await exported(world, finance, centre_id=str(centre.id))
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="records.csv"' in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(StringIO(answer.text.removeprefix("\ufeff"), newline="")))
    assert tuple(rows[0]) == COLUMNS
    items = await shown(world, finance, centre_id=str(centre.id))
    assert [row["id"] for row in rows] == [item["id"] for item in reversed(items)]
    changed = next(row for row in rows if row["type"] == "site.updated")
    assert json.loads(changed["before"]) == {"name": "@SUM(A1)"}
    assert (changed["area"], changed["summary"]) == ("centres", "'=SUM(A1)")
    cells = [cell for row in rows for cell in row.values()]
    assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@"))]


@pytest.mark.requirement("R24")
async def test_json_lines_are_what_the_list_shows(world: World, finance: Login) -> None:
    await world.centre()
    answer = await exported(world, finance, headers=JSON_LINES)
    assert answer.headers["content-type"] == "application/jsonl"
    assert 'filename="records.jsonl"' in answer.headers["content-disposition"]
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert list(reversed(lines)) == await shown(world, finance)
    assert len(lines) >= 2
    assert (await exported(world, finance, headers=JSON_LINES, types="job.retried")).content == b""


async def test_an_export_is_a_security_event(world: World, finance: Login) -> None:
    await exported(world, finance, areas="money", headers=JSON_LINES)
    administrator = await world.staff(StaffRole.ADMINISTRATOR)
    found = await world.get("/v1/security-events?kind=export", administrator)
    (event,) = found["items"]
    assert event["actor"]["id"] == str(finance.id)
    assert event["detail"] == {"records": {"areas": ["money"]}, "media_type": "application/jsonl"}


async def test_head_reads_no_further(world: World, finance: Login) -> None:
    await world.centre()
    whole, head = await exported(world, finance), await exported(world, finance, "HEAD")
    assert (head.content, whole.content == b"") == (b"", False)
    for name in ("content-type", "content-disposition"):
        assert head.headers[name] == whole.headers[name]


async def test_it_is_sent_batch_by_batch_without_holding_a_connection(
    world: World, finance: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what is recorded while it is sent is not in it."""
    monkeypatch.setattr("app.queries.records.BATCH", 2)
    for number in range(7):
        await happen(world, EventType.SITE_CREATED, UUID(int=number + 1))
    held: list[int] = []

    async def look(piece: bytes) -> None:
        held.append(world.database.leases.held)
        await happen(world, EventType.SITE_CREATED, UUID(int=100 + len(held)))

    pieces, whole = await streamed(world, finance, look, types="site.created")
    assert [piece.count(b"\n") for piece in pieces] == [2, 2, 2, 1]
    assert (held, whole) == ([0, 0, 0, 0], True)
    ids = [json.loads(line)["aggregate"]["id"] for line in b"".join(pieces).splitlines()]
    assert ids == [str(UUID(int=number + 1)) for number in range(7)]


@pytest.mark.parametrize("how", ["signed out", "no role"])
async def test_whoever_may_not_read_any_more_gets_no_further_batch(
    world: World, finance: Login, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer is cut off: its last chunk never comes."""
    monkeypatch.setattr("app.queries.records.BATCH", 2)
    for number in range(7):
        await happen(world, EventType.SITE_CREATED, UUID(int=number + 1))

    async def lose(piece: bytes) -> None:
        async with world.database.transaction() as session:
            await session.driver.execute(
                "UPDATE sessions SET ended_at = now() - interval '1 day'"
                if how == "signed out"
                else "UPDATE staff_members SET deactivated_at = now()"
            )

    pieces, whole = await streamed(world, finance, lose, types="site.created")
    assert (len(pieces), whole) == (1, False)


async def test_a_lost_role_among_others_ends_it_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.queries.records.BATCH", 2)
    login = await world.staff(StaffRole.ADMINISTRATOR, StaffRole.FINANCE)
    for number in range(6):
        await happen(world, EventType.JOB_RETRIED, UUID(int=number + 1))

    async def demote(piece: bytes) -> None:
        async with world.database.transaction() as session:
            await session.driver.execute("UPDATE staff_members SET roles = '{finance}'")

    pieces, whole = await streamed(world, login, demote, areas="jobs")
    assert ([piece.count(b"\n") for piece in pieces], whole) == ([2], False)
