"""Only money or a waiver opens the fee gate, and a waiver takes a second person (R18)."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import text

from app.domain.actors import Scope, StaffRole
from app.domain.statuses import Status
from tests.routers.finance_stage import FEE, Bill, at_once, bill
from tests.world import World

HALF = FEE // 2
_REASON = {"reason": "Agreed with the board."}


async def _status(one: Bill) -> Status:
    return (await one.application()).status


@pytest.mark.requirement("R18")
async def test_only_finance_waives_and_never_who_issued(world: World) -> None:
    centre = await world.centre()
    one = await bill(world, centre.id)
    path = f"{one.path}/waiver"
    assert (await world.client.post(path, json=_REASON)).status_code == 401
    stranger = await world.centre()
    assert (await one.send("waiver", _REASON, stranger.super_user)).status_code == 404
    assert (await one.send("waiver", _REASON, centre.super_user)).status_code == 403
    for scope in (Scope.INVOICES_WRITE, Scope.CREDIT_NOTES_WRITE, Scope.PAYMENTS_WRITE):
        assert (await one.send("waiver", _REASON, await world.integration(scope))).status_code == 403
    lead = await world.staff(StaffRole.CENTRE_LEAD)
    assert (await one.send("waiver", _REASON, lead)).status_code == 403
    assert (await one.send("waiver", {})).json()["errors"][0]["pointer"] == "/reason"
    no_key = await world.client.post(path, json=_REASON, headers=one.finance.headers)
    assert (no_key.status_code, no_key.json()["code"]) == (400, "idempotency_key_required")
    await one.credit(1)
    own = await one.waive(one.finance)
    assert (own.status_code, own.json()["code"]) == (403, "own_invoice")
    new = await one.replaced()
    for each in (one, new):
        own = await each.waive(one.finance)
        assert (own.status_code, own.json()["code"]) == (403, "own_invoice")
    shown = await new.shown()
    assert {step["name"]: step["code"] for step in shown["blocked_steps"]}["waive"] == "own_invoice"


@pytest.mark.requirement("R18")
async def test_a_waiver_of_what_is_due_opens_the_gate_and_tells_the_manager(world: World) -> None:
    await world.staff(StaffRole.CENTRE_LEAD)
    await world.staff(StaffRole.QUALITY_ASSURANCE_MANAGER)
    one = await bill(world)
    await one.pay(100)
    answer = await one.waive()
    assert answer.status_code == 201, answer.text
    assert (answer.json()["kind"], answer.json()["amount"]["amount"]) == ("waiver", FEE - 100)
    assert await one.stands() == {"status": "waived", "paid": 100, "waived": FEE - 100}
    assert await _status(one) is Status.IN_REVIEW
    assert (await one.happened())[-2:] == ["invoice.waived", "application.centre_lead_assigned"]
    (event,) = [event for event in await one.events() if event.type == "invoice.waived"]
    assert event.public is not None
    assert event.audit is not None
    assert event.public["amount"] == {"amount": FEE - 100, "currency": "GBP"}
    assert (event.audit["before"]["status"], event.audit["after"]["status"]) == ("part_paid", "waived")
    await world.run_jobs()
    (letter,) = world.mail(subject="was waived")
    assert "Agreed with the board." in letter.text
    again = await one.waive()
    assert (again.status_code, again.json()["code"]) == (409, "nothing_to_waive")
    kept = await one.reissue()
    assert (kept.status_code, kept.json()["code"]) == (409, "invoice_waived")


@pytest.mark.requirement("R18")
async def test_a_credit_note_alone_never_opens_the_gate(world: World) -> None:
    lead = await world.staff(StaffRole.CENTRE_LEAD)
    centre = await world.centre()
    one = await bill(world, centre.id)
    assert (await one.credit()).json()["invoice"]["status"] == "credited"
    assert (await one.application()).status is Status.AWAITING_PAYMENT
    path = f"/v1/applications/{one.application_id}"
    seen = await world.get(path, one.finance)
    assert seen["waiting_on"] == "finance"
    (blocked,) = [step for step in seen["blocked_steps"] if step["name"] == "receive_fee"]
    assert blocked["code"] == "fee_credited"
    assert "waive" in blocked["reason"]
    home = await world.get(f"/v1/centres/{centre.id}/home", centre.user)
    assert home["next_step_code"] == "wait_for_invoice"
    # Money for an invoice that asks nothing is the centre's, and opens nothing either.
    await one.pay()
    assert await one.stands() == {"status": "credited", "paid": FEE, "credited": FEE, "credit_balance": FEE}
    assert await _status(one) is Status.AWAITING_PAYMENT
    waived = await one.waive()
    assert (waived.status_code, waived.json()["amount"]["amount"]) == (201, 0)
    assert await one.stands() == {"status": "waived", "paid": FEE, "credited": FEE, "credit_balance": FEE}
    row = await one.application()
    assert (row.status, row.centre_lead_id) == (Status.IN_REVIEW, lead.id)


@pytest.mark.requirement("R18")
@pytest.mark.parametrize("first", ["payment", "credit"])
@pytest.mark.parametrize(("paid", "opens"), [(HALF, True), (HALF - 1, False), (1, False)])
async def test_one_person_reduces_the_fee_by_half_at_most(world: World, first: str, paid: int, opens: bool) -> None:
    """A penny and a credit note are no way round the second person, in either order."""
    one = await bill(world)
    if first == "payment":
        await one.pay(paid)
    assert (await one.credit(FEE - paid)).status_code == 201
    if first == "credit":
        await one.pay(paid)
    assert (await one.stands())["status"] == "paid"
    assert await _status(one) is (Status.IN_REVIEW if opens else Status.AWAITING_PAYMENT)
    if not opens:
        assert (await one.waive()).status_code == 201
        assert await _status(one) is Status.IN_REVIEW


@pytest.mark.requirement("R18")
async def test_a_reversed_payment_and_a_credit_note_do_not_open_it_again(world: World) -> None:
    await world.staff(StaffRole.CENTRE_LEAD)
    one = await bill(world)
    await one.reverse(await one.pay())
    assert (await one.happened())[-1] == "invoice.unpaid"
    await one.credit()
    seen = await world.get(f"/v1/applications/{one.application_id}", one.finance)
    assert (seen["status"], seen["waiting_on"]) == ("in_review", "finance")
    assert (await one.application()).due_at is None
    assert (await one.waive()).status_code == 201
    assert (await one.application()).due_at is not None


@pytest.mark.requirement("R18")
async def test_a_waiver_covers_what_it_waived_and_no_more(world: World) -> None:
    one = await bill(world)
    payment = await one.pay(HALF)
    await one.waive()
    await one.reverse(payment)
    assert await one.stands() == {"status": "issued", "waived": HALF, "due": HALF}
    assert (await one.credit(HALF + 1)).json()["due"]["amount"] == HALF


@pytest.mark.requirement("R18")
async def test_a_waiver_covers_no_later_credit_note(world: World) -> None:
    """A colleague waives a pound; then the payment bounces, and one person credits all the rest."""
    await world.staff(StaffRole.CENTRE_LEAD)
    one = await bill(world)
    payment = await one.pay(FEE - 100)
    await one.waive()
    await one.reverse(payment)
    await one.credit(FEE - 100)
    assert await one.stands() == {"status": "waived", "waived": 100, "credited": FEE - 100}
    seen = await world.get(f"/v1/applications/{one.application_id}", one.finance)
    assert (seen["status"], seen["waiting_on"]) == ("in_review", "finance")
    assert (await one.application()).due_at is None
    again = await one.waive()
    assert (again.status_code, again.json()["amount"]["amount"]) == (201, 0)
    assert (await one.application()).due_at is not None


_OLD_CREDIT = """INSERT INTO invoice_entries (id, invoice_id, sequence, kind, amount_pence, currency,
credit_note_number, reason, recorded_by_name, recorded_at) VALUES (gen_random_uuid(), :invoice, 1, 'credit', :pence,
'GBP', :number, 'Waived.', 'Finance', now())"""


@pytest.mark.requirement("R18")
async def test_what_a_credit_note_let_pass_before_stays_where_it_is(world: World) -> None:
    """A row as release 1.5.0 writes it; and a credit note of today on top of it is under today's rule."""
    await world.staff(StaffRole.CENTRE_LEAD)
    one, part = await bill(world), await bill(world)
    for each, pence in ((one, FEE), (part, HALF + 1)):
        async with world.database.transaction() as session:
            given: Mapping[str, Any] = {"invoice": each.invoice_id, "pence": pence, "number": f"CN-2025-{pence}"}
            await session.execute(text(_OLD_CREDIT), given)
    async with world.database.transaction() as session:
        moved = "UPDATE applications SET status = 'in_review' WHERE id = :id"
        await session.execute(text(moved), {"id": one.application_id})
    seen = await world.get(f"/v1/applications/{one.application_id}", one.finance)
    assert seen["waiting_on"] != "finance"
    assert "fee_credited" not in {step["code"] for step in seen["blocked_steps"]}
    await part.credit(HALF - 1)
    assert await _status(part) is Status.AWAITING_PAYMENT


@pytest.mark.requirement("R18")
async def test_two_people_waive_once(world: World) -> None:
    await world.staff(StaffRole.CENTRE_LEAD)
    one = await bill(world)
    colleagues = [await world.staff(StaffRole.FINANCE, new=True) for _ in range(2)]
    answers = await at_once(*(one.waive(each) for each in colleagues))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert await one.stands() == {"status": "waived", "waived": FEE}
