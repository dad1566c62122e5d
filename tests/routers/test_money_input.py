"""Amounts of money that no endpoint takes: each is refused by field, with every fault at once (R18)."""

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from uuid_utils.compat import uuid7

from tests.routers.bank_stage import line_of, only_line, upload
from tests.routers.finance_stage import FEE, Bill, bill
from tests.world import World

_MOST = 10_000_000_000
_Sent = tuple[str, str, dict[str, Any]]
"""A path, the pointer to the money, and a body that would be taken."""
_MONEY = {"amount": 1, "currency": "GBP"}


async def _payment(one: Bill) -> _Sent:
    return f"{one.path}/payments", "/amount", one.payment(1)


async def _credit(one: Bill) -> _Sent:
    return f"{one.path}/credit-notes", "/amount", {"amount": _MONEY, "reason": "A mistake."}


async def _refund(one: Bill) -> _Sent:
    await one.pay(FEE + 10)
    return f"{one.path}/refunds", "/amount", one.refund(1)


async def _allocation(one: Bill) -> _Sent:
    new = await one.replaced()
    await one.pay(10)
    return f"{one.path}/allocations", "/amount", {"amount": _MONEY, "to_invoice_id": str(new.invoice_id)}


async def _replacement(one: Bill) -> _Sent:
    lines = [{"description": "Fee", "net": _MONEY}]
    return f"{one.path}/replacement", "/lines/0/net", {"reason": "The amount was wrong.", "lines": lines}


async def _confirmation(one: Bill) -> _Sent:
    await upload(one.world, one.finance, line_of(one, "fee", "1.00"))
    line = await only_line(one.world, one.finance)
    body = {"allocations": [{"invoice_id": str(one.invoice_id), "amount": _MONEY}]}
    return f"/v1/bank-lines/{line['id']}/confirmation", "/allocations/0/amount", body


ENDPOINTS = (_payment, _credit, _refund, _allocation, _replacement, _confirmation)
_Endpoint = Callable[[Bill], Awaitable[_Sent]]

AMOUNTS = (
    "1.5",
    "1.0",
    "1e3",
    "1.005",
    "-1",
    "0",
    "-0",
    str(_MOST + 1),
    str(2**63),
    "1" + "0" * 400,
    '"1"',
    '"\\u0661\\u0662"',
    "true",
    "null",
    "[1]",
    '{"amount": 1}',
)
NO_MONEY: tuple[Any, ...] = (1, "1.00", [], "GBP 1.00")
NO_JSON = ("NaN", "Infinity", "-Infinity", "01", "+1", ".5", "1.", "0x10", "1_000", "\u0661\u0662", "")


def _with(body: dict[str, Any], pointer: str, value: Any) -> dict[str, Any]:
    """A copy with another value there."""
    copy: dict[str, Any] = json.loads(json.dumps(body))
    *path, last = pointer.strip("/").split("/")
    at: Any = copy
    for part in path:
        at = at[int(part)] if isinstance(at, list) else at[part]
    at[last] = value
    return copy


async def _send(one: Bill, path: str, body: Any, raw: str | None = None) -> httpx.Response:
    headers = {**one.finance.headers, "Idempotency-Key": str(uuid7()), "Content-Type": "application/json"}
    sent = json.dumps(body) if raw is None else json.dumps(body).replace('"RAW"', raw)
    return await one.world.client.post(path, content=sent.encode(), headers=headers)


async def _kept(world: World) -> list[int]:
    tables = ("invoices", "invoice_entries", "bank_line_matches", "events", "emails")
    async with world.database.transaction() as session:
        return [int(await session.scalar(text(f"SELECT count(*) FROM {table}")) or 0) for table in tables]


@pytest.mark.requirement("R18")
@pytest.mark.parametrize("endpoint", ENDPOINTS)
async def test_an_amount_that_is_no_whole_number_of_pence_is_refused(world: World, endpoint: _Endpoint) -> None:
    one = await bill(world)
    path, pointer, body = await endpoint(one)
    before = await _kept(world)
    for amount in AMOUNTS:
        refused = await _send(one, path, _with(body, f"{pointer}/amount", "RAW"), amount)
        assert refused.status_code == 422, (amount, refused.text)
        assert [error["pointer"] for error in refused.json()["errors"]] == [f"{pointer}/amount"], amount
    for amount in NO_JSON:
        refused = await _send(one, path, _with(body, f"{pointer}/amount", "RAW"), amount)
        assert refused.status_code == 400, (amount, refused.text)
    for value in NO_MONEY:
        refused = await _send(one, path, _with(body, pointer, value))
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer), refused.text
    assert await _kept(world) == before


