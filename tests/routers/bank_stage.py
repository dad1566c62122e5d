"""Uploading statements and settling their lines, as finance staff do."""

from collections.abc import Mapping
from typing import Any

import httpx
from uuid_utils.compat import uuid7

from tests.integrations.statement_samples import COLUMNS, csv_of
from tests.routers.finance_stage import Bill
from tests.world import Login, World


async def send_statement(
    world: World,
    login: Login,
    content: bytes,
    *,
    name: str = "statement.csv",
    fields: Mapping[str, str] = COLUMNS,
    account: str = "main",
    key: str | None = None,
) -> httpx.Response:
    """Upload a statement."""
    return await world.client.post(
        "/v1/bank-statements",
        files={"file": (name, content, "text/csv")},
        data={"account": account, **fields},
        headers=login.headers | ({"Idempotency-Key": key} if key else {}),
    )


async def upload(world: World, login: Login, *lines: str, **more: Any) -> dict[str, Any]:
    """Upload a CSV of these lines."""
    answer = await send_statement(world, login, csv_of(*lines), **more)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def line_of(one: Bill, text: str, pounds: str = "500.00") -> str:
    """A line of today."""
    return f"{one.world.clock().date():%d/%m/%Y},{text},{pounds}"


async def list_lines(world: World, login: Login, **query: str | int) -> list[dict[str, Any]]:
    """The first page of lines."""
    answer = await world.client.get("/v1/bank-lines", params=query, headers=login.headers)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def only_line(world: World, login: Login, **query: str | int) -> dict[str, Any]:
    """The one line, with its matches and suggestions."""
    (line,) = await list_lines(world, login, **query)
    return await world.get(f"/v1/bank-lines/{line['id']}", login)


async def settle(
    world: World, login: Login, line: Mapping[str, Any], part: str, body: Any = None, *, key: str | None = None
) -> httpx.Response:
    """Confirm, reject or reopen a line."""
    headers = {**login.headers, "Idempotency-Key": key or str(uuid7())}
    return await world.client.post(f"/v1/bank-lines/{line['id']}/{part}", json=body, headers=headers)


def paying(*bills: Bill, **more: Any) -> dict[str, Any]:
    """The body that says that a line pays these invoices."""
    return {"allocations": [{"invoice_id": str(one.invoice_id), **more} for one in bills]}
