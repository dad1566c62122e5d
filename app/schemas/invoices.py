"""The invoice for centre recognition as it was issued, and how it stands (R18)."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.domain import limits
from app.domain.fees import VatCategory
from app.domain.invoices import InvoiceStatus
from app.schemas.addresses import Address
from app.schemas.answered import (
    E164,
    AccountNumber,
    AddressLine,
    Bic,
    Email,
    FullName,
    Iban,
    Name,
    Ordinal,
    Percentage,
    Reference,
    RegisteredNumber,
    Sentence,
    ShownTelephone,
    SortCode,
    Title,
    up_to,
)
from app.schemas.base import Answer, Page
from app.schemas.fields import Id, IsoDate
from app.schemas.paging import ListQuery, SearchText
from app.schemas.payments import LedgerEntry
from app.schemas.shared import NOTHING, AnswerId, Moment, Money, said


class InvoiceSupplier(Answer):
    """Who invoices, as on the day of issue."""

    name: Title = said("Legal name.", "AIM Qualifications and Assessment Group")
    address_lines: Annotated[list[AddressLine], up_to(limits.ADDRESS_LINES)] = said(
        "The address, line by line.", ["3 Pride Point Drive", "Derby", "DE24 8BX"]
    )
    company_number: RegisteredNumber | None = said("Company number, or null.", "01234567")
    vat_number: RegisteredNumber | None = said("VAT number, or null.", None)
    email: Email = said("For questions.", "enquiries@aimgroup.org.uk")
    telephone: ShownTelephone = said("For questions.", "01332 341822")


class InvoiceContact(Answer):
    """The centre's finance contact on the day of issue."""

    name: FullName = said("First and last name.", "Pat Jones")
    email: Email = said("The invoice went there.", "finance@example.com")
    telephone: E164 | None = said("Telephone number, E.164, or null.", "+441154960122")


class InvoiceCustomer(Answer):
    """Who is invoiced, as on the day of issue."""

    name: Title = said("The centre's name.", "Trent Valley Training")
    legal_name: Title | None = said("The organisation's legal name, or null.", "Trent Valley Training Limited")
    address: Address = Field(description="The centre's main address.")
    company_number: RegisteredNumber | None = said("Company number, or null.", "07654321")
    vat_number: RegisteredNumber | None = said("VAT number, or null.", None)
    contact: InvoiceContact | None = Field(description="The finance contact, or null where nobody held the role.")


class InvoiceBank(Answer):
    """Where to pay to."""

    account_name: Title = said("Name of the account.", "AIM Qualifications")
    sort_code: SortCode = said("Sort code.", "12-34-56")
    account_number: AccountNumber = said("Account number.", "12345678")
    iban: Iban | None = said("IBAN, or null.", None)
    bic: Bic | None = said("BIC, or null.", None)


class InvoiceLine(Answer):
    """One line."""

    description: Title = said("What for.", "Centre recognition fee")
    quantity: Ordinal = said("How many.", 1)
    net: Money = Field(description="Without VAT.")
    vat_category: VatCategory = said(
        "EN 16931 code: `S` standard rate, `Z` zero rate, `E` exempt, `O` outside the scope of VAT.", "E"
    )
    vat_rate_percent: Percentage = said("The rate in per cent, as a decimal number in a string.", "0")
    vat: Money = said("The line's VAT.", NOTHING)
    exemption_reason: Sentence | None = said("Why no VAT is due, or null.", "VAT Act 1994, Schedule 9, Group 6")


class InvoiceSummary(Answer):
    """An invoice in a list. Its status and amounts are derived from its ledger: total = paid + credited + due -
    credit_balance."""

    id: AnswerId
    number: Reference = said("Its number: one series for each year, without a gap.", "INV-2026-000045")
    application_id: UUID = said("The application that it is for.", "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21")
    application_reference: Reference = said("That application's reference.", "CRA-2026-000012")
    status: InvoiceStatus = said("`issued`, `part_paid`, `paid` or `credited`.", "issued")
    centre_id: UUID = said("The centre.", "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21")
    centre_name: Title = said("The centre's name on the day of issue.", "Trent Valley Training")
    issued_on: date = said("The day of issue, in London.", "2026-11-23")
    issued_at: Moment
    due_on: date = said("To be paid by the end of this day.", "2026-12-23")
    overdue: bool = said("True when something is due and that day is over.", False)
    total: Money = Field(description="What was invoiced, with VAT.")
    paid: Money = said("What was received and stands; reversed payments are not in it.", NOTHING)
    credited: Money = said("What was credited.", NOTHING)
    due: Money = Field(description="What is still to be paid.")
    credit_balance: Money = said("What was received beyond what was due.", NOTHING)


class InvoicePage(Page[InvoiceSummary]):
    """Invoices, the newest first."""


class Invoice(InvoiceSummary):
    """An invoice: what was issued, which never changes, and its ledger, from which its status is derived."""

    supplier: InvoiceSupplier = Field(description="Who invoices.")
    customer: InvoiceCustomer = Field(description="Who is invoiced.")
    bank: InvoiceBank = Field(description="The account to pay into.")
    purchase_order_number: Name | None = said("The centre's purchase order number, or null.", "PO-2026-0042")
    buyer_reference: Name = said(
        "The purchase order number, or the application's reference; never empty.", "PO-2026-0042"
    )
    payment_reference: Reference = said("To be quoted with the payment.", "INV-2026-000045")
    terms: Sentence = said("The terms of payment.", "Payment is due within 30 days of the date of issue.")
    lines: Annotated[list[InvoiceLine], up_to(limits.INVOICE_LINES)] = Field(description="What is invoiced.")
    net: Money = Field(description="The sum of the lines without VAT.")
    vat: Money = said("The sum of the lines' VAT.", NOTHING)
    sample: bool = said("True when fee or bank details are a development sample: do not pay it.", False)
    entries: Annotated[list[LedgerEntry], up_to(limits.LEDGER_ENTRIES)] = said(
        "Payments, reversals and credits, the oldest first.", []
    )


class InvoiceQuery(ListQuery):
    """What a list of invoices can be narrowed to."""

    status: Annotated[InvoiceStatus | None, Field(description="Only those with this status.", examples=["issued"])] = (
        None
    )
    overdue: Annotated[
        bool | None, Field(description="Only those that are overdue, or only those that are not.", examples=[True])
    ] = None
    centre_id: Annotated[Id | None, Field(description="Only those of this centre.", examples=[None])] = None
    application_id: Annotated[Id | None, Field(description="Only that of this application.", examples=[None])] = None
    issued_from: Annotated[
        IsoDate | None, Field(description="Only those issued on this day or later.", examples=["2026-11-01"])
    ] = None
    issued_to: Annotated[
        IsoDate | None, Field(description="Only those issued on this day or earlier.", examples=["2026-11-30"])
    ] = None
    text: Annotated[
        SearchText | None,
        Field(
            description="Its number or the application's reference, whole or the beginning.",
            examples=["INV-2026-000045"],
        ),
    ] = None
