"""Staff close what a centre has abandoned, after a warning, and reopen it for a time."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import select, update

from app.domain.actors import StaffRole
from app.domain.sandbox import SandboxState
from app.domain.workflow import Status
from app.models import Email, Event, StaffMember
from app.services.story import centre as centres_part
from tests.routers.closing_stage import IDLE, REASON, REOPEN, WARNING, Left, left
from tests.world import World

_OVERDUE = timedelta(days=31)
_PARTS = ("closing-warning", "closure", "reopening")


async def _mail(world: World) -> list[str]:
    async with world.database.transaction() as session:
        return list(await session.scalars(select(Email.kind).order_by(Email.id)))


def _steps(shown: dict[str, Any]) -> tuple[set[str], dict[str, str]]:
    allowed = {step["name"] for step in shown["allowed_steps"]}
    return allowed, {step["name"]: step["code"] for step in shown["blocked_steps"]}


@pytest.mark.parametrize("part", _PARTS)
async def test_only_customer_experience_closes(world: World, client: httpx.AsyncClient, part: str) -> None:
    found = await left(world)
    assert (await client.post(f"{found.path}/{part}", json=REASON)).status_code == 401
    stranger = (await world.centre()).super_user
    assert (await found.send(part, login=stranger)).status_code == 404
    for login in (found.centre.super_user, found.finance, await world.staff(StaffRole.ADMINISTRATOR)):
        assert (await found.send(part, login=login)).status_code == 403
    assert (await found.send(part, {})).status_code == 422
    assert (await client.post(f"{found.path}/{part}", json=REASON, headers=found.staff.headers)).status_code == 428
    assert (await found.send(part, match='"0"')).status_code == 412


async def test_what_is_worked_on_is_not_closed(world: World) -> None:
    """Nor is it without a warning, nor before the warning's day."""
    found = await left(world, idle=IDLE - timedelta(days=1))
    early = await found.send("closing-warning")
    assert (early.status_code, early.json()["code"]) == (409, "not_abandoned")
    await found.wait(timedelta(days=1))
    unwarned = await found.send("closure")
    assert (unwarned.status_code, unwarned.json()["code"]) == (409, "closing_not_warned")
    assert [step["name"] for step in unwarned.json()["allowed_steps"]] == ["warn_of_closing"]
    warned = (await found.send("closing-warning")).json()
    assert warned["closing"]["closable_from"] == (world.clock() + WARNING).date().isoformat()
    again = await found.send("closing-warning")
    assert (again.status_code, again.json()["code"]) == (409, "closing_warning_runs")
    await found.wait(WARNING - timedelta(days=1))
    soon = await found.send("closure")
    assert (soon.status_code, soon.json()["code"]) == (409, "closing_warning_runs")
    assert _steps(await found.read())[1]["close"] == "closing_warning_runs"


async def test_whatever_the_centre_does_takes_the_warning_back(world: World) -> None:
    found = await left(world)
    await found.warned()
    assert (await found.read(found.centre.user))["closing"]["reason"] == REASON["reason"]
    address = f"{found.path}/details/history"
    body = {"legal_name": "Riverside Skills CIC"}
    await world.post(address, body, found.centre.user, match=address, method="PATCH")
    assert (await found.read())["closing"] is None
    late = await found.send("closure")
    assert (late.status_code, late.json()["code"]) == (409, "closing_not_warned")
    await found.wait(IDLE)
    assert (await found.closed())["status"] == "closed"


@pytest.mark.requirement("R17", "R24")
@pytest.mark.parametrize("status", [Status.DRAFT, Status.RETURNED])
async def test_a_draft_and_a_return_are_closed_and_reopened_where_they_were(world: World, status: Status) -> None:
    found = await left(world, status)
    closed = await found.closed()
    assert (closed["status"], closed["waiting_on"], closed["closed_at"] is not None) == ("closed", None, True)
    assert closed["closing"]["reopenable_until"] == (world.clock() + REOPEN).date().isoformat()
    assert _steps(closed) == ({"reopen"}, {})
    home = await world.get(f"/v1/centres/{found.centre.id}/home", found.centre.user)
    assert home["next_step_code"] == "apply_again"
    await found.wait(REOPEN)
    answer = await found.send("reopening", {"reason": "They called."})
    reopened = answer.json()
    assert (answer.status_code, reopened["status"], reopened["closed_at"]) == (200, status.value, None)
    assert reopened["closing"] is None
    kinds = await _mail(world)
    assert [kind for kind in kinds if kind.startswith("application_") and ("close" in kind or "open" in kind)] == [
        "application_to_be_closed",
        "application_closed",
        "application_closed_staff",
        "application_reopened",
    ]
    async with world.database.transaction() as session:
        rows = await session.scalars(select(Event).where(Event.aggregate_id == UUID(found.id)).order_by(Event.sequence))
        events = {row.type: row for row in rows}
    closing = events["application.closed"].audit
    assert closing is not None
    assert closing["before"] == {"status": status.value}
    assert closing["after"]["reason"] == REASON["reason"]


