"""The invoice for centre recognition as it was issued, and how it stands (R18)."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from app.domain import limits
from app.domain.electronic_addresses import AddressScheme
from app.domain.invoices import InvoiceBalance, InvoiceStatus
from app.domain.vat import VatCategory
from app.schemas import example_centre as example
from app.schemas.addresses import Address
from app.schemas.answered import (
    E164,
    AccountNumber,
    AddressLine,
    Bic,
    CountryCode,
    ElectronicAddressId,
    Email,
    ExtensionDigits,
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
    Word,
    up_to,
)
from app.schemas.base import Answer, Page
from app.schemas.external_refs import ExternalRefs
from app.schemas.fields import IsoDate
from app.schemas.ids import ApplicationId, CentreId, InvoiceId
from app.schemas.numbering import AwaitingNumber, ShownDocumentNumber
from app.schemas.paging import Asked, ExternalQuery, SearchText, UpdatedSince, replaced
from app.schemas.payments import LedgerEntry
from app.schemas.shared import AllowedSteps, BlockedSteps, Moment, Money, UpdatedAt, described


class ElectronicAddress(Answer):
    """An address at which a party receives electronic invoices (EN 16931 BT-34, BT-49)."""

    scheme: AddressScheme = described(
        "Code of the list EAS: `9932` UK VAT number, `0088` GLN, `0060` DUNS, `0199` LEI, `EM` email "
        "address, by which Peppol does not route.",
        "0088",
    )
    id: ElectronicAddressId = described("The id in that scheme.", "5012345678900")


class InvoiceAddress(Answer):
    """The supplier's address in its parts."""

    line_1: AddressLine | None = described("Building and street, or null.", "3 Pride Point Drive")
    line_2: Sentence | None = described("Second line, or null.", "Pride Park")
    town: AddressLine | None = described("Town or city, or null.", "Derby")
    county: AddressLine | None = described("County or region, or null.", None)
    postcode: Word | None = described("Postcode, or null.", "DE24 8BX")
    country: CountryCode = described("The country's ISO 3166-1 alpha-2 code.", "GB")


class InvoiceSupplier(Answer):
    """The awarding organisation on the day of issue."""

    name: Title = described("Legal name.", example.AWARDING_ORGANISATION)
    address_lines: Annotated[list[AddressLine], up_to(limits.ADDRESS_LINES)] = described(
        "The address, line by line.", ["3 Pride Point Drive", "Derby", "DE24 8BX"]
    )
    company_number: RegisteredNumber | None = described("Company number, or null.", "07654321")
    vat_number: RegisteredNumber | None = described("VAT number, or null.", None)
    address: InvoiceAddress | None = Field(
        description="The address in its parts; null on invoices of releases before 1.6.0."
    )
    electronic_address: ElectronicAddress | None = Field(
        description="Where the supplier receives electronic documents, or null."
    )
    email: Email = described("The email address for questions.", "enquiries@aimgroup.org.uk")
    telephone: ShownTelephone = described("The telephone number for questions.", "01332 341822")


class InvoiceContact(Answer):
    """The centre's finance contact on the day of issue."""

    name: FullName = described("First and last name.", example.CONTACT)
    email: Email = described("The address that the invoice was emailed to.", example.CONTACT_EMAIL)
    telephone: E164 | None = described("Telephone number in E.164 form, or null.", example.CONTACT_E164)
    telephone_extension: ExtensionDigits | None = described("The extension to ask for, or null.", None)


class InvoiceCustomer(Answer):
    """The centre on the day of issue."""

    name: Title = described("The centre's name.", example.NAME)
    legal_name: Title | None = described("The organisation's legal name, or null.", example.LEGAL_NAME)
    address: Address = Field(description="The centre's main address.")
    country_code: CountryCode | None = described(
        "The country's ISO 3166-1 alpha-2 code; null if the country is not known.", "GB"
    )
    electronic_address: ElectronicAddress | None = Field(
        description="Where the centre receives electronic invoices, as finance recorded it; or null."
    )
    company_number: RegisteredNumber | None = described("Company number, or null.", example.COMPANY_NUMBER)
    vat_number: RegisteredNumber | None = described("VAT number, or null.", example.VAT_NUMBER)
    customer_account_reference: Name | None = described(
        "The centre's account in the sales ledger on that day, or null.", "CEN0042"
    )
    contact: InvoiceContact | None = Field(description="The finance contact; null if nobody held the role.")


