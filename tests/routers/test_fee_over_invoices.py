"""The fee gate asks all invoices of an application together, and so does a waiver's second person (R18)."""

from datetime import timedelta
from typing import Any

import pytest

from app.domain.actors import StaffRole
from app.domain.statuses import Status
from tests.routers.closing_stage import Left, left
from tests.routers.finance_stage import FEE, Bill, bill
from tests.world import World

HALF = FEE // 2


async def _waits_for(one: Bill) -> str | None:
    seen = await one.world.get(f"/v1/applications/{one.application_id}", one.finance)
    waits_for: str | None = seen["waiting_on"]
    return waits_for


@pytest.mark.requirement("R18")
async def test_a_reopened_application_is_not_let_through_by_what_was_taken_back(world: World) -> None:
    """Most of the fee was paid before the closing, bounced after it, and one person credits it then."""
    await world.staff(StaffRole.CENTRE_LEAD)
    found = await left(world, Status.AWAITING_PAYMENT, idle=timedelta(days=31))
    first = _invoice(found, (await found.read())["invoice_id"])
    payment = await first.pay(40_000)
    await found.closed()
    reopened = (await found.send("reopening")).json()
    second = first.at(reopened["invoice_id"])
    await first.reverse(payment)
    assert (await first.credit(40_000)).status_code == 201
    await second.pay(10_000)
    seen = await found.read()
    assert (seen["status"], seen["waiting_on"]) == ("awaiting_payment", "finance")
    for each in (first, second):
        assert (await each.stands()).get("due") is None
    own = await second.waive(found.finance)
    assert (own.status_code, own.json()["code"]) == (403, "own_invoice")
    shown = await second.shown()
    assert {step["name"]: step["code"] for step in shown["blocked_steps"]}["waive"] == "own_invoice"
    assert (await first.waive()).json()["code"] == "nothing_to_waive"
    assert (await second.waive()).json()["amount"]["amount"] == 0
    assert (await found.read())["status"] == "in_review"


def _invoice(found: Left, invoice_id: str) -> Bill:
    one = Bill(found.world, found.centre.id, found.id, invoice_id, found.finance)  # type: ignore[arg-type]
    return one.at(invoice_id)


@pytest.mark.requirement("R18")
async def test_what_stays_paid_or_waived_on_the_old_invoice_counts(world: World) -> None:
    await world.staff(StaffRole.CENTRE_LEAD)
    waived, paid = await bill(world), await bill(world)
    payment = await waived.pay(20_000)
    assert (await waived.waive()).status_code == 201
    await waived.reverse(payment)
    again = await waived.come_back()
    assert await _waits_for(waived) == "centre"
    await again.pay(20_000)
    assert await _waits_for(waived) == "centre_lead"
    await paid.pay(HALF)
    again = await paid.come_back()
    # Half of the fee is paid, so one person may reduce the rest.
    assert (await again.credit(HALF)).status_code == 201
    assert (await paid.application()).status is Status.IN_REVIEW


@pytest.mark.requirement("R18")
async def test_a_waiver_of_an_old_invoice_covers_no_credit_note(world: World) -> None:
    """It counts as what it waives. Who waives a pound there has not seen what the last one asks."""
    await world.staff(StaffRole.CENTRE_LEAD)
    one = await bill(world)
    payment = await one.pay(40_000)
    again = await one.come_back()
    await one.reverse(payment)
    await one.credit(39_900)
    await again.pay(10_000)
    assert (await one.waive()).json()["amount"]["amount"] == 100
    assert (await one.application()).status is Status.AWAITING_PAYMENT
    assert (await again.waive()).json()["amount"]["amount"] == 0
    assert (await one.application()).status is Status.IN_REVIEW


@pytest.mark.requirement("R18")
async def test_a_waiver_covers_no_later_credit_note_on_another_invoice(world: World) -> None:
    await world.staff(StaffRole.CENTRE_LEAD)
    one = await bill(world)
    payment = await one.pay(40_000)
    again = await one.come_back()
    assert (await again.waive()).json()["amount"]["amount"] == 10_000
    assert await _waits_for(one) == "centre_lead"
    await one.reverse(payment)
    await one.credit(40_000)
    assert await _waits_for(one) == "finance"


@pytest.mark.requirement("R18")
async def test_an_invoice_of_the_release_before_still_takes_another_person(
    world: World, owners_connections: Any
) -> None:
    """Only its event says who issued it."""
    one = await bill(world)
    issued = f"UPDATE events SET actor_id = '{one.finance.id}' WHERE aggregate_id = '{one.invoice_id}'"
    async with owners_connections.transaction() as session:
        for statement in (
            "ALTER TABLE events DISABLE TRIGGER append_only",
            issued,
            "ALTER TABLE events ENABLE TRIGGER append_only",
        ):
            await session.driver.execute(statement)
    shown = await one.shown()
    assert {step["name"]: step["code"] for step in shown["blocked_steps"]}["waive"] == "own_invoice"
    (listed,) = (await world.get(f"/v1/invoices?application_id={one.application_id}", one.finance))["items"]
    assert "waive" in {step["name"] for step in listed["blocked_steps"]}
    assert (await one.waive(one.finance)).json()["code"] == "own_invoice"
    assert (await one.waive()).status_code == 201
