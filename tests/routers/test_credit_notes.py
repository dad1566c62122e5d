"""Credit notes and receipts: read, printed once and kept (R18)."""

import hashlib
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, select, update
from uuid_utils.compat import uuid7

from app.database import Work
from app.domain.actors import SYSTEM, Scope, StaffRole
from app.domain.stored_files import IssuedKind
from app.domain.vat import VatCategory
from app.domain.workflow import Status
from app.models import Application, Centre, Contact, HeldRole, Invoice, IssuedFile
from app.pdf.issued.credit_notes import credit_note_pdf
from app.pdf.issued.invoices import invoice_pdf
from app.queries.applications import lock_application
from app.queries.credit_notes import get_credit_note
from app.services.invoices.issue import invoice_again
from app.services.privacy.retention import retain
from app.services.stored_files.issued import issued_content
from app.settings import Fee
from tests.pdf.pdf_reading import words
from tests.pdf.pdf_standards import standard_faults
from tests.routers.finance_stage import FEE, Bill, bill, issue, passed
from tests.world import Login, TestCentre, World

PDF = {"Accept": "application/pdf"}


async def _credited(one: Bill, pence: int) -> str:
    answer = await one.credit(pence)
    assert answer.status_code == 201, answer.text
    return f"/v1/credit-notes/{answer.json()['id']}"


async def _days_later(one: Bill, days: int) -> None:
    """No access token lasts a day."""
    one.world.clock.move(timedelta(days=days))
    one.finance = await one.world.staff(StaffRole.FINANCE, new=True)


async def _vat_bill(world: World) -> Bill:
    """An invoice of £500.05 and 20 % VAT."""
    fee = Fee(amount_pence=50_005, vat_category=VatCategory.STANDARD, vat_rate_percent=Decimal("20"), sample=False)
    supplier = world.settings.supplier.model_copy(update={"vat_number": "GB980780684"})
    application = await passed(world, purchase_order_number="PO-7788")
    settings = world.settings.model_copy(update={"fee": fee, "supplier": supplier})
    invoice = await issue(world, application.id, settings)
    return Bill(world, application.centre_id, application.id, invoice, await world.staff(StaffRole.FINANCE))


async def _readers(world: World, centre: TestCentre) -> dict[str, Login]:
    return {
        "centre": centre.user,
        "stranger": (await world.centre()).super_user,
        "staff": await world.staff(StaffRole.CUSTOMER_EXPERIENCE),
        "invoices:read": await world.integration(Scope.INVOICES_READ),
        "credit_notes:read": await world.integration(Scope.CREDIT_NOTES_READ),
        "payments:read": await world.integration(Scope.PAYMENTS_READ),
        "events:read": await world.integration(Scope.EVENTS_READ),
    }


async def test_who_reads_a_credit_note_and_a_receipt(world: World) -> None:
    centre = await world.centre()
    one = await bill(world, centre.id)
    receipt = f"{one.path}/payments/{(await one.pay(100))['id']}/receipt"
    note = await _credited(one, 100)
    readers = await _readers(world, centre)
    refused = {"stranger": 404, "events:read": 404}
    for path, others in ((note, {"payments:read": 403}), (receipt, {"credit_notes:read": 403})):
        assert (await world.client.get(path)).status_code == 401
        for name, login in readers.items():
            answer = await world.client.get(path, headers=login.headers)
            assert answer.status_code == (refused | others).get(name, 200), (path, name)


async def test_only_a_credit_is_a_credit_note_and_only_a_payment_has_a_receipt(world: World) -> None:
    one, other = await bill(world), await bill(world)
    payment = await one.pay(100)
    credit = (await _credited(one, 100)).rpartition("/")[2]
    reversal = await one.reverse(payment)
    for entry in (payment["id"], reversal["id"], uuid7()):
        assert (await world.client.get(f"/v1/credit-notes/{entry}", headers=one.finance.headers)).status_code == 404
    for path in (
        f"{one.path}/payments/{credit}/receipt",
        f"{one.path}/payments/{reversal['id']}/receipt",
        f"{other.path}/payments/{payment['id']}/receipt",
    ):
        assert (await world.client.get(path, headers=one.finance.headers)).status_code == 404, path


async def test_another_media_type_is_406(world: World) -> None:
    one = await bill(world)
    note = await _credited(one, 100)
    headers = one.finance.headers | {"Accept": "text/csv"}
    assert (await world.client.get(note, headers=headers)).status_code == 406


