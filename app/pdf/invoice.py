"""The invoice for centre recognition, with all that someone without a log-in needs to pay it (R18)."""

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from app.domain.fees import FeeLine, totals
from app.domain.formats import money, plain_date
from app.pdf.parts import InvoiceParty, is_vat_document, printed_lines, printed_totals, printed_vat
from app.pdf.typesetting import typeset
from app.settings import AwardingOrganisation, Bank

_TEMPLATE = Path(__file__).parent / "templates" / "invoice.typ"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceCopy:
    """How the invoice stands on the day on which it is sent again. Amounts are whole pence."""

    as_of: date
    paid_pence: int
    refunded_pence: int
    credited_pence: int
    waived_pence: int
    due_pence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacedInvoice:
    """The invoice that was credited, and that this one replaces. `due` is true where something is still due on it."""

    number: str
    issued_on: date
    due: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceDocument:
    """The invoice's data. `sample` is true if the fee or bank details are samples; `ubl_xml` is attached if given.

    `prepaid_pence` was moved here from the replaced invoice at issue (BT-113).
    """

    number: str
    issued_on: date
    tax_point: date
    due_on: date
    supplier: InvoiceParty
    customer: InvoiceParty
    purchase_order_number: str | None
    buyer_reference: str
    replaces: ReplacedInvoice | None
    lines: tuple[FeeLine, ...]
    prepaid_pence: int
    currency: str
    bank: Bank
    payment_reference: str
    terms: str
    sample: bool
    copy: InvoiceCopy | None
    ubl_xml: str | None


def render_invoice(document: InvoiceDocument, organisation: AwardingOrganisation) -> bytes:
    """Render a PDF that is both PDF/UA-1 and PDF/A-3a, with `ubl_xml` attached as `invoice.xml` if given.

    It carries what a VAT invoice must (VAT Regulations 1995, reg. 14), and is called one only where it is one.
    """
    currency, replaces, copy = document.currency, document.replaces, document.copy
    due_pence = copy.due_pence if copy else totals(document.lines).total_pence - document.prepaid_pence
    data: dict[str, object] = {
        "name": "VAT invoice" if is_vat_document(document.supplier, document.lines) else "Invoice",
        "number": document.number,
        "issued_on": plain_date(document.issued_on),
        "tax_point": plain_date(document.tax_point),
        "due_on": plain_date(document.due_on),
        "supplier": asdict(document.supplier),
        "customer": asdict(document.customer),
        "purchase_order_number": document.purchase_order_number,
        "buyer_reference": document.buyer_reference,
        "replaces": {"number": replaces.number, "issued_on": plain_date(replaces.issued_on), "due": replaces.due}
        if replaces
        else None,
        "lines": printed_lines(document.lines, currency),
        "vat_groups": printed_vat(document.lines, currency),
        "totals": printed_totals(document.lines, currency),
        "prepaid": money(document.prepaid_pence, currency) if document.prepaid_pence else None,
        "due": money(due_pence, currency),
        "settled": due_pence == 0,
        "currency": currency,
        "bank": document.bank.model_dump(mode="json"),
        "payment_reference": document.payment_reference,
        "terms": document.terms,
        "sample": document.sample,
        "copy": _copy(copy, currency),
    }
    return typeset(
        _TEMPLATE,
        data,
        title=f"Invoice {document.number}{' (copy)' if copy else ''}",
        made_on=copy.as_of if copy else document.issued_on,
        organisation=organisation,
        standards=("ua-1", "a-3a"),
        ubl_xml=document.ubl_xml,
    )


def _copy(copy: InvoiceCopy | None, currency: str) -> dict[str, str | None] | None:
    if copy is None:
        return None
    return {
        "as_of": plain_date(copy.as_of),
        "paid": money(copy.paid_pence, currency),
        "refunded": money(copy.refunded_pence, currency) if copy.refunded_pence else None,
        "credited": money(copy.credited_pence, currency) if copy.credited_pence else None,
        "waived": money(copy.waived_pence, currency) if copy.waived_pence else None,
    }
