"""Payments and reversals, and the fee gate that they open and close (R18, R19)."""

from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from uuid_utils.compat import uuid7

from app.domain.actors import Scope, StaffRole
from app.domain.workflow import Status
from app.models import Application, CentreLeadAssignment, InvoiceEntry
from app.services.story import centre as centres_part
from tests.routers.finance_stage import FEE, Bill, at_once, bill
from tests.world import World

HALF = FEE // 2


async def test_only_finance_records_a_payment(world: World) -> None:
    centre, stranger = await world.centre(), await world.centre()
    one = await bill(world, centre.id)
    body = one.payment()
    headers = {"Idempotency-Key": "k"}
    assert (await world.client.post(f"{one.path}/payments", json=body, headers=headers)).status_code == 401
    assert (await one.send("payments", body, stranger.super_user)).status_code == 404
    assert (await one.send("payments", body, centre.super_user)).status_code == 403
    for role in set(StaffRole) - {StaffRole.FINANCE}:
        assert (await one.send("payments", body, await world.staff(role))).status_code == 403, role
    for scope in (Scope.INVOICES_READ, Scope.EVENTS_READ):
        refused = await one.send("payments", body, await world.integration(scope))
        assert refused.status_code == (403 if scope is Scope.INVOICES_READ else 404), scope
    assert (await one.shown())["entries"] == []
    paid = await one.send("payments", body, await world.integration(Scope.PAYMENTS_WRITE))
    assert paid.status_code == 201
    assert paid.json()["recorded_by_name"] == "Ledger"


async def test_an_unknown_invoice_and_another_invoices_payment_are_404(world: World) -> None:
    one, other = await bill(world), await bill(world)
    payment = await one.pay()
    reversal = await one.reverse(payment)
    elsewhere = Bill(world, one.centre_id, one.application_id, uuid7(), one.finance)
    assert (await elsewhere.send("payments", one.payment())).status_code == 404
    assert (await other.send(f"payments/{payment['id']}/reversal", {"reason": "No."})).status_code == 404
    assert (await one.send(f"payments/{reversal['id']}/reversal", {"reason": "No."})).status_code == 404


async def test_money_needs_an_idempotency_key(world: World) -> None:
    one = await bill(world)
    for part, body in (("payments", one.payment()), ("credit-notes", {})):
        refused = await world.client.post(f"{one.path}/{part}", json=body, headers=one.finance.headers)
        assert (refused.status_code, refused.json()["code"]) == (400, "idempotency_key_required")


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"amount": {"amount": 0, "currency": "GBP"}}, "/amount/amount", None),
        ({"amount": {"amount": -1, "currency": "GBP"}}, "/amount/amount", None),
        ({"amount": {"amount": 1.0, "currency": "GBP"}}, "/amount/amount", None),
        ({"amount": {"amount": 10**11, "currency": "GBP"}}, "/amount/amount", None),
        ({"amount": {"amount": 1, "currency": "EUR"}}, "/amount/currency", "wrong_currency"),
        ({"received_on": "2026-06-02"}, "/received_on", "in_the_future"),
        ({"received_on": None}, "/received_on", None),
        ({"method": "barter"}, "/method", None),
        ({"external_system": "xero"}, "/external_payment_id", "both_or_neither"),
        ({"external_payment_id": "p-1"}, "/external_payment_id", "both_or_neither"),
        ({"payer_reference": "two\nlines"}, "/payer_reference", None),
        ({"colour": "green"}, "/colour", None),
    ],
)
async def test_an_invalid_payment_is_refused_by_field(
    world: World, changes: dict[str, Any], pointer: str, code: str | None
) -> None:
    one = await bill(world)
    refused = await one.send("payments", one.payment(**changes))
    assert refused.status_code == 422, refused.text
    (fault,) = refused.json()["errors"]
    assert fault["pointer"] == pointer
    assert code in (None, fault["code"])


