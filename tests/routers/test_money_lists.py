"""Lists of invoices, payments and credit notes: who sees what, and each filter (R18)."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from uuid_utils.compat import uuid7

from app.domain.actors import Scope, StaffRole
from app.models import Person
from tests.clock import MovableClock
from tests.routers.finance_stage import FEE, Bill, bill
from tests.world import Login, World

LISTS = ("/v1/invoices", "/v1/payments", "/v1/credit-notes")
HALF = FEE // 2


async def items(world: World, login: Login, path: str, **params: Any) -> list[dict[str, Any]]:
    answer = await world.client.get(path, headers=login.headers, params=params)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def numbers(one: Bill, **params: Any) -> list[str]:
    return [item["number"] for item in await items(one.world, one.finance, "/v1/invoices", **params)]


async def wait(one: Bill, **by: float) -> None:
    """Let time pass, and sign finance in again."""
    assert isinstance(one.world.clock, MovableClock)
    one.world.clock.move(timedelta(**by))
    async with one.world.database.transaction() as session:
        person = await session.get_one(Person, one.finance.id)
    one.finance.headers = (await one.world.log_in(person)).headers


async def refused(world: World, login: Login, path: str, **params: Any) -> httpx.Response:
    answer = await world.client.get(path, headers=login.headers, params=params)
    assert answer.status_code == 422, answer.text
    return answer


async def test_who_sees_what(world: World) -> None:
    centre, stranger = await world.centre(), await world.centre()
    one, other = await bill(world, centre.id), await bill(world)
    for each in (one, other):
        await each.pay(HALF)
        assert (await each.credit(HALF)).status_code == 201
    scopes = {
        "/v1/invoices": Scope.INVOICES_READ,
        "/v1/payments": Scope.PAYMENTS_READ,
        "/v1/credit-notes": Scope.CREDIT_NOTES_READ,
    }
    for path, scope in scopes.items():
        assert (await world.client.get(path)).status_code == 401
        writer = await world.integration(Scope.PAYMENTS_WRITE)
        assert (await world.client.get(path, headers=writer.headers)).status_code == 403
        for login, count in (
            (stranger.user, 0),
            (centre.user, 1),
            (await world.integration(scope), 2),
            (await world.staff(StaffRole.CUSTOMER_EXPERIENCE), 2),
        ):
            assert len(await items(world, login, path)) == count, (path, login.name)
            shown = await items(world, login, path, centre_id=str(centre.id))
            assert len(shown) == min(count, 1), (path, login.name)
            assert await items(world, login, path, updated_since="2000-01-01T00:00:00Z") or not count


async def test_wrong_filters_are_refused(world: World) -> None:
    finance = await world.staff(StaffRole.FINANCE)
    for path in LISTS:
        for name, value in (("updated_since", "yesterday"), ("external_system", "xero"), ("external_id", "1")):
            await refused(world, finance, path, **{name: value})
    await refused(world, finance, "/v1/payments", kind="credit")
    await refused(world, finance, "/v1/invoices", due_from="2026-02-30")
    answer = await world.client.get("/v1/payments", headers=finance.headers | {"accept": "application/pdf"})
    assert (answer.status_code, answer.json()["code"]) == (406, "not_acceptable")


async def test_whoever_asked_for_any_type_of_invoices_still_gets_json(world: World) -> None:
    """They did before there was a choice; only who refuses JSON by name is refused."""
    finance = await world.staff(StaffRole.FINANCE)
    for accept, status in (("text/html", 200), ("application/xml", 200), ("application/json;q=0", 406)):
        answer = await world.client.get("/v1/invoices", headers=finance.headers | {"accept": accept})
        assert (answer.status_code, answer.json().get("code")) == (status, "not_acceptable" if status == 406 else None)


@pytest.mark.requirement("R18")
async def test_invoices_by_number_due_day_and_payment(world: World) -> None:
    first = await bill(world)
    await wait(first, days=10)
    second = await bill(world)
    await first.pay()
    await wait(first, days=1)
    await second.pay(HALF)
    reversed_ = await second.pay(HALF)
    one, two = (await first.shown())["number"], (await second.shown())["number"]
    assert await numbers(first, number=two) == [two]
    assert await numbers(first, number=two[:-1]) == []
    due = (await first.shown())["due_on"]
    assert await numbers(first, due_before=(await second.shown())["due_on"]) == [one]
    assert await numbers(first, due_from=due) == [two, one]
    assert await numbers(first, due_from=due, status="paid", number=one) == [one]
    assert await numbers(first, paid_from="2026-06-12") == [two]
    assert await numbers(first, paid_before="2026-06-12") == [one]
    assert await numbers(first, paid_from="2026-06-01", paid_before="2026-07-01") == [two, one]
    assert await numbers(first, paid_from="2026-06-01", text=one) == [one]
    assert await numbers(first, paid_from="2026-06-01", status="issued") == []
    assert (await first.shown())["paid_at"] == "2026-06-11T09:00:00Z"
    await second.reverse(reversed_)
    assert await numbers(first, paid_from="2026-06-01") == [one]
    assert (await second.shown())["paid_at"] is None


async def test_invoices_by_who_owes(world: World) -> None:
    due, credit, settled = [await bill(world) for _ in range(3)]
    await due.pay(HALF)
    await credit.pay(FEE + 1)
    await settled.pay()
    named = {"due": due, "credit": credit}
    for more in (
        {},
        {"centre_id": None},
        {"updated_since": "2000-01-01T00:00:00Z"},
        {"due_from": "2026-01-01"},
        {"text": "INV"},
        {"overdue": "false"},
    ):
        for balance, one in named.items():
            params = {"balance": balance} | {key: value or str(one.centre_id) for key, value in more.items()}
            assert await numbers(due, **params) == [(await one.shown())["number"]], params
    assert await numbers(due, balance="credit", paid_from="2026-01-01") == [(await credit.shown())["number"]]
    for nothing in (
        {"balance": "due", "paid_from": "2026-01-01"},
        {"balance": "due", "status": "paid"},
        {"balance": "credit", "status": "issued"},
        {"balance": "credit", "overdue": "true"},
        {"overdue": "true", "status": "paid"},
    ):
        assert await numbers(due, **nothing) == [], nothing
    await refused(world, due.finance, "/v1/invoices", balance="both")


@pytest.mark.requirement("R18")
async def test_payments_with_their_reversals(world: World) -> None:
    one = await bill(world)
    kept = await one.pay(HALF, external_system="xero", external_payment_id="P-1", received_on="2026-05-30")
    await wait(one, days=1)
    bounced = await one.pay(HALF)
    reversal = await one.reverse(bounced)
    number = (await one.shown())["number"]
    shown = await items(world, one.finance, "/v1/payments")
    assert [item["id"] for item in shown] == [reversal["id"], bounced["id"], kept["id"]]
    assert [item["status"] for item in shown] == [None, "reversed", "recorded"]
    assert shown[1]["reversed_by_id"] == reversal["id"]
    assert {item["invoice_number"] for item in shown} == {number}

    async def ids(**params: Any) -> list[str]:
        return [item["id"] for item in await items(world, one.finance, "/v1/payments", **params)]

    assert await ids(kind="payment") == [bounced["id"], kept["id"]]
    assert await ids(kind=["payment", "reversal"], limit=1) == [reversal["id"]]
    assert await ids(kind="refund") == []
    assert await ids(status="reversed") == [bounced["id"]]
    assert await ids(status="recorded") == [kept["id"]]
    assert await ids(status="recorded", kind="reversal") == []
    assert await ids(external_system="xero", external_id="P-1") == [kept["id"]]
    assert await ids(external_system="sage", external_id="P-1") == []
    assert await ids(received_before="2026-06-01") == [kept["id"]]
    assert await ids(received_from="2026-05-01") == [bounced["id"], kept["id"]]
    assert await ids(recorded_before="2026-06-02") == [kept["id"]]
    assert await ids(recorded_from="2026-06-02", kind="reversal") == [reversal["id"]]
    assert await ids(invoice_number=number, kind="payment") == [bounced["id"], kept["id"]]
    assert await ids(invoice_number="INV-2026-999999") == []
    assert await ids(application_id=str(one.application_id), kind="reversal") == [reversal["id"]]
    assert await ids(application_id=str(uuid7())) == []


@pytest.mark.requirement("R18")
async def test_credit_notes_with_their_invoices(world: World) -> None:
    one, other = await bill(world), await bill(world)
    await one.pay(100)
    assert (await one.credit(200)).status_code == 201
    await wait(one, days=1)
    assert (await other.credit(300)).status_code == 201
    shown = await items(world, one.finance, "/v1/credit-notes")
    assert [(item["amount"]["amount"], item["issued_on"]) for item in shown] == [
        (300, "2026-06-02"),
        (200, "2026-06-01"),
    ]
    later, earlier = shown
    assert earlier["invoice_number"] == (await one.shown())["number"]
    for params, expected in (
        ({"number": earlier["number"]}, [earlier]),
        ({"invoice_number": later["invoice_number"]}, [later]),
        ({"centre_id": str(one.centre_id)}, [earlier]),
        ({"application_id": str(other.application_id)}, [later]),
        ({"issued_from": "2026-06-02"}, [later]),
        ({"issued_before": "2026-06-02"}, [earlier]),
        ({"updated_since": later["updated_at"]}, [later]),
    ):
        assert await items(world, one.finance, "/v1/credit-notes", **params) == expected, params
