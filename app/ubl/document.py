"""What an electronic invoice or credit note says. Amounts are whole pence; BT and BG are terms of EN 16931."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.domain.electronic_addresses import AddressScheme
from app.domain.fees import FeeLine, Totals, VatSum, totals, vat_sums
from app.domain.postal import PostalAddress
from app.domain.vat import VatCategory


class Kind(StrEnum):
    """The document's type code (BT-3). An invoice that replaces another is an ordinary one (PEPPOL-EN16931-P0112)."""

    INVOICE = "380"
    CREDIT_NOTE = "381"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """The invoice that was credited or replaced (BG-3)."""

    number: str
    issued_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An electronic address (BT-34, BT-49)."""

    scheme: AddressScheme
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whom to ask (BG-6, BG-9)."""

    name: str | None
    telephone: str | None
    email: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """The supplier or the customer (BG-4, BG-7). `vat_number` has its prefix."""

    name: str
    legal_name: str
    address: PostalAddress | None
    company_number: str | None
    vat_number: str | None
    electronic_address: Address | None
    contact: Person | None
    identifier: str | None = None
    """The customer's account in the supplier's books (BT-46)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Where to pay (BG-17): an IBAN with its BIC, or an account number with its sort code."""

    name: str
    id: str
    branch: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """An invoice or a credit note. Neither depends on what happened after its day of issue."""

    kind: Kind
    number: str
    issued_on: date
    due_on: date | None
    tax_point: date
    note: str | None
    currency: str
    buyer_reference: str
    order_number: str | None
    reference: Reference | None
    supplier: Party
    customer: Party
    account: Account | None
    payment_reference: str | None
    terms: str
    lines: Sequence[FeeLine]
    prepaid_pence: int

    @property
    def totals(self) -> Totals:
        """The sums of the lines."""
        return totals(self.lines)

    @property
    def vat_sums(self) -> list[VatSum]:
        """The sums by category and rate (BG-23)."""
        return vat_sums(self.lines)

    @property
    def outside_vat(self) -> bool:
        """True where a line is outside the scope of VAT: then nobody's VAT number may be given (BR-O-02)."""
        return any(line.vat_category is VatCategory.OUTSIDE for line in self.lines)

    @property
    def for_peppol(self) -> bool:
        """True where both parties have an address that Peppol routes by (R010, R020, CL008)."""
        addresses = (self.supplier.electronic_address, self.customer.electronic_address)
        return all(address is not None and address.scheme.routed for address in addresses)