async def test_all_faults_against_the_invoice_are_reported_together(world: World) -> None:
    one = await bill(world)
    body = one.payment(amount={"amount": 1, "currency": "EUR"}, received_on="2027-01-01")
    faults = (await one.send("payments", body)).json()["errors"]
    assert [fault["pointer"] for fault in faults] == ["/amount/currency", "/received_on"]


async def test_a_repeat_is_replayed_and_an_external_payment_recorded_once(world: World) -> None:
    one, other = await bill(world), await bill(world)
    body = one.payment(HALF, external_system="xero", external_payment_id="p-1")
    first = await one.send("payments", body, key="k")
    again = await one.send("payments", body, key="k")
    assert (again.content, again.headers["idempotent-replayed"]) == (first.content, "true")
    assert (await one.send("payments", one.payment(1), key="k")).status_code == 422
    for another in (one, other):
        refused = await another.send("payments", body)
        assert (refused.status_code, refused.json()["code"]) == (409, "payment_already_recorded")
        assert refused.json()["payment_id"] == first.json()["id"]
        assert refused.json()["invoice_id"] == str(one.invoice_id)
    assert (await one.shown())["paid"]["amount"] == HALF
    assert (await other.shown())["paid"]["amount"] == 0


@pytest.mark.requirement("R18")
async def test_two_part_payments_open_the_gate_once(world: World) -> None:
    lead = await world.staff(StaffRole.CENTRE_LEAD)
    one = await bill(world)
    part = await one.pay(HALF, note="First of two.")
    assert part["invoice"]["status"] == "part_paid"
    assert part["invoice"]["due"] == {"amount": FEE - HALF, "currency": "GBP"}
    assert (await one.application()).status is Status.AWAITING_PAYMENT
    assert (await one.pay(FEE - HALF))["invoice"]["status"] == "paid"
    row = await one.application()
    assert (row.status, row.centre_lead_id) == (Status.IN_REVIEW, lead.id)
    assert row.due_at is not None
    assert await one.happened() == [
        "invoice.issued",
        "payment.recorded",
        "invoice.part_paid",
        "payment.recorded",
        "invoice.paid",
        "application.centre_lead_assigned",
    ]
    assert await one.mail() == [
        "invoice_issued",
        "initial_review_passed",
        "payment_recorded",
        "centre_lead_assigned",
        "payment_received",
    ]
    assigned = (await one.events())[-1]
    assert assigned.audit is not None
    assert assigned.audit["before"]["status"] == "awaiting_payment"
    assert assigned.audit["after"]["status"] == "in_review"


async def test_an_overpayment_is_a_credit_balance(world: World) -> None:
    await world.staff(StaffRole.CENTRE_LEAD)
    one = await bill(world)
    assert (await one.pay(FEE + 250))["invoice"]["credit_balance"]["amount"] == 250
    assert (await one.pay(100))["invoice"]["credit_balance"]["amount"] == 350
    shown = await one.shown()
    assert (shown["status"], shown["due"]["amount"], shown["paid"]["amount"]) == ("paid", 0, FEE + 350)
    assert (await one.happened()).count("invoice.paid") == 1
    assert (await one.happened()).count("application.centre_lead_assigned") == 1