@pytest.mark.requirement("R17")
async def test_a_return_is_not_closed_before_its_answer_by_date_is_over(world: World) -> None:
    centre = await world.centre()
    application = await world.application(centre, Status.SUBMITTED)
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    answer_by = (world.clock() + 2 * IDLE).date()
    item = {"section": "application", "code": "unclear", "asked": "Say more.", "answer_by": answer_by.isoformat()}
    body = {"outcome": "return", "explanation": "Once more.", "items": [item]}
    await world.step(staff, application["id"], "reviews", body)
    found = Left(world, centre, application["id"], staff, await world.staff(StaffRole.FINANCE))
    await found.wait(IDLE)
    warned = (await found.send("closing-warning")).json()
    assert warned["closing"]["closable_from"] == (answer_by + timedelta(days=1)).isoformat()


@pytest.mark.requirement("R19")
async def test_a_return_of_the_centre_lead_goes_back_to_the_lead_after_reopening(world: World) -> None:
    centre = await world.centre()
    application = await world._bring(centre, SandboxState.RETURNED_BY_CENTRE_LEAD)
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    found = Left(world, centre, application["id"], staff, await world.staff(StaffRole.FINANCE))
    await found.wait(IDLE)
    await found.closed()
    assert (await found.send("reopening")).json()["status"] == "returned"
    await world.play(centre, found.id, centres_part.resubmit)
    assert (await found.read())["status"] == "in_review"


@pytest.mark.requirement("R19")
async def test_a_lead_who_left_while_it_was_closed_does_not_come_back_with_it(world: World) -> None:
    centre = await world.centre()
    application = await world._bring(centre, SandboxState.RETURNED_BY_CENTRE_LEAD)
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    found = Left(world, centre, application["id"], staff, await world.staff(StaffRole.FINANCE))
    await found.wait(IDLE)
    lead = (await found.closed())["centre_lead"]
    async with world.database.transaction() as session:
        theirs = StaffMember.person_id == UUID(lead["id"])
        await session.execute(update(StaffMember).where(theirs).values(deactivated_at=world.clock()))
    assert (await found.send("reopening")).json()["centre_lead"] is None
    await world.run_jobs()
    (mail,) = world.mail(subject=f"{lead['name']} is no longer a centre lead")
    assert application["reference"] in mail.text


async def test_it_is_reopened_within_the_time_only_and_never_beside_another(world: World) -> None:
    found = await left(world)
    early = await found.send("reopening")
    assert (early.status_code, early.json()["code"]) == (409, "step_not_allowed")
    await found.closed()
    other = await world.draft(found.centre)
    beside = await found.send("reopening")
    assert (beside.status_code, beside.json()["code"]) == (409, "application_open")
    assert beside.json()["application_id"] == other["id"]
    await world.play(found.centre, other["id"], centres_part.withdraw)
    await found.wait(REOPEN + timedelta(days=1))
    late = await found.send("reopening")
    assert (late.status_code, late.json()["code"]) == (409, "too_late_to_reopen")


@pytest.mark.requirement("R22")
async def test_a_name_that_changes_while_it_is_closed_stands_after_reopening(world: World) -> None:
    """So does a trading name; and an application that stays closed keeps the names that it ended with."""
    found = await left(world, Status.AWAITING_PAYMENT)
    await found.wait(_OVERDUE)
    await found.closed()

    async def rename(name: str, trading_name: str | None) -> None:
        names = {"name": name, "trading_name": trading_name, "reason": "Registered in February."}
        asked = await world.post(f"/v1/centres/{found.centre.id}/name-changes", names, found.centre.super_user)
        await world.post(f"/v1/name-changes/{asked['id']}/approval", {}, found.staff)

    await rename("Harbour Learning CIC", "Harbour Academy")
    assert (await found.send("reopening")).status_code == 200
    assert (await found.read())["centre_name"] == "Harbour Learning CIC"
    history = await world.get(f"{found.path}/details/history", found.centre.user)
    assert history["trading_name"] == "Harbour Academy"
    await found.wait(_OVERDUE)
    await found.closed()
    await found.wait(REOPEN + timedelta(days=1))
    await rename("Quayside Skills CIC", None)
    assert (await found.read())["centre_name"] == "Harbour Learning CIC"