@pytest.mark.requirement("R18")
async def test_credits_in_parts_take_back_net_and_vat_to_the_penny(world: World) -> None:
    one = await _vat_bill(world)
    notes = [await world.get(await _credited(one, pence), one.finance) for pence in (10_000, 1, 3, 50_002)]
    for note, pence in zip(notes, (10_000, 1, 3, 50_002), strict=True):
        assert note["net"]["amount"] + note["vat"]["amount"] == note["amount"]["amount"] == pence
        (line,) = note["lines"]
        (subtotal,) = note["vat_subtotals"]
        assert (line["net"], line["vat"]) == (note["net"], note["vat"]) == (subtotal["net"], subtotal["vat"])
        assert line["vat_rate_percent"] == subtotal["vat_rate_percent"]
        assert abs(note["vat"]["amount"] - note["net"]["amount"] / 5) <= 1
    assert (notes[0]["net"]["amount"], notes[0]["vat"]["amount"]) == (8_333, 1_667)
    assert sum(note["net"]["amount"] for note in notes) == 50_005
    assert sum(note["vat"]["amount"] for note in notes) == 10_001
    assert [note["number"] for note in notes] == [f"CN-2026-{number:06d}" for number in (1, 2, 3, 4)]


async def test_it_names_the_invoice_and_keeps_its_parties(world: World) -> None:
    one = await _vat_bill(world)
    invoice = await one.shown()
    await _days_later(one, 3)
    note = await world.get(await _credited(one, 10_000), one.finance)
    assert (note["invoice_id"], note["invoice_number"]) == (str(one.invoice_id), invoice["number"])
    assert (note["invoice_issued_on"], note["issued_on"]) == (invoice["issued_on"], "2026-06-04")
    for name in ("supplier", "customer", "purchase_order_number", "buyer_reference", "centre_id", "application_id"):
        assert note[name] == invoice[name], name
    assert note["application_reference"] == invoice["application_reference"]
    assert note["reason"] == "Waived by agreement."


async def test_its_pdf_is_issued_once_and_kept(world: World) -> None:
    one = await _vat_bill(world)
    note = await _credited(one, 10_000)
    first = await world.client.get(note, headers=one.finance.headers | PDF)
    assert (first.status_code, first.headers["content-type"]) == (200, "application/pdf")
    assert 'filename="CN-2026-000001.pdf"' in first.headers["content-disposition"]
    text = words(first.content)
    for expected in (
        "VAT credit note CN-2026-000001",
        "VAT number GB980780684",
        "Riverside College Limited",
        "This credit note reduces invoice INV-2026-000001 of 1 June 2026.",
        "Credited without VAT £83.33",
        "VAT credited £16.67",
        "Waived by agreement.",
    ):
        assert expected in text
    assert standard_faults(first.content) == set()
    row = await _kept(world, IssuedKind.CREDIT_NOTE)
    assert row.storage_key.startswith("credit-notes/")
    assert row.sha256 == hashlib.sha256(first.content).hexdigest()
    await _credited(one, 10_000)
    assert (await world.client.get(note, headers=one.finance.headers | PDF)).content == first.content
    await world.store.put(row.storage_key, b"%PDF changed")
    changed = await world.client.get(note, headers=one.finance.headers | PDF)
    assert (changed.status_code, changed.json()["code"]) == (503, "document_damaged")


async def _kept(world: World, kind: IssuedKind) -> IssuedFile:
    async with world.database.transaction() as session:
        return (await session.scalars(select(IssuedFile).where(IssuedFile.kind == kind))).one()


