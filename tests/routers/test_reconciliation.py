"""The reconciliation of a day or a period: each total is what its list adds up to (R18)."""

import csv
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from uuid_utils.compat import uuid7

from app.domain.actors import Scope, StaffRole
from app.domain.bank import BankLineStatus, StatementFormat
from app.models import BankLine, BankStatement
from app.services.reconciliation import COLUMNS
from tests.clock import MovableClock
from tests.routers.finance_stage import FEE, Bill, bill, issue, passed
from tests.routers.test_money_lists import wait
from tests.world import Login, World

ITEMS = ("issued", "paid", "reversed", "credited", "refunded", "waived", "moved_out", "moved_in")
BANK = ("unmatched", "suggested", "part_confirmed", "unmatched_out", "suggested_out", "part_confirmed_out")
_AMOUNTS = {"invoices": "total", "payments": "amount", "credit-notes": "amount", "bank-lines": "rest"}


async def reconciled(world: World, login: Login, **params: Any) -> dict[str, Any]:
    answer = await world.client.get("/v1/reconciliation", headers=login.headers, params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def listed(world: World, login: Login, path: str, currency: str, limit: int = 2) -> tuple[int, int]:
    """How many the list shows on all its pages, and the sum of their amounts."""
    noun = path.removeprefix("/v1/").partition("?")[0]
    count = pence = 0
    following: str | None = f"{path}&limit={limit}"
    while following is not None:
        page = await world.get(following, login)
        amounts = [item[_AMOUNTS[noun]] for item in page["items"]]
        count += len([amount for amount in amounts if amount["currency"] == currency])
        pence += sum(amount["amount"] for amount in amounts if amount["currency"] == currency)
        following = f"{path}&limit={limit}&cursor={page['next_cursor']}" if page["next_cursor"] else None
    return count, pence


def balance(shown: dict[str, Any]) -> int:
    """What centres owe, less what they are owed."""
    found: int = shown["due"]["amount"] - shown["credit_balance"]["amount"]
    return found


async def assert_explained(
    world: World, login: Login, shown: dict[str, Any], items: tuple[str, ...] = ITEMS, *, limit: int = 2
) -> None:
    """Each total is what its list shows, and they lead from the opening balance to the closing one."""
    for one in shown["currencies"]:
        for name in items:
            total = one[name]
            found = await listed(world, login, total["list"], one["currency"], limit)
            assert found == (total["count"], total["amount"]["amount"]), (name, total)
        assert all(one[side]["net"]["amount"] == balance(one[side]) for side in ("opening", "closing"))
        moved = {name: one[name]["amount"]["amount"] for name in ITEMS}
        adds = sum(moved[name] for name in ("issued", "reversed", "refunded", "moved_out"))
        takes = sum(moved[name] for name in ("paid", "credited", "waived", "moved_in"))
        assert balance(one["opening"]) + adds - takes == balance(one["closing"])


async def owed(bills: list[Bill]) -> int:
    """What all of them owe now, by their own balances."""
    return sum([balance(await one.shown()) for one in bills])


async def test_who_may_reconcile_which_period(world: World) -> None:
    centre = await world.centre()
    finance = await world.staff(StaffRole.FINANCE)
    path = "/v1/reconciliation"
    assert (await world.client.get(path)).status_code == 401
    for login in (centre.super_user, await world.integration(Scope.PAYMENTS_WRITE)):
        assert (await world.client.get(path, headers=login.headers)).status_code == 403
    for params, code in (
        ({"from": "2026-06-02"}, "in_the_future"),
        ({"to": "2026-06-02"}, "in_the_future"),
        ({"from": "2026-05-31", "to": "2026-05-30"}, "ends_before_start"),
        ({"from": "yesterday"}, "invalid_date"),
    ):
        answer = await world.client.get(path, headers=finance.headers, params=params)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, code), params
    for params, first, last in (
        ({}, "2026-05-31", "2026-05-31"),
        ({"from": "2026-05-01"}, "2026-05-01", "2026-05-01"),
        ({"to": "2026-05-20"}, "2026-05-20", "2026-05-20"),
        ({"from": "2026-05-01", "to": "2026-06-01"}, "2026-05-01", "2026-06-01"),
    ):
        shown = await reconciled(world, await world.integration(Scope.INVOICES_READ), **params)
        assert (shown["from"], shown["to"]) == (first, last)
        assert [one["currency"] for one in shown["currencies"]] == ["GBP"]


