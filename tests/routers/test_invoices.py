"""Invoices: issued once from a snapshot, numbered without gaps, read, printed and credited (R18)."""

import asyncio
import hashlib
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from uuid import UUID

import pytest
from pypdf import PdfReader
from sqlalchemy import select
from uuid_utils.compat import uuid7

from app.database import Work
from app.database_errors import RefusedByDatabase
from app.domain.actors import SYSTEM, Scope, StaffRole
from app.domain.invoices import InvoiceStatus
from app.domain.stored_files import IssuedKind
from app.domain.vat import VatCategory
from app.domain.workflow import Status
from app.models import Application, Contact, Invoice, IssuedFile, Person
from app.queries.applications import lock_application
from app.samples import answers
from app.services.invoices.issue import issue_invoice
from app.services.story import centre as centres_part
from app.settings import Fee
from tests.routers.finance_stage import FEE, Bill, at_once, bill, issue, passed
from tests.world import World

HALF = FEE // 2


async def test_finance_systems_staff_and_the_centre_can_read_an_invoice(world: World) -> None:
    centre, stranger = await world.centre(), await world.centre()
    one, _ = await bill(world, centre.id), await bill(world)
    assert (await world.client.get(one.path)).status_code == 401
    assert (await world.client.get("/v1/invoices")).status_code == 401
    assert (await world.client.get(one.path, headers=stranger.super_user.headers)).status_code == 404
    assert (await world.client.get(f"/v1/invoices/{uuid7()}", headers=one.finance.headers)).status_code == 404
    writer = await world.integration(Scope.PAYMENTS_WRITE)
    assert (await world.client.get("/v1/invoices", headers=writer.headers)).status_code == 403
    for login, count in (
        (stranger.user, 0),
        (centre.user, 1),
        (await world.integration(Scope.INVOICES_READ), 2),
        (await world.staff(StaffRole.CUSTOMER_EXPERIENCE), 2),
    ):
        assert len((await world.get("/v1/invoices", login))["items"]) == count
    assert (await one.shown(centre.user))["number"] == (await one.shown())["number"]


@pytest.mark.requirement("R18")
async def test_it_is_complete_and_names_the_current_finance_contact(world: World) -> None:
    one = await bill(world, purchase_order_number="PO-7788")
    shown = await one.shown()
    assert shown["number"] == shown["payment_reference"] == "INV-2026-000001"
    assert (shown["issued_on"], shown["due_on"]) == ("2026-06-01", "2026-07-01")
    assert (shown["purchase_order_number"], shown["buyer_reference"]) == ("PO-7788", "PO-7788")
    assert shown["customer"]["legal_name"] == "Riverside College Limited"
    assert shown["customer"]["contact"] == {
        "name": "Pat Jones",
        "email": "pat@riverside.example.com",
        "telephone": "+441332341822",
        "telephone_extension": None,
    }
    assert shown["supplier"]["name"] == world.settings.organisation.name
    assert shown["bank"]["sort_code"] == "00-00-00"
    assert shown["sample"] is True
    assert shown["due"] == shown["total"] == {"amount": FEE, "currency": "GBP"}
    (line,) = shown["lines"]
    assert (line["vat_category"], line["vat_rate_percent"]) == ("O", "0")
    assert line["exemption_reason"]
    assert line["unit_price"] == line["net"] == shown["net"]
    assert shown["tax_point"] == shown["issued_on"]
    assert shown["supplier"]["address"]["postcode"] == shown["supplier"]["address_lines"][-1] == "DE24 8BX"
    assert shown["supplier"]["address"]["country"] == shown["customer"]["country_code"] == "GB"
    assert (shown["supplier"]["electronic_address"], shown["customer"]["electronic_address"]) == (None, None)
    (subtotal,) = shown["vat_subtotals"]
    assert (subtotal["vat_category"], subtotal["net"], subtotal["vat"]) == ("O", shown["net"], shown["vat"])


async def test_an_issued_invoice_never_changes(world: World) -> None:
    one = await bill(world)
    before = await one.shown()
    async with world.database.transaction() as session:
        contact = await session.scalar(select(Contact))
        assert contact is not None
        contact.first_name = "Chris"
    assert await one.shown() == before
    with pytest.raises(RefusedByDatabase, match="append-only"):
        async with world.database.transaction() as session:
            (await session.get_one(Invoice, one.invoice_id)).total_pence = 1


