"""Write a document as UBL 2.1. The order of elements is the schema's; BT are terms of EN 16931."""

from collections.abc import Iterator
from typing import Final

from lxml.etree import tostring

from app.domain.fees import FeeLine, VatSum
from app.domain.vat import VatCategory
from app.settings import ElectronicInvoices
from app.ubl.document import Account, Document, Kind, Party
from app.ubl.elements import Element, amount, day, group, percent, price, quantity, required, root, text

PLAIN: Final = "urn:cen.eu:en16931:2017"
_COUNTRY_CODES: Final = {"XK": "1A"}
"""Kosovo, as the code list of EN 16931 has it (BR-CL-14)."""
_CREDIT_TRANSFER: Final = "30"


def to_xml(document: Document, profile: ElectronicInvoices) -> bytes:
    """Write the document: the same bytes for the same document. `faults_of` must have found nothing."""
    invoice = document.kind is Kind.INVOICE
    children = _invoice(document, profile) if invoice else _credit_note(document, profile)
    made = root("Invoice" if invoice else "CreditNote", children)
    written: bytes = tostring(made, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written


def _invoice(document: Document, profile: ElectronicInvoices) -> Iterator[Element | None]:
    yield from _profile(document, profile)
    yield day("DueDate", document.due_on)
    yield text("InvoiceTypeCode", document.kind)
    yield text("Note", document.note)
    yield day("TaxPointDate", document.tax_point)
    yield from _body(document)
    for number, line in enumerate(document.lines, start=1):
        yield _line(document, number, line, "InvoiceLine", "InvoicedQuantity")


def _credit_note(document: Document, profile: ElectronicInvoices) -> Iterator[Element | None]:
    yield from _profile(document, profile)
    yield day("TaxPointDate", document.tax_point)
    yield text("CreditNoteTypeCode", document.kind)
    yield text("Note", document.note)
    yield from _body(document)
    for number, line in enumerate(document.lines, start=1):
        yield _line(document, number, line, "CreditNoteLine", "CreditedQuantity")


def _profile(document: Document, profile: ElectronicInvoices) -> Iterator[Element | None]:
    """BT-24, BT-23, BT-1 and BT-2. A document that Peppol cannot route names plain EN 16931."""
    yield text("CustomizationID", profile.customization_id if document.for_peppol else PLAIN)
    yield text("ProfileID", profile.profile_id) if document.for_peppol else None
    yield text("ID", document.number)
    yield day("IssueDate", document.issued_on)


def _body(document: Document) -> Iterator[Element | None]:
    reference = document.reference
    yield text("DocumentCurrencyCode", document.currency)
    yield text("BuyerReference", document.buyer_reference)
    yield group("OrderReference", text("ID", document.order_number))
    if reference is not None:
        yield group(
            "BillingReference",
            group("InvoiceDocumentReference", text("ID", reference.number), day("IssueDate", reference.issued_on)),
        )
    yield group("AccountingSupplierParty", _party(document, document.supplier))
    yield group("AccountingCustomerParty", _party(document, document.customer))
    yield _payment(document, document.account) if document.account is not None else None
    yield group("PaymentTerms", text("Note", document.terms))
    yield _taxes(document)
    yield _sums(document)


def _party(document: Document, party: Party) -> Element | None:
    address, electronic, contact = party.address, party.electronic_address, party.contact
    vat_number = None if document.outside_vat else party.vat_number
    return group(
        "Party",
        text("EndpointID", electronic.id, schemeID=electronic.scheme) if electronic is not None else None,
        group("PartyIdentification", text("ID", party.identifier)) if party.identifier is not None else None,
        group("PartyName", text("Name", party.name)),
        group(
            "PostalAddress",
            text("StreetName", address.line_1),
            text("AdditionalStreetName", address.line_2),
            text("CityName", address.town),
            text("PostalZone", address.postcode),
            text("CountrySubentity", address.county),
            group("Country", text("IdentificationCode", _COUNTRY_CODES.get(address.country, address.country))),
        )
        if address is not None
        else None,
        group("PartyTaxScheme", text("CompanyID", vat_number), _vat()) if vat_number is not None else None,
        group(
            "PartyLegalEntity",
            required("RegistrationName", party.legal_name, party.name),
            text("CompanyID", party.company_number),
        ),
        group(
            "Contact",
            text("Name", contact.name),
            text("Telephone", contact.telephone),
            text("ElectronicMail", contact.email),
        )
        if contact is not None
        else None,
    )


def _vat() -> Element | None:
    return group("TaxScheme", text("ID", "VAT"))


def _payment(document: Document, account: Account) -> Element | None:
    """BG-16 and BG-17."""
    return group(
        "PaymentMeans",
        text("PaymentMeansCode", _CREDIT_TRANSFER),
        text("PaymentID", document.payment_reference),
        group(
            "PayeeFinancialAccount",
            text("ID", account.id),
            text("Name", account.name),
            group("FinancialInstitutionBranch", text("ID", account.branch)),
        ),
    )


def _taxes(document: Document) -> Element | None:
    currency = document.currency
    return group(
        "TaxTotal",
        amount("TaxAmount", document.totals.vat_pence, currency),
        *(
            group(
                "TaxSubtotal",
                amount("TaxableAmount", summed.net_pence, currency),
                amount("TaxAmount", summed.vat_pence, currency),
                _category("TaxCategory", summed, text("TaxExemptionReason", summed.exemption_reason)),
            )
            for summed in document.vat_sums
        ),
    )


def _category(name: str, taxed: VatSum, reason: Element | None) -> Element | None:
    """A reason stands in the breakdown only (UBL-CR-601), and category O has no rate (BR-O-05)."""
    rate = None if taxed.category is VatCategory.OUTSIDE else percent("Percent", taxed.rate_percent)
    return group(name, text("ID", taxed.category), rate, reason, _vat())


def _sums(document: Document) -> Element | None:
    """BG-22, as on the day of issue."""
    totals, currency, prepaid = document.totals, document.currency, document.prepaid_pence
    return group(
        "LegalMonetaryTotal",
        amount("LineExtensionAmount", totals.net_pence, currency),
        amount("TaxExclusiveAmount", totals.net_pence, currency),
        amount("TaxInclusiveAmount", totals.total_pence, currency),
        amount("PrepaidAmount", prepaid, currency) if prepaid else None,
        amount("PayableAmount", totals.total_pence - prepaid, currency),
    )


def _line(document: Document, number: int, line: FeeLine, name: str, counted: str) -> Element | None:
    taxed = VatSum(line.vat_category, line.vat_rate_percent, line.net_pence, line.vat_pence, None)
    return group(
        name,
        text("ID", str(number)),
        quantity(counted, line.quantity),
        amount("LineExtensionAmount", line.net_pence, document.currency),
        group(
            "Item",
            required("Name", line.description),
            group("SellersItemIdentification", text("ID", line.item_code)),
            _category("ClassifiedTaxCategory", taxed, None),
        ),
        group("Price", price("PriceAmount", line.unit_price_pence, document.currency)),
    )
