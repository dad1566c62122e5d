"""A credit balance moves to another invoice of the same centre, and comes back when its payment is reversed (R18)."""

from typing import Any
from uuid import UUID

import pytest
from uuid_utils.compat import uuid7

from app.domain.actors import Scope, StaffRole
from app.domain.statuses import Status
from app.services.story import centre as centres_part
from tests.routers.finance_stage import FEE, Bill, at_once, bill, issue, passed
from tests.world import World

HALF = FEE // 2


async def _replaced(world: World) -> tuple[Bill, Bill]:
    """An invoice and the one that replaces it."""
    await world.staff(StaffRole.CENTRE_LEAD)
    one = await bill(world)
    return one, await one.replaced()


@pytest.mark.requirement("R18")
async def test_it_is_for_finance_and_its_systems(world: World) -> None:
    centre = await world.centre()
    one = await bill(world, centre.id)
    new = await one.replaced()
    body = {"amount": {"amount": 1, "currency": "GBP"}, "to_invoice_id": str(new.invoice_id)}
    assert (await world.client.post(f"{one.path}/allocations", json=body)).status_code == 401
    assert (await one.send("allocations", body, (await world.centre()).super_user)).status_code == 404
    assert (await one.send("allocations", body, centre.super_user)).status_code == 403
    await one.pay(1)
    writer = await world.integration(Scope.PAYMENTS_WRITE)
    assert (await one.send("allocations", body, writer)).status_code == 201


@pytest.mark.requirement("R18")
async def test_money_on_a_replaced_invoice_moves_and_opens_the_gate(world: World) -> None:
    one, new = await _replaced(world)
    await one.pay(FEE + 10)
    assert await one.stands() == {
        "status": "credited",
        "paid": FEE + 10,
        "credited": FEE,
        "credit_balance": FEE + 10,
    }
    assert (await one.application()).status is Status.AWAITING_PAYMENT
    answer = await one.move(HALF, new.invoice_id)
    assert answer.status_code == 201, answer.text
    assert (answer.json()["kind"], answer.json()["counterpart_invoice_id"]) == (
        "allocation_out",
        str(new.invoice_id),
    )
    assert await new.stands() == {"status": "part_paid", "paid": HALF, "due": HALF}
    assert (await one.move(HALF, new.invoice_id)).status_code == 201
    assert await new.stands() == {"status": "paid", "paid": FEE}
    assert (await one.application()).status is Status.IN_REVIEW
    assert (await one.stands())["credit_balance"] == 10


@pytest.mark.requirement("R18")
async def test_it_is_refused_beyond_the_balance_beyond_what_is_due_and_elsewhere(world: World) -> None:
    one, new = await _replaced(world)
    stranger = await bill(world)
    await one.pay(FEE + 10)

    async def refused(pence: int, to: UUID, **changes: Any) -> tuple[int, str]:
        answer = await one.move(pence, to, **changes)
        found = answer.json()
        return answer.status_code, found["errors"][0]["code"] if "errors" in found else found["code"]

    assert await refused(FEE + 11, new.invoice_id) == (409, "exceeds_credit_balance")
    assert await refused(FEE + 1, new.invoice_id) == (409, "allocation_exceeds_due")
    for elsewhere in (stranger.invoice_id, one.invoice_id, uuid7()):
        assert await refused(1, elsewhere) == (422, "unknown_invoice")
    euro = {"amount": {"amount": 1, "currency": "EUR"}}
    assert await refused(1, new.invoice_id, **euro) == (422, "wrong_currency")
    for amount in (0, -1, 1.5, "1"):
        assert (await refused(1, new.invoice_id, amount={"amount": amount, "currency": "GBP"}))[0] == 422
    assert await new.stands() == {"status": "issued", "due": FEE}


async def _second_application(world: World) -> tuple[Bill, Bill]:
    """A withdrawn application with money to be refunded, and the centre's next one, with an invoice."""
    await world.staff(StaffRole.CENTRE_LEAD)
    centre = await world.centre()
    one = await bill(world, centre.id)
    await one.pay(HALF)
    await world.play(centre, one.application_id, centres_part.withdraw)
    application = await passed(world, centre.id)
    invoice_id = await issue(world, application.id)
    return one, Bill(world, centre.id, application.id, invoice_id, one.finance)


@pytest.mark.requirement("R18")
async def test_it_moves_to_the_centres_next_application_and_back(world: World) -> None:
    one, new = await _second_application(world)
    assert (await one.move(HALF, new.invoice_id)).status_code == 201
    await new.pay(HALF)
    assert (await new.application()).status is Status.IN_REVIEW
    payment = (await one.shown())["entries"][0]
    await one.reverse(payment)
    assert await one.stands() == {"status": "credited", "credited": FEE}
    assert await new.stands() == {"status": "part_paid", "paid": HALF, "due": HALF}
    assert (await new.application()).due_at is None


@pytest.mark.requirement("R18")
async def test_moves_and_reversals_at_once_neither_deadlock_nor_lose_a_penny(world: World) -> None:
    one, new = await _second_application(world)
    payment = (await one.shown())["entries"][0]
    await new.pay(FEE + HALF)
    newest = (await new.shown())["entries"][0]
    answers = await at_once(
        *(one.move(100, new.invoice_id) for _ in range(3)),
        one.send(f"payments/{payment['id']}/reversal", {"reason": "Bounced."}),
        new.send(f"payments/{newest['id']}/reversal", {"reason": "Bounced."}),
        *(one.pay_back(50) for _ in range(2)),
    )
    assert {answer.status_code for answer in answers} <= {201, 409}, [answer.text for answer in answers]
    left, right = await one.stands(), await new.stands()
    refunded = sum(answer.json()["amount"]["amount"] for answer in answers[5:] if answer.status_code == 201)
    balance = sum(int(each.get("credit_balance", 0)) - int(each.get("due", 0)) for each in (left, right))
    assert balance == -FEE - refunded