@pytest.mark.requirement("R18")
async def test_a_receipt_says_what_was_due_once_the_payment_was_recorded(world: World) -> None:
    """Whatever comes later, and even if it is printed only then."""
    one = await bill(world)
    before = await one.pay(10_000)
    await _credited(one, 5_000)
    payment = await one.pay(20_000, payer_reference="RIVERSIDE")
    await one.reverse(before)
    await one.pay(30_000)
    path = f"{one.path}/payments/{payment['id']}/receipt"
    answer = await world.client.get(path, headers=one.finance.headers)
    text = words(answer.content)
    for expected in (
        "Receipt £200.00",
        "Received on 1 June 2026",
        "RIVERSIDE",
        "Invoice total £500.00",
        "Received before, less refunds -£100.00",
        "Credited -£50.00",
        "This payment -£200.00",
        "Still due £150.00",
        "This receipt is not a VAT invoice.",
    ):
        assert expected in text
    assert standard_faults(answer.content) == set()
    assert (await _kept(world, IssuedKind.RECEIPT)).sha256 == hashlib.sha256(answer.content).hexdigest()
    part = await world.client.get(path, headers=one.finance.headers | {"Range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, b"%PDF")


async def test_an_overpayment_is_a_credit_balance_on_its_receipt(world: World) -> None:
    one = await bill(world)
    payment = await one.pay(FEE + 1_500)
    answer = await world.client.get(f"{one.path}/payments/{payment['id']}/receipt", headers=one.finance.headers)
    assert "Credit balance: received beyond what was due £15.00" in words(answer.content)


def _account(shown: dict[str, Any]) -> dict[str, Any]:
    (account,) = shown["accounts"]
    found: dict[str, Any] = account
    return found


async def test_who_reads_a_statement(world: World) -> None:
    centre = await world.centre()
    await bill(world, centre.id)
    path = f"/v1/centres/{centre.id}/statement"
    refused = {"stranger": 404, "events:read": 404, "credit_notes:read": 403, "payments:read": 403}
    assert (await world.client.get(path)).status_code == 401
    for name, login in (await _readers(world, centre)).items():
        answer = await world.client.get(path, headers=login.headers)
        assert answer.status_code == refused.get(name, 200), name
    unknown = await world.client.get(f"/v1/centres/{uuid7()}/statement", headers=(await world.staff()).headers)
    assert unknown.status_code == 404


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ({"to": "2026-06-02"}, "/to", "in_the_future"),
        ({"from": "2026-05-31", "to": "2026-05-30"}, "/from", "ends_before_start"),
        ({"from": "2026-06-02"}, "/from", "ends_before_start"),
        ({"from": "yesterday"}, "/from", "invalid_date"),
        ({"from_": "2026-05-01"}, "/from_", "unknown_parameter"),
    ],
)
async def test_a_wrong_period_is_422(world: World, query: dict[str, str], pointer: str, code: str) -> None:
    one = await bill(world)
    path = f"/v1/centres/{one.centre_id}/statement"
    answer = await world.client.get(path, params=query, headers=one.finance.headers)
    assert answer.status_code == 422, answer.text
    assert [(each["in"], each["pointer"], each["code"]) for each in answer.json()["errors"]] == [
        ("query", pointer, code)
    ]


async def test_more_lines_than_a_statement_has_room_for_are_422(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.domain.limits.STATEMENT_LINES", 2)
    one = await bill(world)
    path = f"/v1/centres/{one.centre_id}/statement"
    await one.pay(1)
    assert (await world.client.get(path, headers=one.finance.headers)).status_code == 200
    await one.pay(1)
    answer = await world.client.get(path, headers=one.finance.headers)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "lasts_too_long")


@pytest.mark.requirement("R18")
async def test_a_statement_has_every_movement_with_the_balance_after_it(world: World) -> None:
    centre = await world.centre()
    one = await bill(world, centre.id)
    path = f"/v1/centres/{centre.id}/statement"
    payment = await one.pay(20_000)
    await _days_later(one, 1)
    await _credited(one, 10_000)
    await one.pay(30_000)
    await _days_later(one, 1)
    await one.reverse(payment)
    async with world.database.transaction() as session:
        ended = await session.get_one(Application, one.application_id)
        ended._status, ended.closed_at = Status.REJECTED, world.clock()
    other = await bill(world, centre.id)
    whole = _account(await world.get(path, one.finance))
    assert [(line["kind"], line["on"]) for line in whole["lines"]] == [
        ("invoice", "2026-06-01"),
        ("payment", "2026-06-01"),
        ("credit", "2026-06-02"),
        ("payment", "2026-06-02"),
        ("reversal", "2026-06-03"),
        ("invoice", "2026-06-03"),
    ]
    balances = [
        (line["balance"]["due"]["amount"], line["balance"]["credit_balance"]["amount"]) for line in whole["lines"]
    ]
    assert balances == [(50_000, 0), (30_000, 0), (20_000, 0), (0, 10_000), (10_000, 0), (60_000, 0)]
    assert (whole["opening"]["due"]["amount"], whole["closing"]["due"]["amount"]) == (0, 60_000)
    assert [(each["number"], each["due"]["amount"]) for each in whole["unpaid"]] == [
        ("INV-2026-000001", 10_000),
        ("INV-2026-000002", 50_000),
    ]
    second = await world.get(f"{path}?from=2026-06-02&to=2026-06-02", one.finance)
    assert (second["from"], second["to"]) == ("2026-06-02", "2026-06-02")
    day = _account(second)
    assert (day["opening"]["due"]["amount"], day["closing"]["credit_balance"]["amount"]) == (30_000, 10_000)
    assert [line["debit"]["amount"] for line in day["lines"]] == [0, 0]
    assert [line["credit"]["amount"] for line in day["lines"]] == [10_000, 30_000]
    assert day["unpaid"] == []
    assert str(other.invoice_id) not in str(second)


