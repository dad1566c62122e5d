"""Withdrawing a bank statement: what it takes away, what it keeps, and what stands against it (R18)."""

from typing import Any

import httpx
import pytest
from sqlalchemy import select

from app.database import Work
from app.domain.actors import SYSTEM, Scope, StaffRole
from app.models import Event
from app.services.bank.judging import judge_all
from tests.integrations.statement_samples import COLUMNS, OFX, csv_of
from tests.routers.bank_stage import line_of, list_lines, only_line, paying, send_statement, settle, upload
from tests.routers.finance_stage import FEE, at_once, bill
from tests.world import Login, World

_LINE = "29/05/2026,fee,500.00"
_REASON = {"reason": "It is of the savings account."}


async def _withdraw(world: World, login: Login, statement: dict[str, Any], body: Any = _REASON) -> httpx.Response:
    address = f"/v1/bank-statements/{statement['id']}/withdrawal"
    return await world.client.post(address, json=body, headers=login.headers)


async def test_only_finance_withdraws_a_statement_and_says_why(world: World) -> None:
    finance = await world.staff(StaffRole.FINANCE)
    statement = await upload(world, finance, _LINE)
    anonymous = await world.client.post(f"/v1/bank-statements/{statement['id']}/withdrawal", json=_REASON)
    assert anonymous.status_code == 401
    centre = await world.centre()
    for login in (centre.super_user, await world.integration(Scope.INVOICES_READ)):
        assert (await _withdraw(world, login, statement)).status_code == 404
    for role in set(StaffRole) - {StaffRole.FINANCE}:
        assert (await _withdraw(world, await world.staff(role), statement)).status_code == 403, role
    for body in ({}, {"reason": " "}, {"reason": None}, {"reason": "x" * 2_001}):
        assert (await _withdraw(world, finance, statement, body)).status_code == 422
    assert len(await list_lines(world, finance)) == 1
    ledger = await world.integration(Scope.PAYMENTS_WRITE)
    assert (await _withdraw(world, ledger, statement)).json()["withdrawn_by_name"] == "Ledger"


async def test_a_statement_under_a_mistyped_account_is_taken_back_and_uploaded_under_the_right_one(
    world: World,
) -> None:
    one = await bill(world)
    number = (await one.shown())["number"]
    content = csv_of(line_of(one, number), line_of(one, "charge", "-6.50"))
    wrong = (await send_statement(world, one.finance, content, account="mian")).json()
    refused = await send_statement(world, one.finance, content, account="main")
    assert (refused.status_code, refused.json()["code"]) == (409, "statement_already_uploaded")
    line = await only_line(world, one.finance, direction="in")
    taken_back = await _withdraw(world, one.finance, wrong)
    assert taken_back.status_code == 200, taken_back.text
    assert taken_back.json()["withdrawal"] == _REASON["reason"]
    assert taken_back.json() == await world.get(f"/v1/bank-statements/{wrong['id']}", one.finance)
    assert await list_lines(world, one.finance) == []
    assert len(await list_lines(world, one.finance, status="withdrawn", statement_id=wrong["id"])) == 2
    shown = await world.get(f"/v1/bank-lines/{line['id']}", one.finance)
    assert (shown["status"], shown["suggestions"]) == ("withdrawn", [])
    async with world.database.transaction() as session:
        await judge_all(Work(session, SYSTEM, world.clock(), world.settings))
    assert await list_lines(world, one.finance) == [], "the hourly job leaves them where they are"
    today = world.clock().date().isoformat()
    totals = await world.get(f"/v1/reconciliation?from={today}&to={today}", one.finance)
    assert [totals["currencies"][0][name]["count"] for name in ("unmatched", "suggested")] == [0, 0]
    right = await send_statement(world, one.finance, content, account="main")
    assert (right.status_code, right.json()["new_lines"]) == (201, 2), right.text
    again = await only_line(world, one.finance, direction="in")
    assert (await settle(world, one.finance, again, "confirmation", paying(one))).status_code == 200
    assert (await one.shown())["status"] == "paid"


async def test_the_right_columns_are_read_after_the_wrong_ones_were_withdrawn(world: World) -> None:
    finance = await world.staff(StaffRole.FINANCE)
    swapped = {**COLUMNS, "description_column": "Amount"}
    wrong = await upload(world, finance, _LINE, fields=swapped)
    await _withdraw(world, finance, wrong)
    unsaid = await send_statement(world, finance, csv_of(_LINE), fields={})
    assert unsaid.status_code == 422, "the columns of a withdrawn statement are not used again"
    right = await upload(world, finance, _LINE)
    assert right["new_lines"] == 1
    assert [line["description"] for line in await list_lines(world, finance)] == ["fee"]


async def test_a_bank_file_under_another_name_is_free_again(world: World) -> None:
    finance = await world.staff(StaffRole.FINANCE)
    wrong = (await send_statement(world, finance, OFX, fields={}, account="mian")).json()
    later = OFX.replace(b"<FITID>A1", b"<FITID>A9")
    assert (await send_statement(world, finance, later, fields={})).status_code == 422
    await _withdraw(world, finance, wrong)
    assert (await send_statement(world, finance, later, fields={})).status_code == 201


