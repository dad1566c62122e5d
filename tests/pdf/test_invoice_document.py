"""The invoice: someone without a log-in can pay it (R18)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from pypdf.generic import ArrayObject

from app.domain.fees import FeeLine
from app.domain.vat import VatCategory
from app.pdf.invoice import InvoiceCopy, InvoiceDocument, ReplacedInvoice, render_invoice
from app.pdf.parts import InvoiceParty
from app.settings import AwardingOrganisation, Bank
from tests.pdf.pdf_reading import invisible_signs_in, is_tagged_in_british_english, links_in, metadata_of, read, words

ORGANISATION = AwardingOrganisation()
INVOICE = InvoiceDocument(
    number="INV-2026-000045",
    issued_on=date(2026, 12, 7),
    tax_point=date(2026, 12, 5),
    due_on=date(2027, 1, 6),
    supplier=InvoiceParty(
        name="AIM Qualifications and Assessment Group",
        address_lines=("3 Pride Point Drive", "Derby", "DE24 8BX"),
        contact_name=None,
        company_number="01234567",
        vat_number="GB123456789",
    ),
    customer=InvoiceParty(
        name="Riverside College",
        address_lines=("12 River Street", "Derby", "DE1 2AB"),
        contact_name="Pat Jones",
        company_number=None,
        vat_number=None,
    ),
    purchase_order_number=None,
    buyer_reference="CRA-2026-000123",
    replaces=None,
    lines=(
        FeeLine(
            description="Centre recognition fee",
            quantity=1,
            net_pence=50_005,
            vat_category=VatCategory.STANDARD,
            vat_rate_percent=Decimal("20.00"),
            vat_pence=10_001,
            exemption_reason=None,
        ),
    ),
    prepaid_pence=0,
    currency="GBP",
    bank=Bank(account_name="AIM", sort_code="12-34-56", account_number="12345678", sample=False),
    payment_reference="INV-2026-000045",
    terms="Payment is due within 30 days of the date of issue.",
    sample=False,
    copy=None,
    ubl_xml=None,
)


@pytest.mark.parametrize(
    "name", ["#panic()", "*Bold* _Ltd_ $x$ @ref <label>", "`raw` \\ // /* ] [ \" ' ~ -- …", "W" * 200]
)
def test_typed_text_is_printed_and_never_interpreted(name: str) -> None:
    invoice = replace(INVOICE, customer=replace(INVOICE.customer, name=name), purchase_order_number=name[:40])
    rendered = render_invoice(invoice, ORGANISATION)
    assert "".join(name.split()) in "".join(words(rendered).split())
    assert len(read(rendered).pages) == 1


def test_what_is_copied_has_no_invisible_characters_and_addresses_are_links() -> None:
    """A finance department copies names and references into its own system."""
    name = "Wolverhampton" * 12
    invoice = replace(INVOICE, customer=replace(INVOICE.customer, name=name), purchase_order_number="PO" * 30)
    rendered = render_invoice(invoice, ORGANISATION)
    copied = "".join(words(rendered).split())
    assert name in copied
    assert "PO" * 30 in copied
    assert name not in words(rendered), "it is on several lines"
    assert invisible_signs_in(rendered) == set()
    assert links_in(rendered) == {
        "https://www.aimgroup.org.uk",
        "mailto:enquiries@aimgroup.org.uk",
        "tel:01332341822",
    }


def test_a_long_number_of_a_finance_system_stays_on_the_sheet() -> None:
    """In the heading, as the payment reference and in the sums it is broken; the other two places have room."""
    number = "W" * 30
    replaces = ReplacedInvoice(number=number, issued_on=date(2026, 11, 2))
    invoice = replace(INVOICE, number=number, payment_reference=number, replaces=replaces, prepaid_pence=1)
    text = words(render_invoice(invoice, ORGANISATION))
    assert text.count(number) == 2
    assert "".join(text.split()).count(number) == 5


def test_everything_needed_to_pay_is_on_one_page() -> None:
    rendered = render_invoice(INVOICE, ORGANISATION)
    text = words(rendered)
    for expected in (
        "INV-2026-000045",
        "7 December 2026",
        "6 January 2027",
        "none given",
        "CRA-2026-000123",
        "£500.05",
        "£100.01",
        "£600.06",
        "S – Standard rate",
        "20%",
        "12-34-56",
        "12345678",
        "GB123456789",
        "For the attention of Pat Jones",
        "within 30 days",
        "01332 341822",
    ):
        assert expected in text
    assert len(read(rendered).pages) == 1
    assert "SAMPLE" not in text


def test_samples_say_so() -> None:
    assert "SAMPLE – do not pay" in words(render_invoice(replace(INVOICE, sample=True), ORGANISATION))


def test_purchase_order_number_is_printed_once() -> None:
    given = replace(INVOICE, purchase_order_number="PO-7788", buyer_reference="PO-7788")
    text = words(render_invoice(given, ORGANISATION))
    assert text.count("PO-7788") == 1
    assert "none given" not in text
    assert "Your reference" not in text


def test_it_carries_what_a_vat_invoice_must() -> None:
    """VAT Regulations 1995, reg. 14(1): each particular of each line, and the sums of each rate."""
    lines = (
        INVOICE.lines[0],
        replace(INVOICE.lines[0], description="Visits", quantity=3, net_pence=10_000, vat_pence=2_000),
        replace(
            INVOICE.lines[0],
            description="Insulation",
            net_pence=2_000,
            vat_rate_percent=Decimal("5"),
            vat_pence=100,
        ),
    )
    text = words(render_invoice(replace(INVOICE, lines=lines), ORGANISATION))
    for particular in (
        "VAT invoice",
        "Issued 7 December 2026",
        "Tax point 5 December 2026",
        "VAT number GB123456789",
        "Centre recognition fee 1 £500.05 20% £500.05 £100.01 £600.06",
        "Visits 3 £33.3333 20% £100.00 £20.00 £120.00",
        "Insulation 1 £20.00 5% £20.00 £1.00 £21.00",
        "S – Standard rate 20% £600.05 £120.01",
        "S – Standard rate 5% £20.00 £1.00",
        "Total without VAT £620.05",
        "VAT £121.01",
        "Total (GBP) £741.06",
    ):
        assert particular in text


def test_nothing_is_invented_for_a_supplier_who_is_not_registered() -> None:
    unregistered = replace(INVOICE.supplier, vat_number=None, company_number=None)
    outside = replace(
        INVOICE.lines[0],
        vat_category=VatCategory.OUTSIDE,
        vat_rate_percent=Decimal(0),
        vat_pence=0,
        exemption_reason="The supplier is not registered for VAT",
    )
    text = words(render_invoice(replace(INVOICE, supplier=unregistered, lines=(outside,)), ORGANISATION))
    for invented in ("VAT invoice", "VAT number", "Company number", "None"):
        assert invented not in text
    assert "O – Outside the scope of VAT: The supplier is not registered for VAT" in text


@pytest.mark.parametrize(
    ("number", "category", "name"),
    [
        ("GB123456789", VatCategory.STANDARD, "VAT invoice"),
        ("GB123456789", VatCategory.ZERO, "VAT invoice"),
        ("GB123456789", VatCategory.EXEMPT, "Invoice"),
        (None, VatCategory.STANDARD, "Invoice"),
        (None, VatCategory.ZERO, "Invoice"),
    ],
)
def test_only_a_registered_supplier_of_something_taxable_issues_a_vat_invoice(
    number: str | None, category: VatCategory, name: str
) -> None:
    supplier = replace(INVOICE.supplier, vat_number=number)
    line = replace(INVOICE.lines[0], vat_category=category)
    text = words(render_invoice(replace(INVOICE, supplier=supplier, lines=(line,)), ORGANISATION))
    assert f"{name} INV-2026-000045" in text
    assert ("VAT invoice" in text) is (name == "VAT invoice")


def test_it_names_the_invoice_that_it_replaces() -> None:
    replaces = ReplacedInvoice(number="INV-2026-000012", issued_on=date(2026, 11, 2))
    text = words(render_invoice(replace(INVOICE, replaces=replaces), ORGANISATION))
    assert "This invoice replaces invoice INV-2026-000012 of 2 November 2026, which has been credited." in text
    assert "replaces" not in words(render_invoice(INVOICE, ORGANISATION))


def test_what_was_moved_from_the_replaced_invoice_is_not_asked_for_again() -> None:
    """As in the XML (BT-113, BT-115), which says the same of the same invoice."""
    replaces = ReplacedInvoice(number="INV-2026-000012", issued_on=date(2026, 11, 2))
    text = words(render_invoice(replace(INVOICE, replaces=replaces, prepaid_pence=40_000), ORGANISATION))
    assert "Total (GBP) £600.06 Already paid on invoice INV-2026-000012 £400.00 Amount due £200.06" in text
    assert "Amount £200.06" in text
    assert "Already paid" not in words(render_invoice(INVOICE, ORGANISATION))


def test_an_invoice_says_how_to_pay_and_what_waits_for_it() -> None:
    """It may be issued again after the decision, when no application waits for it."""
    text = words(render_invoice(INVOICE, ORGANISATION))
    assert "Please quote the payment reference, so that we can match your payment to the application." in text
    assert "An application that is waiting for this fee does not proceed until the invoice has been paid." in text


@pytest.mark.parametrize(
    "settled",
    [
        replace(INVOICE, prepaid_pence=60_006),
        replace(INVOICE, lines=(replace(INVOICE.lines[0], net_pence=0, vat_pence=0),)),
        replace(
            INVOICE,
            copy=InvoiceCopy(
                as_of=date(2026, 12, 20),
                paid_pence=60_006,
                refunded_pence=0,
                credited_pence=0,
                waived_pence=0,
                due_pence=0,
            ),
        ),
    ],
)
def test_an_invoice_on_which_nothing_is_due_does_not_ask_for_money(settled: InvoiceDocument) -> None:
    text = words(render_invoice(settled, ORGANISATION))
    assert "Nothing is due on this invoice. Do not pay it." in text
    for asking in ("How to pay", "12-34-56", "Pay by"):
        assert asking not in text


@pytest.mark.parametrize("lines", [1, 22, 28])
def test_a_mark_across_the_sheet_spares_a_table_on_two_pages(lines: int) -> None:
    many = tuple(replace(INVOICE.lines[0], description=f"Line {number}") for number in range(lines))
    rendered = render_invoice(replace(INVOICE, lines=many, sample=True), ORGANISATION)
    assert is_tagged_in_british_english(rendered)
    assert words(rendered).count("SAMPLE") == len(read(rendered).pages) + 1


def test_an_exempt_line_gives_its_reason() -> None:
    exempt = replace(
        INVOICE.lines[0],
        vat_category=VatCategory.EXEMPT,
        vat_rate_percent=Decimal(0),
        vat_pence=0,
        exemption_reason="Value Added Tax Act 1994, Schedule 9, Group 6",
    )
    text = words(render_invoice(replace(INVOICE, lines=(exempt,)), ORGANISATION))
    assert "E – Exempt" in text
    assert "Value Added Tax Act 1994, Schedule 9, Group 6" in text
    assert "Total (GBP) £500.05" in text


def test_a_copy_says_so_and_shows_the_amount_still_due() -> None:
    copy = InvoiceCopy(
        as_of=date(2026, 12, 20),
        paid_pence=40_000,
        refunded_pence=0,
        credited_pence=10_000,
        waived_pence=0,
        due_pence=10_006,
    )
    rendered = render_invoice(replace(INVOICE, copy=copy), ORGANISATION)
    text = words(rendered)
    assert "Copy. This is invoice INV-2026-000045 as it was issued on 7 December 2026" in text
    assert "Paid until 20 December 2026 £400.00 Credited £100.00 Still due £100.06" in text
    assert "Amount £100.06" in text
    assert "COPY" in text
    assert "Waived" not in text
    assert "copy" not in words(render_invoice(INVOICE, ORGANISATION)).lower()
    metadata = read(rendered).metadata
    assert metadata is not None
    assert metadata.title == "Invoice INV-2026-000045 (copy)"


def test_the_machine_readable_invoice_is_inside() -> None:
    xml = '<?xml version="1.0" encoding="UTF-8"?><Invoice>Ŵ & #</Invoice>'
    reader = read(render_invoice(replace(INVOICE, ubl_xml=xml), ORGANISATION))
    assert reader.attachments["invoice.xml"] == [xml.encode()]
    files = reader.root_object["/AF"].get_object()
    assert isinstance(files, ArrayObject)
    assert files[0].get_object()["/AFRelationship"] == "/Alternative"


def test_it_is_accessible_archivable_and_reproducible() -> None:
    rendered = render_invoice(INVOICE, ORGANISATION)
    assert rendered == render_invoice(INVOICE, ORGANISATION)
    assert is_tagged_in_british_english(rendered)
    metadata = read(rendered).metadata
    assert metadata is not None
    assert metadata.title == "Invoice INV-2026-000045"
    assert b"pdfaid:part" in metadata_of(rendered)