class InvoiceBank(Answer):
    """The bank account to pay into."""

    account_name: Title = described("The account's name.", "AIM Qualifications")
    sort_code: SortCode = described("Sort code.", "12-34-56")
    account_number: AccountNumber = described("Account number.", "12345678")
    iban: Iban | None = described("IBAN, or null.", None)
    bic: Bic | None = described("BIC, or null.", None)


_CATEGORY = "EN 16931 code: `S` standard rate, `Z` zero rate, `E` exempt, `O` outside the scope of VAT."
_RATE = "The VAT rate in per cent, a decimal number in a string."


class InvoiceLine(Answer):
    """A line of the invoice."""

    description: Title = described("What is charged for.", "Centre recognition fee")
    account_code: Word | None = described("The nominal or account code to book it to, or null.", "200")
    tax_code: Word | None = described("The finance system's tax code for `vat_category`, or null.", "EXEMPTOUTPUT")
    tracking_category: Word | None = described("The tracking category, class or analysis type, or null.", "Recognition")
    item_code: Word | None = described("The item or product code, or null.", "CRF")
    quantity: Ordinal = described("The quantity.", 1)
    unit_price: Money = described("The price of one without VAT, rounded to the penny.", example.FEE)
    net: Money = Field(description="The amount without VAT.")
    vat_category: VatCategory = described(_CATEGORY, "E")
    vat_rate_percent: Percentage = described(_RATE, "0")
    vat: Money = described("The line's VAT. The lines' VAT adds up to that of their rate.", example.NOTHING)
    exemption_reason: Sentence | None = described(
        "Why no VAT is due; null if VAT is charged.", "VAT Act 1994, Schedule 9, Group 6"
    )


class VatSubtotal(Answer):
    """What the lines of one VAT category and rate come to. VAT is rounded half up on this sum."""

    vat_category: VatCategory = described(_CATEGORY, "E")
    vat_rate_percent: Percentage = described(_RATE, "0")
    net: Money = described("The sum of the lines without VAT.", example.FEE)
    vat: Money = described("Their VAT.", example.NOTHING)
    exemption_reason: Sentence | None = described(
        "Why no VAT is due; null if VAT is charged.", "VAT Act 1994, Schedule 9, Group 6"
    )


class InvoiceSummary(Answer):
    """An invoice in a list. Status and amounts follow from the ledger: total = paid - refunded + credited + waived +
    due - credit_balance."""

    id: InvoiceId
    number: Reference = described(
        "The invoice's number: each year has one series without gaps. Where the finance system numbers invoices, our "
        "reference, which stays; `document_number` is then the number.",
        example.INVOICE_NUMBER,
    )
    document_number: ShownDocumentNumber
    awaiting_number: AwaitingNumber
    application_id: ApplicationId
    application_reference: Reference = described("The application's reference.", example.APPLICATION_REFERENCE)
    replaces_invoice_id: InvoiceId | None = described(
        "The invoice that was credited, because it was wrong or the application was closed, and that this one "
        "replaces; or null.",
        None,
    )
    replaced_by_invoice_id: InvoiceId | None = described("The invoice that replaces this one, or null.", None)
    status: InvoiceStatus = described(
        "How this invoice stands by its ledger alone: `issued` or `part_paid` while something is due, else `waived`, "
        "`credited` (in full) or `paid`. One that was credited is `issued` again if money for it was refunded and then "
        "bounced. Whether the application goes on is in the application's `blocked_steps`: credit notes may have taken "
        "away too much.",
        "paid",
    )
    centre_id: CentreId
    centre_name: Title = described("The centre's name on the day of issue.", example.NAME)
    issued_on: date = described("The day of issue, by London's calendar.", example.INVOICED_ON)
    issued_at: Moment = described("When the invoice was issued.", example.INVOICED_AT)
    due_on: date = described(
        "The last day for paying. Provisional while `awaiting_number`: the term begins when the number is posted.",
        example.PAYMENT_DUE_ON,
    )
    paid_at: datetime | None = described(
        "Since when nothing has been due, if the status is `paid`; null otherwise.", example.PAYMENT_RECORDED_AT
    )
    updated_at: UpdatedAt
    overdue: bool = described("True if an amount is still due after that day.", False)
    net: Money = Field(description="The sum of the lines without VAT.")
    vat: Money = described("The sum of the lines' VAT.", example.NOTHING)
    total: Money = Field(description="The amount invoiced, VAT included.")
    paid: Money = described(
        "The total received, with what was moved here from other invoices and without what was moved away. Reversed "
        "payments are not counted.",
        example.FEE,
    )
    credited: Money = described("The total credited.", example.NOTHING)
    waived: Money = described("The total waived.", example.NOTHING)
    refunded: Money = described("The total refunded.", example.NOTHING)
    due: Money = described("The amount still due.", example.NOTHING)
    credit_balance: Money = described("The amount received beyond what was due.", example.NOTHING)
    external_refs: ExternalRefs
    allowed_steps: AllowedSteps
    blocked_steps: BlockedSteps


