"""Every electronic invoice and credit note keeps the published rules. Tests that cover one by hand carry its name."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings

from app.domain.electronic_addresses import AddressScheme
from app.domain.fees import fee_line, with_vat
from app.domain.postal import PostalAddress
from app.domain.vat import VatCategory, VatTreatment
from app.settings import ElectronicInvoices
from app.ubl.document import Address, Document, Reference
from app.ubl.faults import faults_of
from app.ubl.writing import PLAIN, to_xml
from tests.ubl.documents import EXEMPT, INVOICE, STANDARD, credit_note, documents, not_registered
from tests.ubl.judges import broken, texts, written

ZERO = VatTreatment(VatCategory.ZERO, Decimal(0), None)
SEVERAL = replace(
    INVOICE,
    lines=with_vat(
        [
            fee_line("Fee", 50_003, STANDARD),
            fee_line("Visits", 10_000, STANDARD, 3),
            fee_line("Book", 999, ZERO),
            fee_line("Examination", 12_345, EXEMPT),
        ]
    ),
)


@pytest.mark.requirement("R18")
@pytest.mark.parametrize(
    "document",
    [
        INVOICE,
        SEVERAL,
        not_registered(INVOICE),
        credit_note(INVOICE, 90_006),
        credit_note(SEVERAL, 7, (3,)),
        credit_note(not_registered(SEVERAL), 100),
    ],
)
def test_what_the_product_issues_keeps_every_rule(document: Document) -> None:
    xml = written(document)
    assert broken(xml) == set()
    assert written(document) == xml, "the same document gives the same bytes"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents())
def test_any_document_keeps_every_rule(document: Document) -> None:
    """Registered or not, with several lines and rates, moved payments, odd names and no purchase order number."""
    assert broken(written(document), peppol=document.for_peppol) == set()


def _rid(xml: bytes, old: str, new: str) -> bytes:
    assert old.encode() in xml
    return xml.replace(old.encode(), new.encode())


@pytest.mark.parametrize(
    ("rule", "old", "new"),
    [
        ("BR-CO-15", ">900.06</cbc:TaxInclusiveAmount>", ">900.07</cbc:TaxInclusiveAmount>"),
        ("BR-CO-09", ">GB980780684</cbc:CompanyID>", ">980780684</cbc:CompanyID>"),
        ("PEPPOL-EN16931-R010", '<cbc:EndpointID schemeID="0088">5012345678900</cbc:EndpointID>', ""),
        ("PEPPOL-EN16931-R020", '<cbc:EndpointID schemeID="9932">GB980780684</cbc:EndpointID>', ""),
        ("PEPPOL-EN16931-R003", "<cbc:BuyerReference>PO-7788</cbc:BuyerReference>", ""),
    ],
)
def test_the_judges_catch_what_is_wrong(rule: str, old: str, new: str) -> None:
    """The positive control of all the others."""
    xml = written(replace(INVOICE, order_number=None))
    assert rule in broken(_rid(xml, old, new))


def _refused(document: Document) -> list[str]:
    return [fault.rule for fault in faults_of(document)]


def _unidentified(document: Document) -> Document:
    return replace(document, supplier=replace(document.supplier, vat_number=None, company_number=None))


@pytest.mark.parametrize("treatment", [STANDARD, ZERO, EXEMPT])
def test_BR_S_02_BR_Z_02_BR_E_02_vat_needs_the_suppliers_number(treatment: VatTreatment) -> None:
    """What the default settings of earlier releases made: category E, and no number of any kind."""
    lines = with_vat([fee_line("Fee", 50_000, treatment)])
    document = replace(INVOICE, lines=lines, supplier=replace(INVOICE.supplier, vat_number=None))
    rule = f"BR-{treatment.category}-02"
    assert _refused(document) == [rule]
    assert rule in broken(to_xml(document, ElectronicInvoices()))


def test_BR_CO_26_something_identifies_the_supplier() -> None:
    document = _unidentified(not_registered(INVOICE))
    assert _refused(document) == ["BR-CO-26"]
    assert "BR-CO-26" in broken(to_xml(document, ElectronicInvoices()))


def test_BR_O_02_nobodys_vat_number_stands_beside_category_o() -> None:
    """Neither the supplier's, of development settings, nor the customer's."""
    document = replace(not_registered(INVOICE), supplier=INVOICE.supplier)
    xml = written(document)
    assert texts(xml, ".//cac:PartyTaxScheme/cbc:CompanyID") == []
    assert broken(xml) == set()
    assert _refused(replace(document, supplier=replace(INVOICE.supplier, company_number=None))) == ["BR-CO-26"]


def test_BR_O_05_category_o_has_no_rate_and_BR_O_10_a_reason() -> None:
    xml = written(not_registered(INVOICE))
    assert texts(xml, ".//cbc:Percent") == []
    assert texts(xml, ".//cbc:TaxExemptionReason") == ["The supplier is not registered for VAT"]


def test_BR_O_11_category_o_stands_alone() -> None:
    document = replace(SEVERAL, lines=[*SEVERAL.lines, *not_registered(INVOICE).lines])
    assert _refused(document) == ["BR-O-11"]


def test_BR_E_01_and_UBL_SR_32_one_group_of_exempt_lines_has_one_reason() -> None:
    other = replace(EXEMPT, exemption_reason="Another reason")
    xml = written(replace(INVOICE, lines=with_vat([fee_line("A", 1_000, EXEMPT), fee_line("B", 500, other)])))
    assert texts(xml, ".//cbc:TaxExemptionReason") == [f"{EXEMPT.exemption_reason}; Another reason"]
    assert texts(xml, ".//cac:TaxSubtotal/cbc:TaxableAmount") == ["15.00"]


def test_BR_E_10_an_exemption_has_a_reason() -> None:
    lines = with_vat([fee_line("A", 1_000, replace(EXEMPT, exemption_reason=" "))])
    assert _refused(replace(INVOICE, lines=lines)) == ["BR-E-10"]


def test_BR_S_05_the_standard_rate_is_above_zero() -> None:
    lines = with_vat([fee_line("A", 1_000, replace(STANDARD, rate_percent=Decimal(0)))])
    assert _refused(replace(INVOICE, lines=lines)) == ["BR-S-05"]


def test_BR_11_a_country_that_is_not_known_is_not_invented() -> None:
    assert _refused(replace(INVOICE, customer=replace(INVOICE.customer, address=None))) == ["BR-11"]


def test_BR_08_and_BR_16_an_invoice_without_an_address_or_lines() -> None:
    document = replace(INVOICE, supplier=replace(INVOICE.supplier, address=None), lines=[])
    assert _refused(document) == ["BR-08", "BR-16"]


def test_BR_CO_10_to_BR_CO_16_the_sums() -> None:
    xml = written(SEVERAL)
    vat = sum(line.vat_pence for line in SEVERAL.lines)
    assert vat == 12_001
    assert texts(xml, "cac:TaxTotal/cbc:TaxAmount") == ["120.01"]
    assert texts(xml, ".//cac:TaxSubtotal/cbc:TaxAmount") == ["120.01", "0.00", "0.00"]
    sums = ("LineExtension", "TaxExclusive", "TaxInclusive", "Payable")
    shown = [text for name in sums for text in texts(xml, f"cac:LegalMonetaryTotal/cbc:{name}Amount")]
    assert shown == ["733.47", "733.47", "853.48", "853.48"]


def test_BR_CO_17_the_vat_of_a_rate_is_exact() -> None:
    """The rule allows a difference of almost a pound. Ours is none."""
    xml = written(replace(INVOICE, lines=with_vat([fee_line("A", 2, STANDARD), fee_line("B", 2, STANDARD)])))
    assert texts(xml, "cac:TaxTotal/cbc:TaxAmount") == ["0.01"]


def test_BR_CO_16_moved_payments_are_prepaid_as_on_the_day_of_issue() -> None:
    reference = Reference(number="INV-2026-000044", issued_on=INVOICE.issued_on)
    xml = written(replace(INVOICE, reference=reference, prepaid_pence=40_000))
    assert texts(xml, "cac:LegalMonetaryTotal/cbc:PrepaidAmount") == ["400.00"]
    assert texts(xml, "cac:LegalMonetaryTotal/cbc:PayableAmount") == ["500.06"]
    assert texts(xml, "cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID") == ["INV-2026-000044"]
    assert texts(xml, "cbc:InvoiceTypeCode") == ["380"], "PEPPOL-EN16931-P0112: 384 is for Germany only"
    assert broken(xml) == set()


def test_BR_27_a_credit_note_is_positive_and_names_its_invoice_and_reason() -> None:
    """No rule demands the number and date of the invoice; the VAT Regulations 1995, regulation 15C, do."""
    xml = written(credit_note(SEVERAL, 1_000, reason="A mistake in the amount.\nSorry."))
    path = "cac:BillingReference/cac:InvoiceDocumentReference"
    assert texts(xml, f"{path}/cbc:ID") + texts(xml, f"{path}/cbc:IssueDate") == ["INV-2026-000045", "2026-12-07"]
    assert texts(xml, "cbc:CreditNoteTypeCode") == ["381"]
    assert texts(xml, "cbc:Note") == ["A mistake in the amount.\nSorry."], "PEPPOL-EN16931-R002: one note at most"
    amounts = texts(xml, ".//cac:CreditNoteLine/cbc:LineExtensionAmount") + texts(xml, ".//cbc:PriceAmount")
    assert amounts
    assert all(Decimal(text) >= 0 for text in amounts)
    assert texts(xml, "cac:LegalMonetaryTotal/cbc:PayableAmount") == ["10.00"]


def test_BR_CO_25_a_due_date_and_terms_are_always_given() -> None:
    """Fatal in release 1.3.14 of the rules; gone in 1.3.16."""
    xml, credited = written(INVOICE), written(credit_note(INVOICE, 100))
    assert texts(xml, "cbc:DueDate") == ["2027-01-06"]
    assert texts(xml, "cac:PaymentTerms/cbc:Note") == [INVOICE.terms]
    assert texts(credited, "cac:PaymentTerms/cbc:Note") == ["This credit note is set against invoice INV-2026-000045."]


def test_PEPPOL_EN16931_R120_a_price_is_not_rounded_to_pence() -> None:
    xml = written(replace(INVOICE, lines=with_vat([fee_line("Visits", 10_000, STANDARD, 3)])))
    assert texts(xml, ".//cbc:PriceAmount") == ["33.333333"]
    assert texts(xml, ".//cbc:InvoicedQuantity") == ["3"]


def test_BT_155_a_line_names_the_suppliers_item() -> None:
    """Nominal codes and tracking categories stay out: BT-133 is for the code of the customer's books, not ours."""
    coded = replace(INVOICE, lines=[replace(line, item_code="CRF") for line in SEVERAL.lines])
    path = ".//cac:Item/cac:SellersItemIdentification/cbc:ID"
    for document in (coded, credit_note(coded, 1_000)):
        xml = written(document)
        assert set(texts(xml, path)) == {"CRF"}
        assert broken(xml) == set()
    assert texts(written(INVOICE), path) == []