@pytest.mark.requirement("R18")
async def test_each_total_is_what_its_list_adds_up_to(world: World) -> None:
    """Over three days with every kind of entry, for each day and for all of them."""
    bills = [await bill(world) for _ in range(4)]
    one, other, third, fourth = bills
    balances = [0]
    first = await one.pay(FEE // 2)
    assert (await other.credit(FEE // 4)).status_code == 201
    await third.pay(FEE + 700)
    balances.append(await owed(bills))
    await wait(one, days=1)
    await one.reverse(first)
    await one.pay(123)
    assert (await third.pay_back(500)).status_code == 201
    assert (await fourth.waive()).status_code == 201
    balances.append(await owed(bills))
    await wait(one, days=1)
    bills.append(await one.replaced())
    await one.pay(23)
    assert (await one.move(23, bills[-1].invoice_id)).status_code == 201
    balances.append(await owed(bills))
    await wait(one, days=1)
    for number in range(3):
        day = (date(2026, 6, 1) + timedelta(days=number)).isoformat()
        shown = await reconciled(world, one.finance, **{"from": day})
        await assert_explained(world, one.finance, shown)
        (gbp,) = shown["currencies"]
        assert [balance(gbp["opening"]), balance(gbp["closing"])] == balances[number : number + 2]
    whole = await reconciled(world, one.finance, **{"from": "2026-06-01", "to": "2026-06-03"})
    await assert_explained(world, one.finance, whole)
    (gbp,) = whole["currencies"]
    assert {name: (gbp[name]["count"], gbp[name]["amount"]["amount"]) for name in ITEMS} == {
        "issued": (5, 5 * FEE),
        "paid": (4, FEE // 2 + FEE + 700 + 123 + 23),
        "reversed": (1, FEE // 2),
        "credited": (2, FEE // 4 + FEE),
        "refunded": (1, 500),
        "waived": (1, FEE),
        "moved_out": (2, 123 + 23),
        "moved_in": (2, 123 + 23),
    }
    assert (balance(gbp["opening"]), balance(gbp["closing"])) == (0, balances[-1])
    after = await reconciled(world, one.finance, **{"from": "2026-06-04"})
    assert {after["currencies"][0][name]["count"] for name in ITEMS} == {0}
    assert balance(after["currencies"][0]["opening"]) == balances[-1]


# When London's clocks change, a day has 25 or 23 hours; in summer it begins at 23:00 UTC.
@pytest.mark.requirement("R18")
@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-10-24T22:59:59.999999Z", "2026-10-24"),
        ("2026-10-24T23:00:00Z", "2026-10-25"),
        ("2026-10-25T00:30:00Z", "2026-10-25"),
        ("2026-10-25T01:30:00Z", "2026-10-25"),
        ("2026-10-25T23:59:59.999999Z", "2026-10-25"),
        ("2026-10-26T00:00:00Z", "2026-10-26"),
        ("2027-03-28T00:59:59Z", "2027-03-28"),
        ("2027-03-28T22:59:59.999999Z", "2027-03-28"),
        ("2027-03-28T23:00:00Z", "2027-03-29"),
    ],
)
async def test_a_payment_belongs_to_one_day_in_london(world: World, moment: str, day: str) -> None:
    assert isinstance(world.clock, MovableClock)
    one = await bill(world)
    await wait(one, seconds=(datetime.fromisoformat(moment) - world.clock()).total_seconds())
    await one.pay(77, received_on="2026-06-01")
    await wait(one, days=2)
    found = {}
    for number in (-1, 0, 1):
        asked = (date.fromisoformat(day) + timedelta(days=number)).isoformat()
        shown = await reconciled(world, one.finance, **{"from": asked})
        await assert_explained(world, one.finance, shown)
        found[number] = shown["currencies"][0]["paid"]["count"]
    assert found == {-1: 0, 0: 1, 1: 0}


@pytest.mark.requirement("R18")
async def test_currencies_do_not_mix(world: World) -> None:
    one = await bill(world)
    await issue_in(world, "EUR")
    shown = await reconciled(world, one.finance, **{"from": "2026-06-01"})
    assert [(each["currency"], each["issued"]["count"]) for each in shown["currencies"]] == [("GBP", 1), ("EUR", 1)]
    await assert_explained(world, one.finance, shown)


async def issue_in(world: World, currency: str) -> None:
    application = await passed(world)
    fee = world.settings.fee.model_copy(update={"currency": currency})
    await issue(world, application.id, world.settings.model_copy(update={"fee": fee}))


@pytest.mark.requirement("R18")
async def test_money_at_the_bank_that_stands_for_nothing(world: World) -> None:
    """What is left of a line; money out, other days, and what is settled do not count. Whoever may not read bank lines
    gets the same totals."""
    finance = await world.staff(StaffRole.FINANCE)
    day, status = date(2026, 5, 30), BankLineStatus
    statement = BankStatement(
        id=uuid7(),
        account="main",
        currency="GBP",
        format=StatementFormat.CSV,
        file_name="may.csv",
        size_bytes=1,
        sha256="0" * 64,
        first_on=day,
        last_on=day,
        lines=6,
        new_lines=6,
        lines_without_amount=0,
        uploaded_by_name="Finance",
        uploaded_at=datetime(2026, 5, 31, tzinfo=UTC),
    )
    lines = (
        (status.UNMATCHED, 1_000, 0, day),
        (status.SUGGESTED, 200, 0, day),
        (status.PART_CONFIRMED, 5_000, 4_970, day),
        (status.CONFIRMED, 70_000, 70_000, day),
        (status.IGNORED, 800_000, 0, day),
        (status.UNMATCHED, -9_000_000, 0, day),
        (status.UNMATCHED, -1, 0, day),
        (status.SUGGESTED, -400, 0, day),
        (status.PART_CONFIRMED, -90, 80, day),
        (status.IGNORED, -800_000, 0, day),
        (status.WITHDRAWN, -800_000, 0, day),
        (status.WITHDRAWN, 800_000, 0, day),
        (status.UNMATCHED, 60, 0, day + timedelta(days=1)),
    )
    async with world.database.transaction() as session:
        session.add(statement)
        await session.flush()
        session.add_all(
            BankLine(
                id=uuid7(),
                statement_id=statement.id,
                account="main",
                key=str(number),
                number=number + 1,
                booked_on=booked_on,
                amount_pence=pence,
                currency="GBP",
                numbers=[],
                status=standing,
                matched_pence=matched,
            )
            for number, (standing, pence, matched, booked_on) in enumerate(lines)
        )
    client = await world.integration(Scope.INVOICES_READ)
    for login in (client, finance):
        shown = await reconciled(world, login, **{"from": day.isoformat()})
        (gbp,) = shown["currencies"]
        totals = {name: (gbp[name]["count"], gbp[name]["amount"]["amount"]) for name in BANK}
        assert totals == {
            "unmatched": (1, 1_000),
            "suggested": (1, 200),
            "part_confirmed": (1, 30),
            "unmatched_out": (2, 9_000_001),
            "suggested_out": (1, 400),
            "part_confirmed_out": (1, 10),
        }
    shown = await reconciled(world, finance, **{"from": day.isoformat()})
    await assert_explained(world, finance, shown, BANK)


@pytest.mark.requirement("R18")
async def test_as_csv(world: World) -> None:
    one = await bill(world)
    await one.pay(12_345)
    headers = one.finance.headers | {"accept": "text/csv"}
    answer = await world.client.get("/v1/reconciliation?from=2026-06-01", headers=headers)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="reconciliation.csv"' in answer.headers["content-disposition"]
    rows = list(csv.DictReader(StringIO(answer.text.removeprefix("\ufeff"), newline="")))
    assert tuple(rows[0]) == COLUMNS
    found = {row["item"]: (row["count"], row["amount"], row["amount_pence"]) for row in rows}
    assert found["opening"] == ("", "0.00", "0")
    assert found["paid"] == ("1", "123.45", "12345")
    assert found["closing"] == ("", "376.55", "37655")
    assert found["closing_due"] == ("", "376.55", "37655")
    assert found["closing_credit_balance"] == ("", "0.00", "0")
    (paid,) = [row for row in rows if row["item"] == "paid"]
    assert paid["list"] == "/v1/payments?kind=payment&recorded_from=2026-06-01&recorded_before=2026-06-02"