async def test_lines_of_a_withdrawn_statement_stay_as_they_are(world: World) -> None:
    one = await bill(world)
    statement = await upload(world, one.finance, line_of(one, "fee"))
    line = await only_line(world, one.finance)
    await settle(world, one.finance, line, "rejection", {"reason": "Interest."})
    assert (await _withdraw(world, one.finance, statement)).status_code == 200, "a rejection stands for no money"
    for part, body in (("confirmation", paying(one)), ("rejection", {"reason": "No."}), ("reopening", None)):
        refused = await settle(world, one.finance, line, part, body)
        assert (refused.status_code, refused.json()["code"]) == (409, "statement_withdrawn"), part
    twice = await _withdraw(world, one.finance, statement)
    assert (twice.status_code, twice.json()["code"]) == (409, "statement_withdrawn")
    assert (await one.shown())["entries"] == []


@pytest.mark.parametrize("pounds", ["500.00", "600.00"], ids=["in full", "in part"])
async def test_a_line_that_stands_for_a_payment_is_reopened_first(world: World, pounds: str) -> None:
    one = await bill(world)
    content = csv_of(line_of(one, "fee", pounds))
    statement = (await send_statement(world, one.finance, content)).json()
    line = await only_line(world, one.finance)
    body = paying(one, amount={"amount": FEE, "currency": "GBP"})
    await settle(world, one.finance, line, "confirmation", body)
    refused = await _withdraw(world, one.finance, statement)
    assert (refused.status_code, refused.json()["code"], refused.json()["line_id"]) == (
        409,
        "statement_matched",
        line["id"],
    )
    await one.reverse((await one.shown())["entries"][0])
    assert (await _withdraw(world, one.finance, statement)).status_code == 409, "it stands for the reversed payment"
    await settle(world, one.finance, line, "reopening")
    assert (await _withdraw(world, one.finance, statement)).status_code == 200
    assert (await send_statement(world, one.finance, content)).status_code == 201
    anew = await only_line(world, one.finance)
    paid = await settle(world, one.finance, anew, "confirmation", body)
    assert paid.status_code == 200, "the reversed payment had the line's id; this one has the next"
    assert (await one.shown())["status"] == "paid"


async def test_a_statement_on_which_a_later_one_relies_is_withdrawn_after_it(world: World) -> None:
    finance = await world.staff(StaffRole.FINANCE)
    first = await upload(world, finance, _LINE)
    apart = await upload(world, finance, "28/05/2026,other,1.00")
    longer = await upload(world, finance, _LINE, "30/05/2026,new,2.00")
    refused = await _withdraw(world, finance, first)
    assert (refused.status_code, refused.json()["code"], refused.json()["statement_id"]) == (
        409,
        "statement_repeated",
        longer["id"],
    )
    assert (await _withdraw(world, finance, apart)).status_code == 200, "no later one has its day"
    assert (await _withdraw(world, finance, longer)).status_code == 200
    assert [line["description"] for line in await list_lines(world, finance)] == ["fee"]
    assert (await _withdraw(world, finance, first)).status_code == 200
    assert await list_lines(world, finance) == []


async def test_withdrawing_while_a_line_is_confirmed_leaves_one_of_both(world: World) -> None:
    one = await bill(world)
    statement = await upload(world, one.finance, line_of(one, "fee"))
    line = await only_line(world, one.finance)
    withdrawn, confirmed = await at_once(
        _withdraw(world, one.finance, statement), settle(world, one.finance, line, "confirmation", paying(one))
    )
    assert sorted((withdrawn.status_code, confirmed.status_code)) == [200, 409]
    assert len((await one.shown())["entries"]) == (confirmed.status_code == 200)


async def test_withdrawing_and_uploading_at_once_loses_no_line(world: World) -> None:
    finance = await world.staff(StaffRole.FINANCE)
    first = await upload(world, finance, _LINE)
    overlapping = csv_of(_LINE, "30/05/2026,new,2.00")
    withdrawn, sent = await at_once(_withdraw(world, finance, first), send_statement(world, finance, overlapping))
    assert sent.status_code == 201, sent.text
    assert withdrawn.status_code in (200, 409)
    assert len(await list_lines(world, finance)) == 2


async def test_a_withdrawal_is_an_event_with_before_and_after(world: World) -> None:
    finance = await world.staff(StaffRole.FINANCE)
    statement = await upload(world, finance, _LINE)
    await _withdraw(world, finance, statement)
    async with world.database.transaction() as session:
        event = (await session.scalars(select(Event).where(Event.type == "bank_statement.withdrawn"))).one()
    assert event.public is None
    assert not event.centre_sees
    assert event.audit is not None
    assert (event.audit["before"]["lines"], event.audit["after"]) == (1, {"lines": 0, **_REASON})