@pytest.mark.requirement("R18")
async def test_a_reversed_payment_closes_the_gate_and_a_new_one_opens_it(world: World) -> None:
    lead = await world.staff(StaffRole.CENTRE_LEAD)
    manager = await world.staff(StaffRole.QUALITY_ASSURANCE_MANAGER)
    other = await world.staff(StaffRole.CENTRE_LEAD, new=True)
    one = await bill(world)
    payment = await one.pay()
    assigned = (await one.application()).centre_lead_id
    assert assigned in (lead.id, other.id)
    free = other if assigned == lead.id else lead
    reversal = await one.reverse(payment)
    assert reversal["reverses_id"] == payment["id"]
    assert reversal["invoice"] == {
        "status": "issued",
        "paid": {"amount": 0, "currency": "GBP"},
        "credited": {"amount": 0, "currency": "GBP"},
        "waived": {"amount": 0, "currency": "GBP"},
        "refunded": {"amount": 0, "currency": "GBP"},
        "due": {"amount": FEE, "currency": "GBP"},
        "credit_balance": {"amount": 0, "currency": "GBP"},
    }
    again = await one.send(f"payments/{payment['id']}/reversal", {"reason": "Again."})
    assert (again.status_code, again.json()["code"]) == (409, "already_reversed")
    assert again.json()["reversal_id"] == reversal["id"]
    address = f"/v1/applications/{one.application_id}"
    headers = await world.etag(address, manager)
    body = {"centre_lead_id": str(free.id)}
    blocked = await world.client.put(f"{address}/centre-lead", json=body, headers=headers)
    assert (blocked.status_code, blocked.json()["code"]) == (409, "invoice_unpaid")
    await one.pay()
    opened = await world.client.put(f"{address}/centre-lead", json=body, headers=await world.etag(address, manager))
    assert opened.status_code == 200, opened.text
    row = await one.application()
    assert (row.status, row.centre_lead_id) == (Status.IN_REVIEW, free.id)
    assert "payment_reversed" in await one.mail()
    listed = await world.get(f"{one.path}/payments", one.finance)
    assert [entry["kind"] for entry in listed["items"]] == ["payment", "reversal", "payment"]
    assert [entry["reversed_by_id"] for entry in listed["items"]] == [reversal["id"], None, None]


@pytest.mark.requirement("R05", "R18")
async def test_the_staff_deadline_pauses_while_a_reversed_payment_is_owed(world: World) -> None:
    await world.staff(StaffRole.CENTRE_LEAD)
    one = await bill(world)
    payment = await one.pay()
    due = (await one.application()).due_at
    await one.reverse(payment)
    assert (await one.application()).due_at is None
    await one.pay()
    row = await one.application()
    assert (row.status, row.due_at) == (Status.IN_REVIEW, due)


@pytest.mark.requirement("R19")
async def test_a_payment_without_an_available_lead_alerts_the_manager(world: World) -> None:
    one = await bill(world)
    await one.pay()
    row = await one.application()
    assert (row.status, row.centre_lead_id) == (Status.IN_REVIEW, None)
    assert (await one.happened())[-1] == "application.no_centre_lead_available"
    assert "no_centre_lead_available" in await one.mail()
    shown = await world.get(f"/v1/applications/{one.application_id}", one.finance)
    assert shown["waiting_on"] == "quality_assurance_manager"


async def test_a_payment_for_an_ended_application_is_recorded_but_moves_nothing(world: World) -> None:
    centre = await world.centre()
    one = await bill(world, centre.id)
    await world.play(centre, one.application_id, centres_part.withdraw)
    shown = await one.shown()
    assert (shown["status"], shown["due"]["amount"]) == ("credited", 0)
    paid = await one.pay()
    assert paid["invoice"]["credit_balance"]["amount"] == FEE
    assert (await one.application()).status is Status.WITHDRAWN
    assert "payment_received" not in await one.mail()
    assert (await one.happened())[-1] == "payment.recorded"


async def test_payment_events_have_amounts_and_no_person(world: World) -> None:
    await world.staff(StaffRole.CENTRE_LEAD)
    one = await bill(world)
    payment = await one.pay(payer_reference="PAT JONES")
    await one.reverse(payment)
    (recorded,) = [event for event in await one.events() if event.type == "payment.recorded"]
    assert recorded.public is not None
    assert recorded.public["payment_id"] == payment["id"]
    assert recorded.public["due"] == {"amount": 0, "currency": "GBP"}
    assert recorded.public["status"] == "paid"
    text = str([event.public for event in await one.events()])
    assert "Pat" not in text
    assert "PAT" not in text
    invoices_own = [event for event in await one.events() if event.aggregate_type == "invoice"]
    assert [event.sequence for event in invoices_own] == list(range(1, len(invoices_own) + 1))