async def test_the_application_of_a_recognised_centre_stays_closed(world: World) -> None:
    found = await left(world)
    await found.closed()
    await world.application(found.centre, Status.ACCEPTED)
    await found.wait(timedelta(0))
    answer = await found.send("reopening")
    assert (answer.status_code, answer.json()["code"]) == (409, "already_recognised")


@pytest.mark.requirement("R18")
async def test_closing_credits_the_invoice_and_reopening_invoices_again(world: World) -> None:
    """The credit note opens nothing: the gate waits for the new invoice."""
    found = await left(world, Status.AWAITING_PAYMENT, idle=timedelta(days=29))
    early = await found.send("closing-warning")
    assert (early.status_code, early.json()["code"]) == (409, "not_abandoned")
    await found.wait(timedelta(days=2))
    first = (await found.read())["invoice_id"]
    await found.closed()
    old = await world.get(f"/v1/invoices/{first}", found.finance)
    assert (old["status"], old["due"]["amount"]) == ("credited", 0)
    reopened = (await found.send("reopening")).json()
    assert (reopened["status"], reopened["waiting_on"]) == ("awaiting_payment", "centre")
    second = reopened["invoice_id"]
    assert second != first
    new = await world.get(f"/v1/invoices/{second}", found.finance)
    assert (new["status"], new["total"], new["lines"]) == ("issued", old["total"], old["lines"])
    assert new["number"] != old["number"]
    listed = await world.get(f"/v1/invoices?application_id={found.id}", found.finance)
    assert {invoice["id"] for invoice in listed["items"]} == {first, second}
    await pay(found, first, 100)
    assert (await found.read())["status"] == "awaiting_payment"
    await pay(found, second, new["due"]["amount"])
    assert (await found.read())["status"] == "in_review"
    assert "invoice_credited" in await _mail(world)


def payment(found: Left, pence: int, **changes: Any) -> dict[str, Any]:
    return {
        "amount": {"amount": pence, "currency": "GBP"},
        "method": "bank_transfer",
        "received_on": found.world.clock().date().isoformat(),
        **changes,
    }


async def pay(found: Left, invoice_id: str, pence: int, **changes: Any) -> dict[str, Any]:
    body = payment(found, pence, **changes)
    return await found.world.post(f"/v1/invoices/{invoice_id}/payments", body, found.finance)


@pytest.mark.requirement("R18")
async def test_a_fee_that_arrives_on_the_old_invoice_is_moved_to_the_new_one(
    world: World, client: httpx.AsyncClient
) -> None:
    """As docs/day-to-day.md tells finance: reverse it there and record it here, under another external id."""
    found = await left(world, Status.AWAITING_PAYMENT, idle=_OVERDUE)
    first = (await found.read())["invoice_id"]
    await found.closed()
    second = (await found.send("reopening")).json()["invoice_id"]
    fee = (await world.get(f"/v1/invoices/{second}", found.finance))["due"]["amount"]
    known = {"external_system": "xero", "external_payment_id": "b26fd49a"}
    paid = await pay(found, first, fee, **known)
    old = await world.get(f"/v1/invoices/{first}", found.finance)
    assert old["credit_balance"]["amount"] == fee
    assert (await found.read())["status"] == "awaiting_payment"
    moved = {"reason": "Meant for the new invoice, where it is recorded."}
    await world.post(f"/v1/invoices/{first}/payments/{paid['id']}/reversal", moved, found.finance)
    headers = {**found.finance.headers, "Idempotency-Key": str(uuid4())}
    again = await client.post(f"/v1/invoices/{second}/payments", json=payment(found, fee, **known), headers=headers)
    assert (again.status_code, again.json()["code"]) == (409, "payment_already_recorded")
    await pay(found, second, fee, **known | {"external_payment_id": "b26fd49a-moved"})
    assert (await found.read())["status"] == "in_review"
    for invoice_id in (first, second):
        shown = await world.get(f"/v1/invoices/{invoice_id}", found.finance)
        assert (shown["due"]["amount"], shown["credit_balance"]["amount"]) == (0, 0)
    letters = [kind for kind in await _mail(world) if kind.startswith("payment_")]
    assert letters == ["payment_recorded", "payment_reversed", "payment_received"]