class InvoicePage(Page[InvoiceSummary]):
    """Invoices, newest first."""


class Invoice(InvoiceSummary):
    """An invoice as issued, which never changes, and its ledger, which determines its status."""

    supplier: InvoiceSupplier = Field(description="The awarding organisation.")
    customer: InvoiceCustomer = Field(description="The centre.")
    bank: InvoiceBank = Field(description="Where to pay the invoice.")
    purchase_order_number: Name | None = described(
        "The centre's purchase order number, or null.", example.PURCHASE_ORDER
    )
    buyer_reference: Name = described(
        "The purchase order number, or the application's reference if there is none.", example.PURCHASE_ORDER
    )
    payment_reference: Reference = described(
        "The reference to quote with the payment. Where the finance system numbers invoices, `document_number` is "
        "printed instead; payments with either are recognised.",
        example.INVOICE_NUMBER,
    )
    terms: Sentence = described("The terms of payment.", "Payment is due within 30 days of the date of issue.")
    lines: Annotated[list[InvoiceLine], up_to(limits.INVOICE_LINES)] = Field(description="The invoice's lines.")
    tax_point: date = described("The time of supply for VAT.", example.INVOICED_ON)
    vat_subtotals: Annotated[list[VatSubtotal], up_to(limits.INVOICE_LINES)] = Field(
        description="Net and VAT for each category and rate."
    )
    sample: bool = described("True if the fee or bank details are a development sample. Do not pay it.", False)
    entries: Annotated[list[LedgerEntry], up_to(limits.LEDGER_ENTRIES)] = Field(
        description="Every entry, oldest first."
    )


class InvoiceQuery(ExternalQuery):
    """Filters for the list of invoices."""

    status: Annotated[
        InvoiceStatus | None, Field(description="Return only invoices with this status.", examples=["issued"])
    ] = None
    overdue: Annotated[
        bool | None,
        Field(description="True returns only overdue invoices, false only the others.", examples=[True]),
    ] = None
    centre_id: Annotated[CentreId | None, Field(description="Return only this centre's invoices.")] = None
    application_id: Annotated[ApplicationId | None, Field(description="Return only this application's invoices.")] = (
        None
    )
    issued_from: Annotated[
        IsoDate | None, Field(description="Return only invoices issued on or after this day.", examples=["2026-10-01"])
    ] = None
    issued_to: Annotated[
        IsoDate | None, replaced("issued_before", "This one includes the day itself.", "2026-10-31")
    ] = None
    text: Annotated[
        SearchText | None,
        Field(
            description="The invoice's number, ours or the printed one, or the application's reference, in full or "
            "from its beginning.",
            examples=[example.INVOICE_NUMBER],
        ),
    ] = None
    issued_before: Annotated[
        IsoDate | None, Field(description="Return only invoices issued before this day.", examples=["2026-11-01"])
    ] = None
    number: Annotated[
        Asked | None, Field(description="Return only the invoice with this number.", examples=[example.INVOICE_NUMBER])
    ] = None
    due_from: Annotated[
        IsoDate | None,
        Field(description="Return only invoices due on or after this day, latest first.", examples=["2026-11-01"]),
    ] = None
    due_before: Annotated[
        IsoDate | None,
        Field(description="Return only invoices due before this day, latest first.", examples=["2026-12-01"]),
    ] = None
    paid_from: Annotated[
        IsoDate | None,
        Field(
            description="Return only paid invoices on which nothing has been due since this day or a later one, latest "
            "first.",
            examples=["2026-10-01"],
        ),
    ] = None
    paid_before: Annotated[
        IsoDate | None,
        Field(
            description="Return only paid invoices on which nothing has been due since a day before this one, latest "
            "first.",
            examples=["2026-11-01"],
        ),
    ] = None
    awaiting_number: Annotated[
        bool | None,
        Field(
            description="True returns only invoices that await the finance system's number, false only the others.",
            examples=[True],
        ),
    ] = None
    updated_since: UpdatedSince = None
    balance: Annotated[
        InvoiceBalance | None,
        Field(
            description="`due` returns only invoices on which something is due, `credit` only those with a credit "
            "balance.",
            examples=["credit"],
        ),
    ] = None
