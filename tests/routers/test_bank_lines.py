"""Matching bank lines: suggestions with reasons, confirming, rejecting, and that no line pays twice (R18)."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from uuid_utils.compat import uuid7

from app.database import Work
from app.domain.actors import SYSTEM, Scope, StaffRole
from app.domain.workflow import Status
from app.models import BankLine, Event
from app.services.bank.judging import judge_all
from tests.integrations.statement_samples import COLUMNS
from tests.routers.bank_stage import line_of, list_lines, only_line, paying, settle, upload
from tests.routers.finance_stage import FEE, Bill, at_once, bill
from tests.world import World


async def _billed(world: World, text: str = "{number}", pounds: str = "500.00") -> tuple[Bill, dict[str, Any]]:
    """An invoice, and a line that names it."""
    one = await bill(world)
    number = (await one.shown())["number"]
    await upload(world, one.finance, line_of(one, text.format(number=number), pounds))
    return one, await only_line(world, one.finance)


async def test_no_centre_and_no_other_staff_sees_a_line(world: World) -> None:
    one, line = await _billed(world)
    centre = await world.centre()
    address = f"/v1/bank-lines/{line['id']}"
    assert (await world.client.get(address)).status_code == 401
    for login in (centre.super_user, centre.user, await world.integration(Scope.INVOICES_READ)):
        assert (await world.client.get(address, headers=login.headers)).status_code == 404
        assert (await settle(world, login, line, "confirmation", paying(one))).status_code == 404
    for role in set(StaffRole) - {StaffRole.FINANCE}:
        login = await world.staff(role)
        assert (await world.client.get(address, headers=login.headers)).status_code == 403, role
        for part, body in (("confirmation", paying(one)), ("rejection", {"reason": "No."}), ("reopening", None)):
            assert (await settle(world, login, line, part, body)).status_code == 403, role
    keyless = await world.client.post(f"{address}/confirmation", json=paying(one), headers=one.finance.headers)
    assert (keyless.status_code, keyless.json()["code"]) == (400, "idempotency_key_required")
    assert (await one.shown())["entries"] == []


async def test_a_line_that_quotes_the_number_pays_the_invoice_and_opens_the_gate(world: World) -> None:
    one, line = await _billed(world, "FPI Riverside College {number}")
    assert (line["status"], line["direction"], line["rest"]["amount"]) == ("suggested", "in", FEE)
    (suggestion,) = line["suggestions"]
    assert suggestion["invoice_id"] == str(one.invoice_id)
    assert [reason["code"] for reason in suggestion["reasons"]] == ["reference", "amount", "payer"]
    assert suggestion["score"] == 100
    confirmed = await settle(world, one.finance, line, "confirmation", paying(one), key="k")
    assert confirmed.status_code == 200, confirmed.text
    shown = confirmed.json()
    assert (shown["status"], shown["rest"]["amount"], shown["suggestions"]) == ("confirmed", 0, [])
    invoice = await one.shown()
    assert invoice["status"] == "paid"
    (entry,) = invoice["entries"]
    assert shown["matches"][0]["entry_id"] == entry["id"]
    assert (entry["external_system"], entry["method"], entry["received_on"]) == (
        "bank:main",
        "bank_transfer",
        line["booked_on"],
    )
    assert entry["payer_reference"] == line["description"]
    assert (await one.application()).status is Status.IN_REVIEW
    assert {"invoice_issued", "payment_received"} <= set(await one.mail())
    again = await settle(world, one.finance, line, "confirmation", paying(one), key="k")
    assert again.json() == shown
    anew = await settle(world, one.finance, line, "confirmation", paying(one))
    assert (anew.status_code, anew.json()["code"]) == (409, "bank_line_settled")
    assert len((await one.shown())["entries"]) == 1


async def test_two_confirmations_at_once_pay_once(world: World) -> None:
    one, line = await _billed(world)
    answers = await at_once(*(settle(world, one.finance, line, "confirmation", paying(one)) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert len((await one.shown())["entries"]) == 1


async def test_the_same_line_in_two_statements_is_one_payment(world: World) -> None:
    one, line = await _billed(world)
    await settle(world, one.finance, line, "confirmation", paying(one))
    text = line["description"]
    longer = await upload(world, one.finance, line_of(one, "other", "1.00"), line_of(one, text))
    assert (longer["new_lines"], longer["known_lines"]) == (1, 1)
    lines = await list_lines(world, one.finance)
    assert sorted((each["amount"]["amount"], each["status"]) for each in lines) == [
        (100, "unmatched"),
        (FEE, "confirmed"),
    ]
    assert len((await one.shown())["entries"]) == 1


async def test_a_line_that_is_read_in_another_way_is_not_paid_again_unasked(world: World) -> None:
    """Its texts are other ones, so it looks new; its day and amount are those of a line that paid the invoice."""
    one, line = await _billed(world)
    await settle(world, one.finance, line, "confirmation", paying(one))
    columns = {name: column for name, column in COLUMNS.items() if name != "description_column"}
    anew = await upload(world, one.finance, line_of(one, "text"), line_of(one, line["description"]), fields=columns)
    assert anew["new_lines"] == 2
    for again in await list_lines(world, one.finance, statement_id=anew["id"]):
        refused = await settle(world, one.finance, again, "confirmation", paying(one))
        assert (refused.status_code, refused.json()["code"]) == (409, "payment_looks_recorded")
    assert len((await one.shown())["entries"]) == 1


async def test_two_equal_lines_of_one_statement_are_two_payments(world: World) -> None:
    one = await bill(world)
    await upload(world, one.finance, line_of(one, "first", "250.00"), line_of(one, "second", "250.00"))
    for line in await list_lines(world, one.finance):
        paid = await settle(world, one.finance, line, "confirmation", paying(one))
        assert paid.status_code == 200, paid.text
    assert (await one.shown())["status"] == "paid"


async def test_amount_and_payer_suggest_and_nothing_is_confirmed_by_itself(world: World) -> None:
    one, line = await _billed(world, "RIVERSIDE COLLEGE LTD")
    (suggestion,) = line["suggestions"]
    assert [reason["code"] for reason in suggestion["reasons"]] == ["amount", "payer"]
    await upload(world, one.finance, line_of(one, "Riverside College", "499.00"))
    unlike = await only_line(world, one.finance, amount=49_900)
    assert unlike["status"] == "unmatched"
    assert [reason["code"] for reason in unlike["suggestions"][0]["reasons"]] == ["payer"]
    await upload(world, one.finance, line_of(one, "Somebody else", "1.00"))
    assert (await only_line(world, one.finance, amount=100))["suggestions"] == []
    assert (await one.shown())["entries"] == []


async def test_a_number_with_a_digit_more_is_not_suggested(world: World) -> None:
    one, line = await _billed(world, "{number}1", "1.00")
    assert (line["status"], line["suggestions"]) == ("unmatched", [])
    assert (await one.shown())["status"] == "issued"


async def test_one_line_can_pay_two_invoices_and_leave_a_rest(world: World) -> None:
    one, other = await bill(world), await bill(world)
    await upload(world, one.finance, line_of(one, "both fees", "1100.00"))
    line = await only_line(world, one.finance)
    shares = [{"amount": {"amount": FEE, "currency": "GBP"}}] * 2
    both = {
        "allocations": [
            paying(each, **share)["allocations"][0] for each, share in zip((one, other), shares, strict=True)
        ]
    }
    without = await settle(world, one.finance, line, "confirmation", paying(one, other))
    assert [error["code"] for error in without.json()["errors"]] == ["required", "required"]
    twice = await settle(world, one.finance, line, "confirmation", paying(one, one))
    assert twice.json()["errors"][0]["code"] == "duplicate_items"
    paid = await settle(world, one.finance, line, "confirmation", both)
    assert paid.status_code == 200, paid.text
    assert (paid.json()["status"], paid.json()["rest"]["amount"]) == ("part_confirmed", 10_000)
    entries = [(await each.shown())["entries"][0] for each in (one, other)]
    assert entries[1]["external_payment_id"] == entries[0]["external_payment_id"] + "#2"
    too_much = {"amount": {"amount": 10_001, "currency": "GBP"}}
    more = await settle(world, one.finance, line, "confirmation", paying(one, **too_much))
    assert more.json()["errors"][0]["code"] == "more_than_open"
    rest = await settle(world, one.finance, line, "rejection", {"reason": "A deposit."})
    assert (rest.json()["status"], rest.json()["rejection"]) == ("confirmed", "A deposit.")
    reopened = await settle(world, one.finance, line, "reopening")
    assert (reopened.json()["status"], reopened.json()["matched"]["amount"]) == ("part_confirmed", 2 * FEE)


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"invoice_id": str(uuid7())}, "/allocations/0/invoice_id", "unknown_invoice"),
        ({"amount": {"amount": FEE + 1, "currency": "GBP"}}, "/allocations/0/amount", "more_than_open"),
        ({"amount": {"amount": FEE, "currency": "EUR"}}, "/allocations/0/amount/currency", "wrong_currency"),
        ({"amount": {"amount": 0, "currency": "GBP"}}, "/allocations/0/amount/amount", "too_small"),
        ({"amount": {"amount": 1.5, "currency": "GBP"}}, "/allocations/0/amount/amount", "not_whole_number"),
    ],
)
async def test_a_wrong_allocation_is_refused_by_field(
    world: World, changes: dict[str, Any], pointer: str, code: str
) -> None:
    one, line = await _billed(world)
    refused = await settle(world, one.finance, line, "confirmation", paying(one, **changes))
    assert refused.status_code == 422, refused.text
    assert [(error["pointer"], error["code"]) for error in refused.json()["errors"]] == [(pointer, code)]
    empty = await settle(world, one.finance, line, "confirmation", {})
    assert empty.json()["errors"][0]["code"] == "required"
    assert (await one.shown())["entries"] == []


async def test_a_line_long_before_its_invoice_is_refused_where_the_invoice_is_named(world: World) -> None:
    one = await bill(world)
    long_ago = world.clock().date() - timedelta(days=200)
    await upload(world, one.finance, f"{long_ago:%d/%m/%Y},fee,500.00")
    refused = await settle(world, one.finance, await only_line(world, one.finance), "confirmation", paying(one))
    assert [(error["pointer"], error["code"]) for error in refused.json()["errors"]] == [
        ("/allocations/0/invoice_id", "too_early")
    ]


async def test_a_payment_that_an_integration_recorded_is_suggested_and_not_paid_again(world: World) -> None:
    one = await bill(world)
    payment = await one.pay(external_system="xero", external_payment_id="p-1")
    number = (await one.shown())["number"]
    await upload(world, one.finance, line_of(one, number))
    line = await only_line(world, one.finance)
    suggestion = line["suggestions"][0]
    assert suggestion["recorded_entry_id"] == payment["id"]
    assert [reason["code"] for reason in suggestion["reasons"]] == ["recorded", "reference"]
    refused = await settle(world, one.finance, line, "confirmation", paying(one))
    assert (refused.status_code, refused.json()["code"]) == (409, "payment_looks_recorded")
    assert refused.json()["payment_id"] == payment["id"]
    linked = {"recorded_entry_ids": [payment["id"]]}
    known = await settle(world, one.finance, line, "confirmation", linked)
    assert known.status_code == 200, known.text
    assert known.json()["matches"][0]["recorded_before"] is True
    assert len((await one.shown())["entries"]) == 1
    await upload(world, one.finance, line_of(one, f"{number} again"))
    second = await only_line(world, one.finance, status="suggested")
    assert all(each["recorded_entry_id"] is None for each in second["suggestions"])
    taken = await settle(world, one.finance, second, "confirmation", linked)
    assert (taken.status_code, taken.json()["code"], taken.json()["line_id"]) == (
        409,
        "entry_already_matched",
        line["id"],
    )
    looks_read_again = await settle(world, one.finance, second, "confirmation", paying(one))
    assert looks_read_again.json()["code"] == "payment_looks_recorded"
    paid = await settle(world, one.finance, second, "confirmation", paying(one, separate_payment=True))
    assert paid.status_code == 200, "the first payment is another line's, so this is money of its own"
    assert (await one.shown())["credit_balance"]["amount"] == FEE
    undone = await settle(world, one.finance, line, "reopening")
    assert (undone.json()["status"], undone.json()["matches"]) == ("suggested", [])


async def test_a_second_payment_of_the_same_amount_can_be_said_to_be_one(world: World) -> None:
    one, line = await _billed(world)
    await one.pay()
    twice = await settle(world, one.finance, line, "confirmation", paying(one, separate_payment=True))
    assert twice.status_code == 200, twice.text
    assert (await one.shown())["credit_balance"]["amount"] == FEE


async def test_the_banks_own_id_cannot_be_recorded_by_two_ways(world: World) -> None:
    one, line = await _billed(world, pounds="20.00")
    paid = await settle(world, one.finance, line, "confirmation", paying(one))
    entry = (await one.shown())["entries"][0]
    names = {name: entry[name] for name in ("external_system", "external_payment_id")}
    assert (await one.send("payments", one.payment(2_000, **names))).json()["code"] == "payment_already_recorded"
    assert paid.json()["status"] == "confirmed"
    other = await bill(world)
    await upload(world, one.finance, line_of(one, "x", "30.00"))
    first = await only_line(world, one.finance, amount=3_000)
    await other.pay(1, external_system="bank:main", external_payment_id=await _key(world, first))
    taken = await settle(world, one.finance, first, "confirmation", paying(other))
    assert (taken.status_code, taken.json()["code"]) == (409, "recorded_differently")
    assert (await only_line(world, one.finance, amount=3_000))["matched"]["amount"] == 0
    await upload(world, one.finance, line_of(one, "y", "40.00"))
    second = await only_line(world, one.finance, amount=4_000)
    await other.pay(4_000, external_system="bank:main", external_payment_id=await _key(world, second))
    known = await settle(world, one.finance, second, "confirmation", paying(other, separate_payment=True))
    assert (known.status_code, known.json()["code"]) == (409, "payment_already_recorded")


async def _key(world: World, line: dict[str, Any]) -> str:
    async with world.database.transaction() as session:
        found = await session.scalar(select(BankLine.key).where(BankLine.id == line["id"]))
    assert found is not None
    return found


async def test_money_out_is_never_a_payment(world: World) -> None:
    one = await bill(world)
    payment = await one.pay()
    number = (await one.shown())["number"]
    await upload(world, one.finance, line_of(one, f"returned {number}", "-500.00"))
    line = await only_line(world, one.finance, direction="out")
    assert line["amount"]["amount"] == FEE
    refused = await settle(world, one.finance, line, "confirmation", paying(one))
    assert (refused.status_code, refused.json()["code"]) == (409, "money_went_out")
    no_payment = await settle(world, one.finance, line, "confirmation", {"recorded_entry_ids": [payment["id"]]})
    assert no_payment.json()["errors"][0]["code"] == "unknown_entry"
    reversal = await one.reverse(payment)
    (suggestion,) = (await only_line(world, one.finance, direction="out"))["suggestions"]
    assert suggestion["recorded_entry_id"] == reversal["id"]
    noted = await settle(world, one.finance, line, "confirmation", {"recorded_entry_ids": [reversal["id"]]})
    assert (noted.status_code, noted.json()["status"]) == (200, "confirmed")


async def test_money_out_is_matched_with_a_recorded_refund(world: World) -> None:
    one = await bill(world)
    await one.pay(FEE + 10_000)
    today = world.clock().date().isoformat()
    refund = {"amount": {"amount": 10_000, "currency": "GBP"}, "method": "bank_transfer", "refunded_on": today}
    sent = await one.send("refunds", refund)
    assert sent.status_code == 201, sent.text
    await upload(world, one.finance, line_of(one, "Riverside College", "-100.00"))
    line = await only_line(world, one.finance, direction="out")
    (suggestion,) = line["suggestions"]
    assert suggestion["recorded_entry_id"] == sent.json()["id"]
    assert {"recorded", "payer"} == {reason["code"] for reason in suggestion["reasons"]}
    noted = await settle(world, one.finance, line, "confirmation", {"recorded_entry_ids": [sent.json()["id"]]})
    assert (noted.status_code, noted.json()["matches"][0]["kind"]) == (200, "refund")


async def test_a_rejection_needs_a_reason_and_can_be_taken_back(world: World) -> None:
    one, line = await _billed(world)
    assert (await settle(world, one.finance, line, "rejection", {})).status_code == 422
    early = await settle(world, one.finance, line, "reopening")
    assert (early.status_code, early.json()["code"]) == (409, "bank_line_open")
    rejected = await settle(world, one.finance, line, "rejection", {"reason": "Interest."})
    assert (rejected.json()["status"], rejected.json()["suggestions"]) == ("ignored", [])
    for part, body in (("rejection", {"reason": "Again."}), ("confirmation", paying(one))):
        settled = await settle(world, one.finance, line, part, body)
        assert (settled.status_code, settled.json()["code"]) == (409, "bank_line_settled")
    reopened = await settle(world, one.finance, line, "reopening")
    assert (reopened.json()["status"], reopened.json()["rejection"]) == ("suggested", None)


async def test_a_line_matched_with_the_wrong_invoice_pays_the_right_one_after_the_reversal(world: World) -> None:
    one, line = await _billed(world)
    right = await bill(world)
    await settle(world, one.finance, line, "confirmation", paying(one))
    standing = await settle(world, one.finance, line, "reopening")
    assert (standing.status_code, standing.json()["code"]) == (409, "bank_line_paid")
    await one.reverse((await one.shown())["entries"][0])
    shown = await world.get(f"/v1/bank-lines/{line['id']}", one.finance)
    assert shown["matches"][0]["reversed"] is True
    assert (await settle(world, one.finance, line, "reopening")).json()["rest"]["amount"] == FEE
    paid = await settle(world, one.finance, line, "confirmation", paying(right))
    assert paid.status_code == 200, paid.text
    assert [(await each.shown())["due"]["amount"] for each in (one, right)] == [FEE, 0]


async def test_hostile_text_comes_back_as_text(world: World) -> None:
    one = await bill(world)
    await upload(world, one.finance, line_of(one, '"=HYPERLINK(""http://x"");<script>' + "\u202e" + '"'))
    line = await only_line(world, one.finance)
    assert line["description"] == '=HYPERLINK("http://x");<script>'


async def test_lists_filter_and_the_job_judges_anew(world: World) -> None:
    finance = await world.staff(StaffRole.FINANCE)
    statement = await upload(world, finance, "01/05/2026,early,500.00", "20/05/2026,late,7.00", "20/05/2026,out,-7.00")
    assert {line["status"] for line in await list_lines(world, finance)} == {"unmatched"}
    one = await bill(world)
    async with world.database.transaction() as session:
        await judge_all(Work(session, SYSTEM, world.clock(), world.settings))
    assert [line["description"] for line in await list_lines(world, finance, status="suggested")] == ["early"]
    await one.credit()
    async with world.database.transaction() as session:
        await judge_all(Work(session, SYSTEM, world.clock(), world.settings))
    (totals,) = (await world.get("/v1/reconciliation?from=2026-05-01&to=2026-05-31", finance))["currencies"]
    assert (totals["unmatched"]["count"], totals["unmatched"]["amount"]["amount"]) == (2, 50_700)
    assert (totals["unmatched_out"]["count"], totals["unmatched_out"]["amount"]["amount"]) == (1, 700)
    assert await list_lines(world, finance, status="suggested") == []
    assert len(await list_lines(world, finance, statement_id=statement["id"], account="main")) == 3
    assert len(await list_lines(world, finance, amount=700)) == 2
    assert len(await list_lines(world, finance, amount=700, direction="out")) == 1
    assert len(await list_lines(world, finance, direction="in", booked_from="2026-05-20")) == 1
    assert len(await list_lines(world, finance, booked_before="2026-05-20")) == 1
    page = (await world.client.get("/v1/bank-lines?limit=2", headers=finance.headers)).json()
    rest = await list_lines(world, finance, limit=2, cursor=page["next_cursor"])
    assert [each["booked_on"] for each in [*page["items"], *rest]] == ["2026-05-20", "2026-05-20", "2026-05-01"]


async def test_a_line_stands_for_a_limited_number_of_entries(world: World) -> None:
    one, line = await _billed(world, pounds="1.00")
    payment = await one.pay(1)
    async with world.database.transaction() as session:
        await session.execute(
            text(
                "INSERT INTO bank_line_matches (id, line_id, entry_id, amount_pence, recorded_before, matched_by_name, "
                "matched_at, released_at) SELECT gen_random_uuid(), :line, :entry, 1, true, 'Kim', now(), now() "
                "FROM generate_series(1, 100)"
            ),
            {"line": line["id"], "entry": payment["id"]},
        )
    refused = await settle(world, one.finance, line, "confirmation", paying(one))
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_records")


async def test_what_was_done_is_recorded_without_the_payer(world: World) -> None:
    one, line = await _billed(world, "Pat Jones {number}")
    await settle(world, one.finance, line, "confirmation", paying(one))
    async with world.database.transaction() as session:
        rows = (await session.scalars(select(Event).where(Event.type.like("bank%")).order_by(Event.id))).all()
    assert [row.type for row in rows] == ["bank_statement.uploaded", "bank_line.confirmed"]
    assert all(row.public is None and not row.centre_sees for row in rows)
    assert not any("Pat" in f"{row.summary}{row.audit}" for row in rows)