async def test_a_statement_as_pdf(world: World) -> None:
    one = await bill(world)
    await one.pay(20_000)
    path = f"/v1/centres/{one.centre_id}/statement"
    answer = await world.client.get(path, headers=one.finance.headers | PDF)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    text = words(answer.content)
    assert "Payment on invoice INV-2026-000001, received on 1 June 2026 by bank transfer £200.00 £300.00" in text
    assert "On 1 June 2026 you owed £300.00." in text
    assert "This statement is not a VAT invoice." in text
    assert standard_faults(answer.content) == set()


async def test_a_centre_without_invoices_has_an_empty_statement(world: World) -> None:
    centre = await world.centre()
    async with world.database.transaction() as session:
        await session.execute(update(Centre).where(Centre.id == centre.id).values(name="한글 College"))
    path = f"/v1/centres/{centre.id}/statement"
    assert (await world.get(path, centre.user))["accounts"] == []
    answer = await world.client.get(path, headers=centre.user.headers | PDF)
    text = words(answer.content)
    assert "No invoice was issued by 1 June 2026." in text
    assert "□□ College" in text


async def test_a_new_invoice_names_the_one_that_it_replaces(world: World) -> None:
    one = await bill(world)
    await _credited(one, FEE)
    async with world.database.transaction() as session:
        application = await lock_application(session, one.application_id)
        again = await invoice_again(Work(session, SYSTEM, world.clock(), world.settings), application, FEE)
        path = f"/v1/invoices/{again.id}"
    text = words((await world.client.get(path, headers=one.finance.headers | PDF)).content)
    assert "This invoice replaces invoice INV-2026-000001 of 1 June 2026, which has been credited." in text
    stated = _account(await world.get(f"/v1/centres/{one.centre_id}/statement", one.finance))
    assert [line["kind"] for line in stated["lines"]] == ["invoice", "credit", "invoice"]
    assert stated["lines"][-1]["description"].endswith("which replaces invoice INV-2026-000001")


async def test_an_erasure_spares_what_tax_law_keeps(world: World) -> None:
    """Twenty years of nightly retention, too, after the contact to whom they are addressed has gone."""
    one = await bill(world)
    receipt = f"{one.path}/payments/{(await one.pay(100))['id']}/receipt"
    paths = (one.path, await _credited(one, 100), receipt)
    issued = [(await world.client.get(path, headers=one.finance.headers | PDF)).content for path in paths]
    async with world.database.transaction() as session:
        await session.execute(delete(HeldRole).where(HeldRole.centre_id == one.centre_id))
        await session.execute(update(Contact).where(Contact.centre_id == one.centre_id).values(ended_at=world.clock()))
    async with world.database.transaction() as session:
        await retain(Work(session, SYSTEM, world.clock() + timedelta(days=20 * 366), world.settings))
    admin = await world.staff(StaffRole.ADMINISTRATOR)
    body = {"email": "pat@riverside.example.com", "reason": "Asked for by letter."}
    erased = await world.client.post("/v1/personal-data-erasures", json=body, headers=admin.headers)
    assert erased.status_code == 200, erased.text
    async with world.database.transaction() as session:
        contact = (await session.scalars(select(Contact).where(Contact.centre_id == one.centre_id))).one()
    assert contact.last_name != "Jones"
    for path, content in zip(paths, issued, strict=True):
        answer = await world.client.get(path, headers=one.finance.headers | PDF)
        assert answer.content == content
        assert "Pat Jones" in words(content)


async def test_a_copy_is_marked_and_never_kept(world: World) -> None:
    one = await bill(world)
    note = await _credited(one, 100)
    original = (await world.client.get(note, headers=one.finance.headers | PDF)).content
    async with world.database.transaction() as session:
        work = Work(session, SYSTEM, world.clock(), world.settings)
        invoice = await session.get_one(Invoice, one.invoice_id)
        copies = [
            await invoice_pdf(work, invoice, copy=True),
            credit_note_pdf(work, await get_credit_note(session, UUID(note.rpartition("/")[2])), copy=True),
        ]
    for copy, expected in zip(copies, ("Still due £499.00", "Total credited (GBP) £1.00"), strict=True):
        content = await issued_content(world.database, world.store, copy)
        assert "Copy. This is " in words(content)
        assert expected in words(content)
        assert copy.file_name.endswith(" (copy).pdf")
        assert standard_faults(content) == set()
    assert (await world.client.get(note, headers=one.finance.headers | PDF)).content == original
    async with world.database.transaction() as session:
        kept = (await session.scalars(select(IssuedFile.kind))).all()
    assert IssuedKind.INVOICE not in kept
    assert kept.count(IssuedKind.CREDIT_NOTE) == 1
