"""Refunds of a credit balance, each told once and never beyond it (R18)."""

from typing import Any

import pytest

from app.domain.actors import Scope, StaffRole
from app.services.story import centre as centres_part
from tests.routers.finance_stage import FEE, at_once, bill
from tests.world import World

HALF = FEE // 2
_KNOWN = {"external_system": "xero", "external_payment_id": "R-1"}


@pytest.mark.requirement("R18")
async def test_it_is_for_finance_and_its_systems(world: World) -> None:
    centre = await world.centre()
    one = await bill(world, centre.id)
    body = one.refund(1)
    assert (await world.client.post(f"{one.path}/refunds", json=body)).status_code == 401
    assert (await one.send("refunds", body, (await world.centre()).super_user)).status_code == 404
    assert (await one.send("refunds", body, centre.super_user)).status_code == 403
    assert (await one.send("refunds", body, await world.staff(StaffRole.CENTRE_LEAD))).status_code == 403
    no_key = await world.client.post(f"{one.path}/refunds", json=body, headers=one.finance.headers)
    assert (no_key.status_code, no_key.json()["code"]) == (400, "idempotency_key_required")
    await one.pay(FEE + 1)
    writer = await world.integration(Scope.PAYMENTS_WRITE)
    assert (await one.send("refunds", body, writer)).status_code == 201


@pytest.mark.requirement("R18")
@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"amount": {"amount": 1.5, "currency": "GBP"}}, "/amount/amount", None),
        ({"amount": {"amount": 0, "currency": "GBP"}}, "/amount/amount", None),
        ({"amount": {"amount": -1, "currency": "GBP"}}, "/amount/amount", None),
        ({"amount": {"amount": 1, "currency": "EUR"}}, "/amount/currency", "wrong_currency"),
        ({"refunded_on": "2099-01-01"}, "/refunded_on", "in_the_future"),
        ({"refunded_on": "2020-01-01"}, "/refunded_on", "too_early"),
        ({"external_system": "xero"}, "/external_payment_id", "both_or_neither"),
        ({"method": "pigeon"}, "/method", None),
    ],
)
async def test_a_wrong_refund_is_refused_by_field(
    world: World, changes: dict[str, Any], pointer: str, code: str | None
) -> None:
    one = await bill(world)
    await one.pay(FEE + 10)
    refused = await one.pay_back(1, **changes)
    assert refused.status_code == 422
    (fault,) = refused.json()["errors"]
    assert fault["pointer"] == pointer
    assert fault["code"] == (code or fault["code"])


@pytest.mark.requirement("R18")
async def test_never_more_than_the_credit_balance(world: World) -> None:
    one = await bill(world)
    await one.pay(FEE)
    none = await one.pay_back(1)
    assert (none.status_code, none.json()["code"]) == (409, "exceeds_credit_balance")
    assert none.json()["credit_balance"] == {"amount": 0, "currency": "GBP"}
    await one.pay(700)
    assert (await one.pay_back(701)).json()["credit_balance"]["amount"] == 700
    answer = await one.pay_back(700, note="Paid twice.")
    assert answer.status_code == 201
    entry = answer.json()
    assert (entry["kind"], entry["method"], entry["received_on"]) == ("refund", "bank_transfer", None)
    assert entry["refunded_on"] == world.clock().date().isoformat()
    assert await one.stands() == {"status": "paid", "paid": FEE + 700, "refunded": 700}
    (event,) = [event for event in await one.events() if event.type == "payment.refunded"]
    assert event.audit is not None
    assert event.public is not None
    assert event.audit["before"]["credit_balance"]["amount"] == 700
    assert event.audit["after"]["credit_balance"]["amount"] == 0
    assert event.public["refund_id"] == entry["id"]
    # A refund that comes back is a payment.
    await one.pay(700)
    assert await one.stands() == {"status": "paid", "paid": FEE + 1400, "refunded": 700, "credit_balance": 700}


@pytest.mark.requirement("R18")
async def test_the_same_refund_twice_is_one_and_another_amount_is_refused_by_name(world: World) -> None:
    one, other = await bill(world), await bill(world)
    await one.pay(FEE + 700)
    await other.pay(FEE + 700)
    first = await one.pay_back(500, **_KNOWN)
    again = await one.pay_back(500, **_KNOWN)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == again.json()["id"]
    assert (await one.stands())["refunded"] == 500
    for answer in (await one.pay_back(200, **_KNOWN), await other.pay_back(500, **_KNOWN)):
        assert (answer.status_code, answer.json()["code"]) == (409, "recorded_differently")
        assert answer.json()["payment_id"] == first.json()["id"]
        assert answer.json()["recorded"] == {"amount": 500, "currency": "GBP"}
    payment = await one.send("payments", one.payment(500, **_KNOWN))
    assert (payment.status_code, payment.json()["code"]) == (409, "recorded_differently")