async def test_without_a_purchase_order_the_buyer_reference_is_the_application_reference(world: World) -> None:
    one = await bill(world)
    shown = await one.shown()
    assert shown["purchase_order_number"] is None
    assert shown["buyer_reference"] == shown["application_reference"] != ""


async def test_an_invoice_is_issued_without_a_finance_contact(world: World) -> None:
    centre = await world.centre()
    assert (await (await bill(world, centre.id)).shown())["customer"]["contact"] is None


async def test_an_application_is_charged_once(world: World) -> None:
    one = await bill(world)
    assert await issue(world, one.application_id) == one.invoice_id
    assert (await one.happened()).count("invoice.issued") == 1
    assert await one.mail() == ["invoice_issued", "initial_review_passed"]


async def test_vat_is_charged_as_the_settings_say(world: World) -> None:
    fee = Fee(amount_pence=50_005, vat_category=VatCategory.STANDARD, vat_rate_percent=Decimal("20"), sample=False)
    application = await passed(world)
    await issue(world, application.id, world.settings.model_copy(update={"fee": fee}))
    (shown,) = (await world.get("/v1/invoices", await world.staff(StaffRole.FINANCE)))["items"]
    assert shown["total"]["amount"] == 60_006


async def test_a_zero_fee_opens_the_gate(world: World) -> None:
    """A zero invoice cannot be paid."""
    application = await passed(world)
    await issue(world, application.id, world.settings.model_copy(update={"fee": Fee(amount_pence=0)}))
    async with world.database.transaction() as session:
        assert (await session.get_one(Application, application.id)).status is Status.IN_REVIEW


@pytest.mark.requirement("R18")
async def test_the_whole_way_from_submission_to_the_centre_lead(world: World) -> None:
    """Services only: the review issues the invoice, and the payment assigns the centre lead."""
    centre = await world.centre()
    application = await world.application(centre, Status.IN_REVIEW)
    invoice = await world.get(f"/v1/invoices/{application['invoice_id']}", centre.user)
    assert invoice["status"] == "paid"
    assert invoice["customer"]["contact"]["email"] == f"tom.becker@{answers.domain(centre.run)}"
    assert application["centre_lead"] is not None