@pytest.mark.requirement("R18")
async def test_what_was_paid_stays_paid_to_the_penny(world: World) -> None:
    """Only the rest is credited and invoiced again; a reversal on the old invoice keeps the gate closed."""
    found = await left(world, Status.AWAITING_PAYMENT, idle=_OVERDUE)
    first = (await found.read())["invoice_id"]
    total = (await world.get(f"/v1/invoices/{first}", found.finance))["total"]["amount"]
    paid = await pay(found, first, 12_345)
    await found.closed()
    reopened = (await found.send("reopening")).json()
    second = await world.get(f"/v1/invoices/{reopened['invoice_id']}", found.finance)
    assert second["total"]["amount"] == total - 12_345
    assert second["lines"][0]["description"].endswith(
        f"unpaid on invoice {(await world.get(f'/v1/invoices/{first}', found.finance))['number']}"
    )
    reversal = {"reason": "The bank took it back."}
    await world.post(f"/v1/invoices/{first}/payments/{paid['id']}/reversal", reversal, found.finance)
    await pay(found, second["id"], total - 12_345)
    assert (await found.read())["status"] == "awaiting_payment"
    home = await world.get(f"/v1/centres/{found.centre.id}/home", found.centre.user)
    assert home["next_step_code"] == "pay_invoice_again"
    assert (await _mail(world))[-1] == "payment_recorded"
    await pay(found, first, 12_345)
    assert (await found.read())["status"] == "in_review"
    assert (await _mail(world)).count("payment_received") == 1


async def test_what_is_given_back_after_closing_is_invoiced_again(world: World) -> None:
    """Otherwise reopening would ask for less than the fee."""
    found = await left(world, Status.AWAITING_PAYMENT, idle=_OVERDUE)
    first = (await found.read())["invoice_id"]
    total = (await world.get(f"/v1/invoices/{first}", found.finance))["total"]["amount"]
    await pay(found, first, 12_345)
    await found.closed()
    back = {"amount": {"amount": 12_345, "currency": "GBP"}}
    await world.post(f"/v1/invoices/{first}/credit-notes", back | {"reason": "To be refunded."}, found.finance)
    refund = {"method": "bank_transfer", "refunded_on": world.clock().date().isoformat()}
    await world.post(f"/v1/invoices/{first}/refunds", back | refund, found.finance)
    second = (await found.send("reopening")).json()["invoice_id"]
    assert (await world.get(f"/v1/invoices/{second}", found.finance))["due"]["amount"] == total
    await pay(found, second, total)
    assert (await found.read())["status"] == "in_review"


@pytest.mark.requirement("R16")
async def test_a_closing_that_races_with_the_submission_changes_nothing_or_wins(
    world: World, client: httpx.AsyncClient
) -> None:
    """One of the two is done; the other is told that the application has changed, and nothing is half done."""
    outcomes = set()
    for _ in range(4):
        centre = await world.centre()
        application = await world.ready(centre)
        staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
        found = Left(world, centre, application["id"], staff, await world.staff(StaffRole.FINANCE))
        await found.wait(IDLE)
        tag = (await found.warned())["etag"]
        submission = client.post(
            f"{found.path}/submissions",
            json={"declaration": True},
            headers={**centre.super_user.headers, "If-Match": (await found.read(centre.super_user))["etag"]},
        )
        submitted, closed = await asyncio.gather(submission, found.send("closure", match=tag))
        assert sorted([submitted.is_success, closed.is_success]) == [False, True]
        lost = closed if submitted.is_success else submitted
        assert lost.status_code == 412
        now = await found.read()
        assert now["status"] == ("submitted" if submitted.is_success else "closed")
        assert (now["closing"] is None) is submitted.is_success
        with_any = await found.send("closure", match="*")
        assert (with_any.status_code, with_any.json()["code"]) == (409, "step_not_allowed")
        outcomes.add(now["status"])
    assert outcomes <= {"submitted", "closed"}


async def test_two_people_close_once(world: World) -> None:
    found = await left(world)
    tag = (await found.warned())["etag"]
    answers = await asyncio.gather(*(found.send("closure", match=tag) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200, *[412] * 7]
    assert (await _mail(world)).count("application_closed") == 1


async def test_reopening_races_with_a_new_application(world: World, client: httpx.AsyncClient) -> None:
    """A centre has one application in progress, whoever comes first, and the other is told which."""
    for _ in range(4):
        found = await left(world)
        tag = (await found.closed())["etag"]
        start = client.post(f"/v1/centres/{found.centre.id}/applications", headers=found.centre.user.headers)
        started, reopened = await asyncio.gather(start, found.send("reopening", match=tag))
        assert sorted([started.is_success, reopened.is_success]) == [False, True]
        won, lost = (started, reopened) if started.is_success else (reopened, started)
        assert (lost.status_code, lost.json()["code"]) == (409, "application_open")
        assert lost.json()["application_id"] == won.json()["id"]