@pytest.mark.requirement("R18")
@pytest.mark.parametrize("endpoint", ENDPOINTS)
async def test_another_currency_is_refused_and_all_faults_come_at_once(world: World, endpoint: _Endpoint) -> None:
    one = await bill(world)
    path, pointer, body = await endpoint(one)
    before = await _kept(world)
    for currency in ("EUR", "gbp", "GB", "GBPP", "", None, 826):
        refused = await _send(one, path, _with(body, f"{pointer}/currency", currency))
        assert refused.status_code == 422, (currency, refused.text)
        assert [error["pointer"] for error in refused.json()["errors"]] == [f"{pointer}/currency"], currency
    both = await _send(
        one, path, _with(body, pointer, {"amount": -1, "currency": "pounds", "colour": "red"}) | {"x": 1}
    )
    pointers = {f"{pointer}/amount", f"{pointer}/currency", f"{pointer}/colour", "/x"}
    assert {error["pointer"] for error in both.json()["errors"]} == pointers
    assert await _kept(world) == before


@pytest.mark.requirement("R18")
async def test_a_confirmation_names_every_fault_of_every_allocation(world: World) -> None:
    one, other = await bill(world), await bill(world)
    long_ago = world.clock().date() - timedelta(days=200)
    await upload(world, one.finance, f"{long_ago:%d/%m/%Y},fees,500.00")
    line = await only_line(world, one.finance)
    before = await _kept(world)
    euro, too_much = {"amount": 1, "currency": "EUR"}, {"amount": FEE + 1, "currency": "GBP"}
    body = {
        "allocations": [
            {"invoice_id": str(uuid7()), "amount": _MONEY},
            {"invoice_id": str(one.invoice_id), "amount": euro},
            {"invoice_id": str(other.invoice_id), "amount": too_much},
        ],
        "recorded_entry_ids": [str(uuid7())],
    }
    refused = await _send(one, f"/v1/bank-lines/{line['id']}/confirmation", body)
    assert refused.status_code == 422
    assert {(error["pointer"], error["code"]) for error in refused.json()["errors"]} == {
        ("/allocations/0/invoice_id", "unknown_invoice"),
        ("/allocations/1/amount/currency", "wrong_currency"),
        ("/allocations/1/invoice_id", "too_early"),
        ("/allocations/2/amount", "more_than_open"),
        ("/allocations/2/invoice_id", "too_early"),
        ("/recorded_entry_ids/0", "unknown_entry"),
    }
    assert await _kept(world) == before


@pytest.mark.requirement("R18")
async def test_a_replacement_names_a_wrong_treatment_and_wrong_lines_together(world: World) -> None:
    one = await bill(world)
    lines = [{"description": "Fee", "net": {"amount": 1, "currency": currency}} for currency in ("GBP", "EUR", "USD")]
    before = await _kept(world)
    refused = await one.reissue(lines=lines, vat_category="Z")
    assert refused.status_code == 422
    assert [(error["pointer"], error["code"]) for error in refused.json()["errors"]] == [
        ("/vat_category", "not_a_choice"),
        ("/lines/1/net/currency", "wrong_currency"),
        ("/lines/2/net/currency", "wrong_currency"),
    ]
    assert await _kept(world) == before


@pytest.mark.requirement("R18")
@pytest.mark.parametrize("endpoint", [_payment, _refund])
async def test_a_day_that_cannot_be_is_refused(world: World, endpoint: _Endpoint) -> None:
    one = await bill(world)
    path, _, body = await endpoint(one)
    name = "received_on" if endpoint is _payment else "refunded_on"
    before = await _kept(world)
    tomorrow = (world.clock().date() + timedelta(days=1)).isoformat()
    for day in ("1901-01-01", "1066-10-14", "0001-01-01", tomorrow, "2099-12-31", "9999-12-31", "2026-02-30", "", 0):
        refused = await _send(one, path, body | {name: day})
        assert refused.status_code == 422, (day, refused.text)
        assert [error["pointer"] for error in refused.json()["errors"]] == [f"/{name}"], day
    euro = {"amount": 1, "currency": "EUR"}
    both = await _send(one, path, body | {name: tomorrow, "amount": euro})
    assert {error["pointer"] for error in both.json()["errors"]} == {f"/{name}", "/amount/currency"}
    assert await _kept(world) == before


@pytest.mark.requirement("R18")
async def test_money_beyond_what_there_is_or_for_another_centre_is_refused(world: World) -> None:
    one, other = await bill(world), await bill(world)
    stranger = (await world.centre()).super_user
    await one.pay(FEE + 10)
    before = await _kept(world)
    answers = {
        "exceeds_credit_balance": await one.pay_back(11),
        "exceeds_due": await one.credit(FEE + 1),
    }
    assert {code: (each.status_code, each.json()["code"]) for code, each in answers.items()} == {
        code: (409, code) for code in answers
    }
    elsewhere = await one.move(1, other.invoice_id)
    assert (elsewhere.status_code, elsewhere.json()["errors"][0]["code"]) == (422, "unknown_invoice")
    waiver = await one.send("waiver", {"reason": "Agreed.", "amount": _MONEY})
    assert (waiver.status_code, waiver.json()["errors"][0]["pointer"]) == (422, "/amount")
    for part, body in (("payments", one.payment()), ("refunds", one.refund(1)), ("waiver", {"reason": "Mine."})):
        assert (await one.send(part, body, stranger)).status_code == 404, part
    assert await _kept(world) == before