async def test_concurrent_issues_with_rollbacks_leave_no_gap(world: World) -> None:
    """Every fourth transaction fails after taking its number. The remaining numbers are 1 to n."""
    applications = [await passed(world) for _ in range(20)]

    async def one(index: int, application_id: UUID) -> None:
        async with world.database.transaction() as session:
            work = Work(session, SYSTEM, world.clock(), world.settings)
            await issue_invoice(work, await lock_application(session, application_id))
            if index % 4 == 0:
                raise RuntimeError("as when the power fails")

    await asyncio.gather(
        *(one(index, application.id) for index, application in enumerate(applications)), return_exceptions=True
    )
    async with world.database.transaction() as session:
        numbers = sorted((await session.scalars(select(Invoice.number))).all())
    assert numbers == [f"INV-2026-{number:06d}" for number in range(1, 16)]


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("application/pdf", "application/pdf"),
        ("application/json;q=0.5, application/pdf", "application/pdf"),
        ("application/pdf;q=0.2, application/*;q=0.3", "application/json"),
        ("application/json;q=0, */*", "application/pdf"),
    ],
)
async def test_the_preferred_representation_is_returned(world: World, accept: str | None, media_type: str) -> None:
    one = await bill(world)
    headers = one.finance.headers | ({"Accept": accept} if accept else {})
    answer = await world.client.get(one.path, headers=headers)
    assert answer.headers["content-type"] == media_type
    assert answer.headers["vary"] == "Accept"
    again = await world.client.get(one.path, headers=headers | {"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.headers["vary"]) == (304, "Accept")


async def test_an_unavailable_representation_is_406(world: World) -> None:
    one = await bill(world)
    for accept in ("text/html", "application/pdf;q=0, application/json;q=0"):
        refused = await world.client.get(one.path, headers={**one.finance.headers, "Accept": accept})
        assert (refused.status_code, refused.json()["code"]) == (406, "not_acceptable")


async def test_the_pdf_is_made_once_from_the_issued_invoice(world: World) -> None:
    one = await bill(world, purchase_order_number="PO-7788")
    headers = {**one.finance.headers, "Accept": "application/pdf"}
    first = await world.client.get(one.path, headers=headers)
    text = PdfReader(BytesIO(first.content)).pages[0].extract_text()
    for expected in ("INV-2026-000001", "Riverside College Limited", "Pat Jones", "PO-7788", "£500.00", "1 July 2026"):
        assert expected in text
    async with world.database.transaction() as session:
        row = (await session.scalars(select(IssuedFile).where(IssuedFile.kind == IssuedKind.INVOICE))).one()
    assert (row.subject_id, row.sha256) == (one.invoice_id, hashlib.sha256(first.content).hexdigest())
    assert b"".join([piece async for piece in await world.store.open(row.storage_key)]) == first.content
    await one.pay(HALF)
    assert (await world.client.get(one.path, headers=headers)).content == first.content
    await world.store.put(row.storage_key, b"%PDF changed")
    changed = await world.client.get(one.path, headers=headers)
    assert (changed.status_code, changed.json()["code"]) == (503, "document_damaged")


async def _ledgers(world: World) -> dict[str, Bill]:
    """One invoice for each possible ledger status."""
    await world.staff(StaffRole.CENTRE_LEAD)
    names = ("untouched", "part", "paid", "over", "reversed", "some_credit", "credited", "part_and_credit", "waived")
    bills = {}
    for name in names:
        bills[name] = await bill(world)
        world.clock.move(timedelta(minutes=1))
    await bills["part"].pay(HALF)
    await bills["paid"].pay()
    await bills["over"].pay(FEE + 1)
    await bills["reversed"].reverse(await bills["reversed"].pay())
    await bills["some_credit"].credit(HALF)
    await bills["credited"].credit()
    await bills["part_and_credit"].pay(HALF)
    await bills["part_and_credit"].credit(FEE - HALF)
    await bills["waived"].waive()
    return bills


async def test_the_list_filters_by_ledger_status(world: World) -> None:
    """The SQL status and the domain's status agree for every kind of ledger."""
    bills = await _ledgers(world)
    finance = await world.staff(StaffRole.FINANCE)

    async def ids(query: str) -> list[str]:
        return [item["id"] for item in (await world.get(f"/v1/invoices?limit=100&{query}", finance))["items"]]

    items = (await world.get("/v1/invoices?limit=100", finance))["items"]
    assert [item["id"] for item in items] == [str(one.invoice_id) for one in reversed(bills.values())]
    for status in InvoiceStatus:
        expected = [item["id"] for item in items if item["status"] == status.value]
        assert expected
        assert await ids(f"status={status}") == expected, status
    assert await ids("overdue=true") == []
    world.clock.move(timedelta(days=31))
    # No session outlasts a month.
    finance = await world.log_in(await _finance_person(world))
    late = (await world.get("/v1/invoices?limit=100", finance))["items"]
    overdue = [item["id"] for item in late if item["overdue"]]
    assert await ids("overdue=true") == overdue
    assert len(await ids("overdue=false")) == len(bills) - len(overdue)
    assert set(overdue) == {str(bills[name].invoice_id) for name in ("untouched", "part", "reversed", "some_credit")}


async def _finance_person(world: World) -> Person:
    finance = await world.staff(StaffRole.FINANCE)
    async with world.database.transaction() as session:
        return await session.get_one(Person, finance.id)


async def test_the_list_filters_by_text_ids_and_dates(world: World) -> None:
    one, other = await bill(world), await bill(world)
    finance = one.finance
    shown = await one.shown()

    async def numbers(query: str) -> list[str]:
        return [item["number"] for item in (await world.get(f"/v1/invoices?{query}", finance))["items"]]

    assert await numbers(f"text={shown['number'].lower()}") == [shown["number"]]
    assert await numbers(f"text={shown['application_reference']}") == [shown["number"]]
    assert await numbers("text=INV-2026-") == ["INV-2026-000002", "INV-2026-000001"]
    assert await numbers("text=%25") == []
    assert await numbers(f"centre_id={other.centre_id}") == ["INV-2026-000002"]
    assert await numbers(f"application_id={one.application_id}") == ["INV-2026-000001"]
    assert await numbers("issued_from=2026-06-02") == []
    assert len(await numbers("issued_from=2026-06-01&issued_to=2026-06-01")) == 2
    assert len(await numbers("issued_before=2026-06-02")) == 2
    assert await numbers("issued_before=2026-06-01") == []
    assert await numbers("issued_before=2026-06-02&issued_to=2026-05-31") == []
    first = await world.get("/v1/invoices?limit=1", finance)
    second = await world.get(f"/v1/invoices?limit=1&cursor={first['next_cursor']}", finance)
    assert [page["items"][0]["number"] for page in (first, second)] == ["INV-2026-000002", "INV-2026-000001"]
    assert second["next_cursor"] is None
    for query in ("status=late", "issued_from=yesterday", "colour=green", "cursor=x"):
        assert (await world.client.get(f"/v1/invoices?{query}", headers=finance.headers)).status_code == 422, query


async def test_listing_invoices_takes_a_constant_number_of_statements(world: World) -> None:
    finance = (await bill(world)).finance
    counts = []
    for _ in range(2):
        seen: list[str] = []
        stop = world.database.count_statements(seen)
        await world.get("/v1/invoices?status=issued", finance)
        stop()
        counts.append(len(seen))
        for _ in range(5):
            await bill(world)
    assert counts[0] == counts[1]


async def test_only_finance_credits_and_never_more_than_is_due(world: World) -> None:
    centre = await world.centre()
    one = await bill(world, centre.id)
    body = {"amount": {"amount": 1, "currency": "GBP"}, "reason": "Waived."}
    assert (await one.send("credit-notes", body, centre.super_user)).status_code == 403
    writer = await world.integration(Scope.PAYMENTS_WRITE)
    assert (await one.send("credit-notes", body, writer)).status_code == 403
    euro = {"amount": {"amount": 1, "currency": "EUR"}, "reason": "Waived."}
    assert (await one.send("credit-notes", euro)).json()["errors"][0]["code"] == "wrong_currency"
    assert (await one.send("credit-notes", {"amount": body["amount"]})).status_code == 422
    refused = await one.credit(FEE + 1)
    assert (refused.status_code, refused.json()["code"]) == (409, "exceeds_due")
    assert refused.json()["due"] == {"amount": FEE, "currency": "GBP"}
    first = await one.credit(HALF)
    assert first.json()["credit_note_number"] == "CN-2026-000001", "the refused ones took no number"
    assert first.json()["invoice"]["status"] == "issued"
    assert (await one.application()).status is Status.AWAITING_PAYMENT


async def test_a_credit_of_the_balance_settles_a_part_paid_invoice(world: World) -> None:
    one = await bill(world)
    await one.pay(FEE - HALF)
    assert (await one.credit(HALF)).json()["invoice"]["status"] == "paid"
    assert (await one.application()).status is Status.IN_REVIEW
    assert "invoice.voided" not in await one.happened()


async def test_a_withdrawal_credits_an_invoice_that_is_not_paid_in_full(world: World) -> None:
    centre = await world.centre()
    one = await bill(world, centre.id)
    await one.pay(HALF)
    await world.play(centre, one.application_id, centres_part.withdraw)
    shown = await one.shown()
    assert [entry["kind"] for entry in shown["entries"]] == ["payment", "credit"]
    assert (shown["status"], shown["credited"]["amount"], shown["due"]["amount"]) == ("credited", FEE, 0)
    assert shown["credit_balance"]["amount"] == HALF
    assert (await one.application()).status is Status.WITHDRAWN


async def test_concurrent_credits_never_exceed_the_amount_due(world: World) -> None:
    one = await bill(world)
    answers = await at_once(*(one.credit(HALF) for _ in range(4)))
    assert Counter(answer.status_code for answer in answers) == {201: 2, 409: 2}
    shown = await one.shown()
    assert [entry["credit_note_number"] for entry in shown["entries"]] == ["CN-2026-000001", "CN-2026-000002"]
    assert shown["due"]["amount"] == 0