def test_the_tax_point_is_bt_7() -> None:
    point = INVOICE.issued_on.replace(day=1)
    for document in (INVOICE, credit_note(INVOICE, 100)):
        xml = written(replace(document, tax_point=point))
        assert texts(xml, "cbc:TaxPointDate") == ["2026-12-01"]
        assert broken(xml) == set()


EMAIL = Address(scheme=AddressScheme.EMAIL, id="accounts@example.com")


@pytest.mark.parametrize("address", [None, EMAIL])
@pytest.mark.parametrize("made", [lambda document: document, lambda document: credit_note(document, 100)])
def test_PEPPOL_EN16931_CL008_without_an_address_for_peppol_it_is_plain_en_16931(
    address: Address | None, made: Callable[[Document], Document]
) -> None:
    """The document says that it is not for Peppol; no address is invented to make it one."""
    document = made(replace(INVOICE, customer=replace(INVOICE.customer, electronic_address=address)))
    xml = written(document)
    assert texts(xml, "cbc:CustomizationID") == [PLAIN]
    assert texts(xml, "cbc:ProfileID") == []
    assert texts(xml, "cac:AccountingCustomerParty/cac:Party/cbc:EndpointID") == ([address.id] if address else [])
    assert broken(xml, peppol=False) == set()


def test_PEPPOL_EN16931_R004_and_R007_the_profile_is_the_settings() -> None:
    xml = to_xml(INVOICE, ElectronicInvoices(customization_id="urn:example:pint", profile_id="urn:example:billing"))
    assert texts(xml, "cbc:CustomizationID") == ["urn:example:pint"]
    assert texts(xml, "cbc:ProfileID") == ["urn:example:billing"]
    assert texts(written(INVOICE), "cbc:ProfileID") == ["urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"]


def test_PEPPOL_EN16931_R008_nothing_is_empty_and_no_character_stops_it() -> None:
    """Names of blanks and of characters that XML 1.0 has no place for."""
    nameless = replace(
        INVOICE.customer, name=" ", legal_name="\x00\ufffe", address=PostalAddress("", " ", None, "", "", "GB")
    )
    xml = written(replace(INVOICE, customer=nameless, lines=[replace(INVOICE.lines[0], description=" ")]))
    assert texts(xml, "cac:AccountingCustomerParty/cac:Party/cac:PartyLegalEntity/cbc:RegistrationName") == [
        "\ufffd\ufffd"
    ]
    assert texts(xml, ".//cac:Item/cbc:Name") == ["–"]
    assert broken(xml) == set()


def test_BR_CL_14_kosovo_has_the_code_of_the_list() -> None:
    address = PostalAddress("1 Rruga", None, "Pristina", None, "10000", "XK")
    xml = written(replace(INVOICE, customer=replace(INVOICE.customer, address=address)))
    assert texts(xml, ".//cac:Country/cbc:IdentificationCode") == ["GB", "1A"]
    assert broken(xml) == set()
