"""Invoices, credit notes and receipts are sent again, marked as copies, and each letter shows what became of it."""

from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select
from uuid_utils.compat import uuid7

from app.domain.actors import StaffRole
from app.domain.workflow import Status
from app.models import Event
from app.samples import answers
from tests.routers.finance_stage import Bill, bill
from tests.routers.test_email_changes import attach_limits
from tests.world import Login, TestCentre, World


@pytest.fixture
async def centre(world: World) -> TestCentre:
    return await world.centre()


@pytest.fixture
async def issued(world: World, centre: TestCentre) -> Bill:
    """An invoice that was sent to the centre's finance contact."""
    application = await world.application(centre, Status.AWAITING_PAYMENT)
    await world.run_jobs()
    finance = await world.staff(StaffRole.FINANCE)
    return Bill(world, centre.id, UUID(application["id"]), UUID(application["invoice_id"]), finance)


async def _again(issued: Bill, login: Login | None = None, **body: Any) -> httpx.Response:
    headers = (login or issued.finance).headers
    return await issued.world.client.post(f"{issued.path}/copies", json=body, headers=headers)


async def test_who_may_send_again(world: World, centre: TestCentre, issued: Bill) -> None:
    assert (await world.client.post(f"{issued.path}/copies", json={})).status_code == 401
    assert (await _again(issued, (await world.centre()).super_user)).status_code == 404
    assert (await _again(issued, centre.super_user)).status_code == 403
    assert (await _again(issued, await world.staff(StaffRole.CENTRE_LEAD))).status_code == 403
    assert (await _again(issued, await world.staff(StaffRole.CUSTOMER_EXPERIENCE))).status_code == 202


async def test_the_entry_and_the_address_must_be_of_this_invoice(world: World, issued: Bill) -> None:
    other = await bill(world, (await world.centre()).id)
    elsewhere, reversed_ = await other.pay(), await issued.pay(100)
    reversal = await issued.reverse(reversed_)
    for entry in (elsewhere["id"], reversed_["id"], reversal["id"], str(uuid7())):
        refused = await _again(issued, entry_id=entry)
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "not_a_choice")
    refused = await _again(issued, invoice_address_id=str(uuid7()))
    assert refused.json()["errors"][0]["pointer"] == "/invoice_address_id"


async def test_ten_an_hour_about_an_invoice(world: World, issued: Bill) -> None:
    attach_limits(world)
    statuses = [(await _again(issued)).status_code for _ in range(12)]
    assert statuses[:10] == [202] * 10
    assert statuses[-1] == 429
    other = await bill(world, (await world.centre()).id)
    assert (await _again(other)).status_code == 202


@pytest.mark.requirement("R18")
async def test_each_document_is_sent_again_as_a_copy(world: World, centre: TestCentre, issued: Bill) -> None:
    contact = f"tom.becker@{answers.domain(centre.run)}"
    credit, payment = (await issued.credit(5_000)).json(), await issued.pay(20_000)
    await world.run_jobs()
    number = (await issued.shown())["number"]
    for entry, document, file in (
        (None, f"invoice {number}", f"Invoice {number} (copy).pdf"),
        (credit["id"], f"credit note {credit['credit_note_number']}", None),
        (payment["id"], "a receipt", None),
    ):
        sent = await _again(issued, entry_id=entry)
        assert sent.json()["recipients"] == [contact]
        await world.run_jobs()
        (mail,) = world.mail(subject=f"Copy of {document}")
        assert mail.to == (contact,)
        assert "This is not a new demand" in mail.text
        assert "Amount due today: £250.00" in mail.text
        (attached,) = mail.attachments
        assert attached.content.startswith(b"%PDF-")
        assert file in (None, attached.filename)
        letter = await world.get(f"/v1/letters/{sent.json()['letter_id']}", issued.finance)
        assert (letter["kind"], letter["status"]) == ("invoice_sent_again", "sent")
    async with world.database.transaction() as session:
        events = (await session.scalars(select(Event).where(Event.type == "invoice.sent_again"))).all()
    assert sorted(event.summary for event in events) == [
        f"Copy of a receipt for invoice {number} sent",
        f"Copy of credit note {credit['credit_note_number']} sent",
        f"Copy of invoice {number} sent",
    ]
    assert {event.public is None for event in events} == {True}


async def test_a_paid_invoice_is_sent_again_and_not_asked_for(world: World, issued: Bill) -> None:
    await issued.pay()
    await _again(issued)
    await world.run_jobs()
    (mail,) = world.mail(subject="Copy of invoice")
    assert "Do not pay it again." in mail.text
    assert "Sort code" not in mail.text


async def test_to_one_of_the_further_addresses(world: World, centre: TestCentre, issued: Bill) -> None:
    """Unless it is removed before the worker comes."""
    path = f"/v1/centres/{centre.id}/invoice-addresses"
    inbox = await world.post(path, {"email": "accounts@riverside.example.com"}, issued.finance)
    sent = await _again(issued, invoice_address_id=inbox["id"])
    assert sent.json()["recipients"] == [inbox["email"]]
    await world.run_jobs()
    (mail,) = world.mail(subject="Copy of invoice")
    assert mail.to == (inbox["email"],)
    sent = await _again(issued, invoice_address_id=inbox["id"])
    headers = issued.finance.headers | {"If-Match": inbox["etag"]}
    await world.client.delete(f"{path}/{inbox['id']}", headers=headers)
    await world.run_jobs()
    letter = await world.get(f"/v1/letters/{sent.json()['letter_id']}", issued.finance)
    assert letter["status"] == "not_needed"


async def test_the_letters_about_one_credit_note_or_payment(world: World, centre: TestCentre, issued: Bill) -> None:
    credit, payment = (await issued.credit(5_000)).json(), await issued.pay(20_000)
    await _again(issued, entry_id=credit["id"])
    path = f"{issued.path}/letters"
    other = await bill(world, (await world.centre()).id)

    async def listed(entry: str, login: Login) -> list[tuple[str, str]]:
        found = await world.get(f"{path}?entry_id={entry}", login)
        return [(letter["kind"], letter["status"]) for letter in found["items"]]

    queued = [("invoice_sent_again", "queued"), ("invoice_credited", "queued")]
    assert await listed(credit["id"], issued.finance) == queued
    assert await listed(credit["id"], centre.super_user) == queued
    assert await listed((await other.pay())["id"], issued.finance) == []
    await world.run_jobs()
    assert await listed(payment["id"], issued.finance) == [("payment_recorded", "sent")]
