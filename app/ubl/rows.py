"""Read documents off the rows of invoices and credit notes, those of earlier releases too."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from app.domain.countries import Country
from app.domain.electronic_addresses import AddressScheme
from app.domain.fees import FeeLine
from app.domain.invoices import EntryKind
from app.domain.postal import PostalAddress, in_parts
from app.domain.vat_numbers import vat_number
from app.domain.working_days import london_date
from app.models import Invoice, InvoiceEntry
from app.ubl.document import Account, Address, Document, Kind, Party, Person, Reference

_SUPPLIERS_COUNTRY = "GB"
"""Releases before 1.6 had only suppliers with a sort code of a bank in the United Kingdom."""


def prepaid_at_issue(row: Invoice, entries: Sequence[InvoiceEntry]) -> int:
    """Return the pence that were moved to the invoice as it was issued (BT-113)."""
    moved = (entry for entry in entries if entry.kind is EntryKind.ALLOCATION_IN and entry.recorded_at <= row.issued_at)
    return sum(entry.amount_pence for entry in moved)


def invoice_document(row: Invoice, prepaid_pence: int, replaced: Invoice | None) -> Document:
    """Describe the invoice as on the day of issue."""
    return _document(
        row,
        kind=Kind.INVOICE,
        number=row.printed_number,
        issued_on=row.issued_on,
        due_on=row.due_on,
        tax_point=row.time_of_supply,
        note=None,
        reference=_reference(replaced) if replaced is not None else None,
        account=_account(row.bank),
        payment_reference=row.printed_reference,
        terms=row.terms,
        lines=row.fee_lines,
        prepaid_pence=prepaid_pence,
    )


def credit_note_document(row: Invoice, entry: InvoiceEntry, lines: Sequence[FeeLine]) -> Document:
    """Describe the credit note, which takes back these lines: it names its invoice and its reason.

    Its tax point is that of the supply that it corrects. Nothing is to be paid, so it names no account.
    """
    assert entry.credit_note_number is not None, "a credit has a number"
    return _document(
        row,
        kind=Kind.CREDIT_NOTE,
        number=entry.ledger_number or entry.credit_note_number,
        issued_on=london_date(entry.recorded_at),
        due_on=None,
        tax_point=row.time_of_supply,
        note=entry.reason,
        reference=_reference(row),
        account=None,
        payment_reference=None,
        terms=f"This credit note is set against invoice {row.printed_number}.",
        lines=lines,
        prepaid_pence=0,
    )


def _document(
    row: Invoice,
    *,
    kind: Kind,
    number: str,
    issued_on: date,
    due_on: date | None,
    tax_point: date,
    note: str | None,
    reference: Reference | None,
    account: Account | None,
    payment_reference: str | None,
    terms: str,
    lines: Sequence[FeeLine],
    prepaid_pence: int,
) -> Document:
    return Document(
        kind=kind,
        number=number,
        issued_on=issued_on,
        due_on=due_on,
        tax_point=tax_point,
        note=note,
        currency=row.currency,
        buyer_reference=row.buyer_reference,
        order_number=row.purchase_order_number,
        reference=reference,
        supplier=_supplier(row.supplier),
        customer=_customer(row.customer),
        account=account,
        payment_reference=payment_reference,
        terms=terms,
        lines=lines,
        prepaid_pence=prepaid_pence,
    )


def _reference(row: Invoice) -> Reference:
    return Reference(number=row.printed_number, issued_on=row.issued_on)


def _supplier(kept: Mapping[str, Any]) -> Party:
    address = kept.get("address")
    lines = kept.get("address_lines") or []
    return Party(
        name=kept["name"],
        legal_name=kept["name"],
        address=PostalAddress(**address) if address else in_parts(lines, _SUPPLIERS_COUNTRY),
        company_number=kept["company_number"],
        vat_number=_number(kept["vat_number"]),
        electronic_address=_address(kept.get("electronic_address")),
        contact=Person(name=None, telephone=kept["telephone"], email=kept["email"]),
    )


def _customer(kept: Mapping[str, Any]) -> Party:
    address, contact = kept["address"], kept["contact"]
    country = Country(address["country"]).iso_code
    parts = {part: address[part] for part in ("line_1", "line_2", "town", "county", "postcode")}
    return Party(
        name=kept["name"],
        legal_name=kept["legal_name"] or kept["name"],
        address=PostalAddress(**parts, country=country) if country is not None else None,
        company_number=kept["company_number"],
        vat_number=_number(kept["vat_number"]),
        electronic_address=_address(kept.get("electronic_address")),
        contact=Person(name=contact["name"], telephone=contact["telephone"], email=contact["email"])
        if contact
        else None,
        identifier=kept.get("customer_account_reference"),
    )


def _number(kept: str | None) -> str | None:
    """A number in its stored form. Suppliers of releases before 1.6 wrote theirs as they liked."""
    return vat_number(kept) if kept else None


def _address(kept: Mapping[str, str] | None) -> Address | None:
    return Address(scheme=AddressScheme(kept["scheme"]), id=kept["id"]) if kept else None


def _account(bank: Mapping[str, Any]) -> Account:
    if bank["iban"]:
        return Account(name=bank["account_name"], id="".join(bank["iban"].split()), branch=bank["bic"])
    return Account(name=bank["account_name"], id=bank["account_number"], branch=bank["sort_code"])