async def test_whoever_can_read_the_invoice_can_read_its_payments(world: World) -> None:
    centre, stranger = await world.centre(), await world.centre()
    one = await bill(world, centre.id)
    await one.pay(HALF)
    address = f"{one.path}/payments"
    assert (await world.client.get(address)).status_code == 401
    assert (await world.client.get(address, headers=stranger.user.headers)).status_code == 404
    writer = await world.integration(Scope.PAYMENTS_WRITE)
    assert (await world.client.get(address, headers=writer.headers)).status_code == 403
    reader = await world.integration(Scope.INVOICES_READ)
    for login in (centre.user, reader, await world.staff(StaffRole.CUSTOMER_EXPERIENCE)):
        assert [entry["amount"]["amount"] for entry in (await world.get(address, login))["items"]] == [HALF]


async def test_concurrent_copies_of_an_external_payment_leave_one(world: World) -> None:
    await world.staff(StaffRole.CENTRE_LEAD)
    one, other = await bill(world), await bill(world)
    body = one.payment(external_system="xero", external_payment_id="p-1")
    answers = await at_once(*((one, other)[number % 2].send("payments", body) for number in range(8)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 7}
    (first,) = [answer.json()["id"] for answer in answers if answer.status_code == 201]
    assert {answer.json()["payment_id"] for answer in answers if answer.status_code == 409} == {first}
    async with world.database.transaction() as session:
        assert await session.scalar(select(func.count()).select_from(InvoiceEntry)) == 1


async def test_two_concurrent_halves_open_the_gate_once_and_add_up(world: World) -> None:
    await world.staff(StaffRole.CENTRE_LEAD)
    one = await bill(world)
    answers = await at_once(*(one.send("payments", one.payment(FEE // 5)) for _ in range(5)))
    assert [answer.status_code for answer in answers] == [201] * 5
    assert (await one.shown())["due"]["amount"] == 0
    assert Counter(await one.happened())["invoice.paid"] == 1
    assert await _assignments(world, one) == 1


async def test_concurrent_reversals_reverse_once(world: World) -> None:
    one = await bill(world)
    payment = await one.pay(HALF)
    address = f"payments/{payment['id']}/reversal"
    answers = await at_once(*(one.send(address, {"reason": "Bounced."}) for _ in range(4)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 3}
    assert (await one.shown())["due"]["amount"] == FEE


@pytest.mark.requirement("R19")
async def test_concurrent_payments_assign_leads_evenly(world: World) -> None:
    """Two concurrent payments must not both pick the same idle lead."""
    leads = {(await world.staff(StaffRole.CENTRE_LEAD, new=True)).id for _ in range(3)}
    bills = [await bill(world) for _ in range(6)]
    answers = await at_once(*(each.send("payments", each.payment()) for each in bills))
    assert [answer.status_code for answer in answers] == [201] * 6
    async with world.database.transaction() as session:
        chosen = Counter((await session.scalars(select(Application.centre_lead_id))).all())
    assert chosen == dict.fromkeys(leads, 2)


@pytest.mark.requirement("R19")
async def test_among_equally_busy_leads_the_longest_waiting_is_next(world: World) -> None:
    first, second = [(await world.staff(StaffRole.CENTRE_LEAD, new=True)).id for _ in range(2)]
    chosen: list[UUID | None] = []
    for _ in range(3):
        one = await bill(world)
        await one.pay()
        chosen.append((await one.application()).centre_lead_id)
        world.clock.move(timedelta(minutes=1))
        async with world.database.transaction() as session:
            ended = await session.get_one(Application, one.application_id)
            ended._status, ended.closed_at = Status.REJECTED, world.clock()
    assert chosen == [first, second, first]


async def _assignments(world: World, one: Bill) -> int:
    async with world.database.transaction() as session:
        found = await session.scalar(
            select(func.count()).where(CentreLeadAssignment.application_id == one.application_id)
        )
    return found or 0
