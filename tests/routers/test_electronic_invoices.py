"""The electronic invoice: served by `Accept`, kept at first need, and refused where it would not be valid (R18)."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import httpx
import pikepdf
import pytest
from sqlalchemy import select, text

from app.domain.actors import StaffRole
from app.domain.stored_files import IssuedKind
from app.domain.vat import VatCategory
from app.models import Invoice, IssuedFile
from app.settings import Fee, Supplier
from tests.pdf.pdf_reading import words
from tests.routers.finance_stage import Bill, at_once, bill, issue, passed
from tests.ubl.judges import broken, texts
from tests.world import World

XML, PDF = "application/xml", "application/pdf"


async def _read(one: Bill, accept: str = XML, **headers: str) -> httpx.Response:
    return await one.world.client.get(one.path, headers={**one.finance.headers, "Accept": accept, **headers})


async def _billed(world: World, **settings: Any) -> Bill:
    one = await bill(world)
    application = await passed(world)
    one.invoice_id = await issue(world, application.id, world.settings.model_copy(update=settings))
    return one


@pytest.mark.requirement("R18")
async def test_the_default_settings_make_a_valid_electronic_invoice(world: World) -> None:
    """Category E without a number of any kind broke BR-E-02 and BR-CO-26."""
    answer = await _read(await bill(world, purchase_order_number="PO-7788"))
    assert (answer.status_code, answer.headers["content-type"]) == (200, XML)
    assert answer.headers["content-disposition"] == 'attachment; filename="INV-2026-000001.xml"'
    assert broken(answer.content, peppol=False) == set()
    assert texts(answer.content, "cbc:CustomizationID") == ["urn:cen.eu:en16931:2017"]
    assert texts(answer.content, "cac:OrderReference/cbc:ID") == ["PO-7788"]
    assert texts(answer.content, ".//cac:PartyLegalEntity/cbc:CompanyID") == ["00000000", "01234567"]


async def test_a_registered_supplier_charges_vat_in_it(world: World) -> None:
    fee = Fee(amount_pence=50_005, vat_category=VatCategory.STANDARD, vat_rate_percent=Decimal(20))
    one = await _billed(world, fee=fee, supplier=Supplier(vat_number="GB980780684"))
    answer = await _read(one)
    assert broken(answer.content, peppol=False) == set()
    assert texts(answer.content, "cac:TaxTotal/cbc:TaxAmount") == ["100.01"]
    assert texts(answer.content, ".//cac:PartyTaxScheme/cbc:CompanyID") == ["GB980780684"]


async def test_only_who_reads_the_invoice_reads_its_xml(world: World) -> None:
    one = await bill(world)
    stranger = await world.centre()
    for headers, status in (({}, 401), (stranger.super_user.headers, 404)):
        assert (await world.client.get(one.path, headers={**headers, "Accept": XML})).status_code == status


async def test_the_same_bytes_are_served_for_ever(world: World) -> None:
    """Whoever asks first has it made, many at once have it made once, and money that comes later changes nothing."""
    one = await bill(world)
    answers = await at_once(*(_read(one) for _ in range(6)))
    assert len({answer.content for answer in answers}) == 1
    await one.pay(1_000)
    again = await _read(one)
    assert again.content == answers[0].content
    assert (await _read(one, **{"If-None-Match": again.headers["etag"]})).status_code == 304
    async with world.database.transaction() as session:
        (row,) = await session.scalars(select(IssuedFile).where(IssuedFile.kind == IssuedKind.ELECTRONIC_INVOICE))
    assert (row.subject_id, row.size_bytes) == (one.invoice_id, len(again.content))
    assert row.storage_key.endswith(".xml")
    await world.store.put(row.storage_key, b"<changed/>")
    assert (await _read(one)).json()["code"] == "document_damaged"


async def test_what_would_not_be_valid_is_refused_with_every_reason(world: World) -> None:
    """Development runs with such settings; production does not start with them."""
    fee = Fee(vat_category=VatCategory.STANDARD, vat_rate_percent=Decimal(20))
    refused = await _read(await _billed(world, fee=fee))
    assert (refused.status_code, refused.json()["code"]) == (409, "no_electronic_invoice")
    assert [each["rule"] for each in refused.json()["broken_rules"]] == ["BR-S-02"]


async def _as_of_release_1_5(world: World, invoice_id: object, **supplier: object) -> None:
    """Take away what that release did not keep."""
    async with world.database.transaction() as session:
        row = await session.get_one(Invoice, invoice_id)
        kept = {key: value for key, value in row.supplier.items() if key not in ("address", "electronic_address")}
        customer = {key: value for key, value in row.customer.items() if key != "country_code"}
        await session.execute(text("ALTER TABLE invoices DISABLE TRIGGER USER"))
        row.supplier, row.customer, row.tax_point = kept | supplier, customer, None
        await session.flush()
        await session.execute(text("ALTER TABLE invoices ENABLE TRIGGER USER"))


@pytest.mark.own_database
async def test_an_invoice_of_an_earlier_release_is_made_from_what_it_keeps(world: World) -> None:
    """Its supplier is free text: lines of an address, and numbers as somebody wrote them."""
    one = await _billed(world, fee=Fee(vat_category=VatCategory.EXEMPT, vat_exemption_reason="Group 6"))
    await _as_of_release_1_5(world, one.invoice_id, company_number=None)
    refused = await _read(one)
    assert [each["rule"] for each in refused.json()["broken_rules"]] == ["BR-CO-26", "BR-E-02"]
    await _as_of_release_1_5(world, one.invoice_id, vat_number="GB 980 7806 84")
    answer = await _read(one)
    assert broken(answer.content, peppol=False) == set()
    assert texts(answer.content, ".//cac:PostalAddress/cbc:PostalZone") == ["DE24 8BX", "DE1 2AB"]
    assert texts(answer.content, "cbc:TaxPointDate") == texts(answer.content, "cbc:IssueDate")
    shown = await one.shown()
    assert shown["tax_point"] == shown["issued_on"]
    assert (shown["supplier"]["address"], shown["customer"]["country_code"]) == (None, "GB")
    assert (await _read(one, "application/pdf")).content.startswith(b"%PDF")


def _attached(pdf: bytes) -> bytes:
    with pikepdf.open(BytesIO(pdf)) as read:
        (name,) = read.attachments
        found: bytes = read.attachments[name].get_file().read_bytes()
        return found


@pytest.mark.requirement("R18")
async def test_the_pdf_carries_the_same_bytes(world: World) -> None:
    """Whichever is asked for first."""
    first, second = await bill(world), await bill(world)
    xml = (await _read(first)).content
    assert _attached((await _read(first, PDF)).content) == xml
    pdf = (await _read(second, PDF)).content
    assert (await _read(second)).content == _attached(pdf) != xml


async def test_a_pdf_without_an_electronic_invoice_has_nothing_attached(world: World) -> None:
    one = await _billed(world, fee=Fee(vat_category=VatCategory.STANDARD, vat_rate_percent=Decimal(20)))
    answer = await _read(one, PDF)
    assert answer.status_code == 200
    with pikepdf.open(BytesIO(answer.content)) as read:
        assert len(read.attachments) == 0


@pytest.mark.requirement("R18")
async def test_a_credit_note_is_an_electronic_one_too(world: World) -> None:
    """It names the number and date of the invoice, is positive, and has its reason as a note."""
    one = await bill(world)
    credited = (await one.credit(12_345)).json()
    path = f"/v1/credit-notes/{credited['id']}"
    headers = {**one.finance.headers, "Accept": XML}
    answer = await world.client.get(path, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (200, XML)
    assert answer.headers["content-disposition"] == 'attachment; filename="CN-2026-000001.xml"'
    assert broken(answer.content, peppol=False) == set()
    reference = "cac:BillingReference/cac:InvoiceDocumentReference"
    assert texts(answer.content, f"{reference}/cbc:ID") == ["INV-2026-000001"]
    assert texts(answer.content, f"{reference}/cbc:IssueDate") == ["2026-06-01"]
    assert texts(answer.content, "cbc:Note") == ["Waived by agreement."]
    assert texts(answer.content, "cac:LegalMonetaryTotal/cbc:PayableAmount") == ["123.45"]
    pdf = await world.client.get(path, headers=headers | {"Accept": PDF})
    assert _attached(pdf.content) == answer.content
    await one.credit(5)
    assert (await world.client.get(path, headers=headers)).content == answer.content
    unread = await world.client.get(path, headers={"Accept": XML})
    assert unread.status_code == 401


async def test_a_credit_note_on_an_invoice_that_is_none_is_refused(world: World) -> None:
    one = await _billed(world, fee=Fee(vat_category=VatCategory.ZERO))
    credited = (await one.credit(1)).json()
    headers = {**one.finance.headers, "Accept": XML}
    refused = await world.client.get(f"/v1/credit-notes/{credited['id']}", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "no_electronic_invoice")


@pytest.mark.requirement("R18")
async def test_a_replacing_invoice_names_the_replaced_one_and_what_was_moved_to_it(world: World) -> None:
    """As on the day of issue: what is paid or allocated later is not prepaid. The tax point is that of the supply."""
    one = await bill(world)
    await one.pay(20_000)
    world.clock.move(timedelta(days=3))
    one.finance = await world.staff(StaffRole.FINANCE, new=True)
    lines = [{"description": name, "net": {"amount": 15_001, "currency": "GBP"}} for name in ("Fee", "Visit")]
    new = await one.replaced(lines=lines)
    await new.pay(1_000)
    answer = await _read(new)
    assert broken(answer.content, peppol=False) == set()
    reference = "cac:BillingReference/cac:InvoiceDocumentReference"
    assert texts(answer.content, f"{reference}/cbc:ID") == ["INV-2026-000001"]
    assert texts(answer.content, f"{reference}/cbc:IssueDate") == ["2026-06-01"]
    assert texts(answer.content, "cbc:TaxPointDate") == ["2026-06-01"]
    assert texts(answer.content, "cbc:IssueDate") == ["2026-06-04"]
    sums = [
        texts(answer.content, f"cac:LegalMonetaryTotal/cbc:{name}Amount")
        for name in ("TaxInclusive", "Prepaid", "Payable")
    ]
    assert sums == [["300.02"], ["200.00"], ["100.02"]]
    printed = (await _read(new, PDF)).content
    assert _attached(printed) == answer.content
    assert "Already paid on invoice INV-2026-000001 £200.00 Amount due £100.02" in words(printed)
    (note,) = [entry for entry in (await one.shown())["entries"] if entry["kind"] == "credit"]
    headers = {**one.finance.headers, "Accept": XML}
    credited = await world.client.get(f"/v1/credit-notes/{note['id']}", headers=headers)
    assert broken(credited.content, peppol=False) == set()
    assert texts(credited.content, "cac:LegalMonetaryTotal/cbc:PayableAmount") == ["500.00"]