@pytest.mark.requirement("R18")
async def test_a_payment_with_the_same_id_and_another_amount_is_refused_by_name(world: World) -> None:
    one = await bill(world)
    paid = await one.pay(HALF, **_KNOWN)
    same = await one.send("payments", one.payment(HALF, **_KNOWN))
    assert (same.status_code, same.json()["code"]) == (409, "payment_already_recorded")
    differs = await one.send("payments", one.payment(HALF + 1, **_KNOWN))
    assert (differs.status_code, differs.json()["code"]) == (409, "recorded_differently")
    assert (differs.json()["payment_id"], differs.json()["recorded"]["amount"]) == (paid["id"], HALF)
    refund = await one.pay_back(HALF, **_KNOWN)
    assert (refund.status_code, refund.json()["code"]) == (409, "recorded_differently")


@pytest.mark.requirement("R18")
async def test_a_withdrawal_after_a_part_payment_leaves_it_to_be_refunded(world: World) -> None:
    centre = await world.centre()
    one = await bill(world, centre.id)
    await one.pay(HALF)
    await world.play(centre, one.application_id, centres_part.withdraw)
    assert await one.stands() == {"status": "credited", "paid": HALF, "credited": FEE, "credit_balance": HALF}
    assert (await one.pay_back(HALF)).status_code == 201
    assert await one.stands() == {"status": "credited", "paid": HALF, "credited": FEE, "refunded": HALF}
    await one.pay(100)
    assert (await one.stands())["credit_balance"] == 100


@pytest.mark.requirement("R18")
async def test_a_withdrawal_gives_back_what_did_not_open_the_gate(world: World) -> None:
    """Nothing is due, but more than half was credited, so the review has not begun."""
    centre = await world.centre()
    one = await bill(world, centre.id)
    await one.pay(HALF - 1)
    await one.credit(HALF + 1)
    await world.play(centre, one.application_id, centres_part.withdraw)
    assert await one.stands() == {"status": "credited", "paid": HALF - 1, "credited": FEE, "credit_balance": HALF - 1}


@pytest.mark.requirement("R18")
async def test_concurrent_refunds_never_exceed_the_balance(world: World) -> None:
    one = await bill(world)
    await one.pay(FEE + 700)
    answers = await at_once(*(one.pay_back(300) for _ in range(4)), *(one.pay_back(100, **_KNOWN) for _ in range(3)))
    taken = [answer.json()["amount"]["amount"] for answer in answers if answer.status_code == 201]
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert (await one.stands())["refunded"] in (600, 700)
    assert len(taken) >= 2


@pytest.mark.requirement("R18")
async def test_a_withdrawal_after_the_whole_fee_credits_nothing(world: World) -> None:
    """The review has begun: whether to give any of it back is finance's decision."""
    centre = await world.centre()
    one = await bill(world, centre.id)
    await one.pay()
    await world.play(centre, one.application_id, centres_part.withdraw)
    assert await one.stands() == {"status": "paid", "paid": FEE}


async def test_finance_gives_back_what_was_paid_for_a_withdrawn_application(world: World) -> None:
    """Before it ends, only what is due is credited."""
    centre = await world.centre()
    one = await bill(world, centre.id)
    await one.pay()
    assert (await one.credit(1)).json()["code"] == "exceeds_due"
    await world.play(centre, one.application_id, centres_part.withdraw)
    assert {step["name"] for step in (await one.shown())["allowed_steps"]} == {"record_payment", "credit"}
    refused = await one.credit(FEE + 1)
    assert (refused.status_code, refused.json()["code"], refused.json()["due"]["amount"]) == (409, "exceeds_due", FEE)
    answers = await at_once(one.credit(HALF + 1), one.credit(HALF + 1))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert await one.stands() == {"status": "paid", "paid": FEE, "credited": HALF + 1, "credit_balance": HALF + 1}
    assert (await one.pay_back(HALF + 1)).status_code == 201
    assert (await one.application()).status == "withdrawn"


@pytest.mark.requirement("R18")
async def test_a_withdrawal_after_a_waiver_of_more_than_the_fee_credits_nothing(world: World) -> None:
    """A refund whose payments are reversed makes more due than was invoiced, and all of it can be waived."""
    centre = await world.centre()
    one = await bill(world, centre.id)
    payments = [await one.pay(), await one.pay()]
    assert (await one.pay_back(FEE)).status_code == 201
    for payment in payments:
        await one.reverse(payment)
    answer = await one.waive()
    assert answer.status_code == 201, answer.text
    stands = {"status": "waived", "refunded": FEE, "waived": 2 * FEE}
    assert await one.stands() == stands
    assert (await one.credit(1)).json()["code"] == "exceeds_due"
    await world.play(centre, one.application_id, centres_part.withdraw)
    assert await one.stands() == stands
