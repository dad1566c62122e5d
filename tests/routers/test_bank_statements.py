"""Bank statements: who uploads them, what is refused, and that no line is kept twice (R18)."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import func, select

from app.domain.actors import Scope, StaffRole
from app.models import BankLine, BankStatement
from tests.integrations.statement_samples import COLUMNS, MT940, OFX, csv_of
from tests.routers.bank_stage import list_lines, send_statement, upload
from tests.routers.finance_stage import at_once
from tests.world import World

_LINE = "29/05/2026,fee,500.00"


async def _kept(world: World) -> tuple[int, int]:
    async with world.database.transaction() as session:
        statements = await session.scalar(select(func.count()).select_from(BankStatement))
        lines = await session.scalar(select(func.count()).select_from(BankLine))
    return int(statements or 0), int(lines or 0)


async def test_only_finance_uploads_and_reads_statements(world: World) -> None:
    centre = await world.centre()
    finance = await world.staff(StaffRole.FINANCE)
    statement = await upload(world, finance, _LINE)
    one = f"/v1/bank-statements/{statement['id']}"
    anonymous = await world.client.post("/v1/bank-statements", files={"file": b"x"}, data={"account": "main"})
    assert anonymous.status_code == 401
    for role in set(StaffRole) - {StaffRole.FINANCE}:
        assert (await send_statement(world, await world.staff(role), csv_of(_LINE))).status_code == 403, role
    for scope in (Scope.INVOICES_READ, Scope.PAYMENTS_READ):
        client = await world.integration(scope)
        assert (await send_statement(world, client, csv_of(_LINE))).status_code == 403, scope
        assert (await world.client.get(one, headers=client.headers)).status_code == 404, scope
    assert (await world.client.get(one, headers=centre.super_user.headers)).status_code == 404
    lists = await world.client.get("/v1/bank-statements", headers=centre.super_user.headers)
    assert lists.status_code == 403
    assert await _kept(world) == (1, 1)
    ledger = await world.integration(Scope.PAYMENTS_WRITE)
    sent = await send_statement(world, ledger, csv_of("30/05/2026,fee,500.00"))
    assert sent.status_code == 201, sent.text
    assert sent.json()["uploaded_by_name"] == "Ledger"
    assert (await world.get(one, ledger))["lines"] == 1


@pytest.mark.parametrize(
    ("content", "fields", "pointer", "code"),
    [
        (b"", COLUMNS, "/file", "file_empty"),
        (csv_of("31/02/2026,fee,500.00"), COLUMNS, "/file", "statement_date"),
        (csv_of("29/05/2026,fee,12,00"), COLUMNS, "/file", "statement_line"),
        (b"Date,Description,Amount\n29/05/2026,caf\xe9 caf\xc3\xa9,1.00\n", COLUMNS, "/file", "statement_unreadable"),
        (csv_of(_LINE), {}, "/file", "statement_unreadable"),
        (csv_of(_LINE), {"amount_column": "Amount"}, "/date_column", "required"),
        (csv_of(_LINE), {"date_column": "Date"}, "/amount_column", "both_or_neither"),
        (csv_of(_LINE), COLUMNS | {"paid_in_column": "4"}, "/amount_column", "both_or_neither"),
        (csv_of(_LINE), COLUMNS | {"account": "Main Account"}, "/account", "wrong_format"),
        (csv_of(_LINE), COLUMNS | {"currency": "pounds"}, "/currency", "too_long"),
        (csv_of(_LINE), COLUMNS | {"colour": "green"}, "/colour", "unknown_field"),
        (OFX.replace(b"500.00", b"5x0"), {}, "/file", "statement_unreadable"),
    ],
)
async def test_a_statement_with_a_fault_leaves_nothing(
    world: World, content: bytes, fields: dict[str, str], pointer: str, code: str
) -> None:
    finance = await world.staff(StaffRole.FINANCE)
    refused = await send_statement(world, finance, content, fields=fields)
    assert refused.status_code == 422, refused.text
    assert {(error["pointer"], error["code"]) for error in refused.json()["errors"]} >= {(pointer, code)}
    assert await _kept(world) == (0, 0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
async def test_a_statement_is_read_in_the_encodings_of_spreadsheets(world: World, encoding: str) -> None:
    """In the confined process, which can load no more encodings."""
    finance = await world.staff(StaffRole.FINANCE)
    content = csv_of("29/05/2026,Café,500.00").decode().encode(encoding)
    sent = await send_statement(world, finance, content)
    assert sent.status_code == 201, sent.text
    (line,) = await list_lines(world, finance)
    assert line["description"] == "Café"


async def test_all_faults_come_at_once_and_are_counted(world: World) -> None:
    finance = await world.staff(StaffRole.FINANCE)
    refused = await send_statement(world, finance, csv_of(_LINE, *["nonsense,fee,1.00"] * 250))
    errors = refused.json()["errors"]
    assert len(errors) == 101
    assert errors[0]["detail"] == "Line 3, column 1 (date_column), is no date if read with date_order=day_first."
    assert errors[-1] == {
        "in": "body",
        "pointer": "/file",
        "code": "more_faults",
        "detail": "There are 150 faults more, 250 in all.",
    }
    assert await _kept(world) == (0, 0)


async def test_a_million_lines_are_refused_with_the_limit_and_hold_up_nobody(world: World) -> None:
    """The file is read in another process while no connection is held."""
    finance = await world.staff(StaffRole.FINANCE)
    content = csv_of() + b"29/05/2026,fee,1.00\n" * 1_000_000
    sent = asyncio.ensure_future(send_statement(world, finance, content))
    while not sent.done():
        assert (await world.client.get("/v1/bank-lines", headers=finance.headers)).status_code == 200
        await asyncio.sleep(0.05)
    refused = await sent
    assert refused.status_code == 422, refused.text
    assert refused.json()["errors"][0]["code"] == "statement_too_long"
    assert "20,000 lines" in refused.json()["errors"][0]["detail"]
    too_large = await send_statement(world, finance, b"x" * (world.settings.upload_limit_bytes + 1))
    assert too_large.status_code == 413
    assert await _kept(world) == (0, 0)


async def test_the_same_file_again_is_refused_and_an_overlapping_one_brings_what_is_new(world: World) -> None:
    finance = await world.staff(StaffRole.FINANCE)
    first = await upload(world, finance, _LINE, _LINE, "28/05/2026,charge,-5.00", key="one")
    assert (first["lines"], first["new_lines"], first["known_lines"]) == (3, 3, 0)
    again = await send_statement(world, finance, csv_of(_LINE, _LINE, "28/05/2026,charge,-5.00"))
    assert (again.status_code, again.json()["code"]) == (409, "statement_already_uploaded")
    assert again.json()["statement_id"] == first["id"]
    replayed = await upload(world, finance, _LINE, _LINE, "28/05/2026,charge,-5.00", key="one")
    assert replayed == first
    longer = await upload(world, finance, "30/05/2026,other,1.00", _LINE, _LINE, _LINE)
    assert (longer["lines"], longer["new_lines"], longer["known_lines"]) == (4, 2, 2)
    assert await _kept(world) == (2, 5)
    elsewhere = await upload(world, finance, _LINE, account="savings")
    assert elsewhere["new_lines"] == 1, "another account has lines of its own"


async def test_uploads_at_once_keep_each_line_once(world: World) -> None:
    finance = await world.staff(StaffRole.FINANCE)
    days = [f"{day:02d}/05/2026,fee {day},500.00" for day in range(1, 29)]
    same = await at_once(*(send_statement(world, finance, csv_of(*days)) for _ in range(3)))
    assert sorted(answer.status_code for answer in same) == [201, 409, 409]
    more = [csv_of(*reversed(days), "29/05/2026,a,1.00"), csv_of(*days, "29/05/2026,b,1.00")]
    both = await at_once(*(send_statement(world, finance, content) for content in more))
    assert [answer.json()["new_lines"] for answer in both] == [1, 1]
    assert await _kept(world) == (3, 30)


async def test_the_accounts_last_columns_are_used_again(world: World) -> None:
    finance = await world.staff(StaffRole.FINANCE)
    fields = COLUMNS | {"date_order": "year_first", "decimal_mark": "comma", "currency": "EUR"}
    sent = await send_statement(world, finance, csv_of('2026-05-29,fee,"500,00"'), fields=fields)
    assert sent.status_code == 201, sent.text
    assert sent.json()["columns"]["decimal_mark"] == "comma"
    fault = await send_statement(world, finance, csv_of('2026-05-30,fee,"5,00"'), fields={})
    assert fault.json()["errors"][0]["code"] == "statement_account", "the account is kept in euros"
    again = await send_statement(world, finance, csv_of('2026-05-30,fee,"5,00"'), fields={"currency": "EUR"})
    assert again.status_code == 201, again.text
    assert again.json()["columns"] == sent.json()["columns"]
    assert [line["amount"]["amount"] for line in await list_lines(world, finance)] == [500, 50_000]


@pytest.mark.parametrize(("content", "format_"), [(OFX, "ofx"), (MT940, "mt940")])
async def test_files_of_banks_need_no_columns_and_name_one_account(world: World, content: bytes, format_: str) -> None:
    finance = await world.staff(StaffRole.FINANCE)
    sent = await send_statement(world, finance, content, name="../a\x00b.sta", fields={})
    assert sent.status_code == 201, sent.text
    assert (sent.json()["format"], sent.json()["columns"]) == (format_, None)
    later = content.replace(b"2605290529", b"2605280528").replace(b"<FITID>A1", b"<FITID>A9")
    other_name = await send_statement(world, finance, later, fields={}, account="savings")
    assert other_name.json()["errors"][0]["pointer"] == "/account"
    other_number = await send_statement(world, finance, later.replace(b"12345678", b"87654321"), fields={})
    assert other_number.json()["errors"][0]["code"] == "statement_account"
    assert (await send_statement(world, finance, later, fields={})).status_code == 201


async def test_statements_are_listed_with_the_last_first(world: World) -> None:
    finance = await world.staff(StaffRole.FINANCE)
    made = [
        await upload(world, finance, f"{day}/05/2026,fee,1.00", account=name) for day, name in ((11, "a"), (12, "b"))
    ]
    shown = await world.get("/v1/bank-statements", finance)
    assert shown["items"] == [made[1], made[0]]
    of_one: dict[str, Any] = await world.get("/v1/bank-statements?account=a", finance)
    assert of_one["items"] == [made[0]]
