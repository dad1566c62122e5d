"""The invoice for centre recognition, with all that someone without a log-in needs to pay it (R18)."""

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from app.domain.fees import FeeLine, VatCategory
from app.domain.formats import money, percentage, plain_date
from app.pdf.typesetting import typeset
from app.settings import AwardingOrganisation, Bank

_TEMPLATE = Path(__file__).parent / "templates" / "invoice.typ"
_VAT_LABELS = {
    VatCategory.STANDARD: "Standard rate",
    VatCategory.ZERO: "Zero rate",
    VatCategory.EXEMPT: "Exempt",
    VatCategory.OUTSIDE: "Outside the scope of VAT",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceParty:
    """The supplier or customer on the day of issue. `address_lines` ends with the postcode and country."""

    name: str
    address_lines: tuple[str, ...]
    contact_name: str | None
    company_number: str | None
    vat_number: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceLedger:
    """Payments and credits since the invoice was issued, printed on a later copy. Amounts are whole pence."""

    as_of: date
    paid_pence: int
    credited_pence: int
    due_pence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceDocument:
    """The invoice's data. `sample` is true if the fee or bank details are samples; `ubl_xml` is attached if given."""

    number: str
    issued_on: date
    due_on: date
    supplier: InvoiceParty
    customer: InvoiceParty
    purchase_order_number: str | None
    buyer_reference: str
    lines: tuple[FeeLine, ...]
    currency: str
    bank: Bank
    payment_reference: str
    terms: str
    sample: bool
    ledger: InvoiceLedger | None
    ubl_xml: str | None

    @property
    def net_pence(self) -> int:
        """The sum of the lines without VAT."""
        return sum(line.net_pence for line in self.lines)

    @property
    def vat_pence(self) -> int:
        """The sum of the lines' VAT."""
        return sum(line.vat_pence for line in self.lines)


def render_invoice(document: InvoiceDocument, organisation: AwardingOrganisation) -> bytes:
    """Render a PDF that is both PDF/UA-1 and PDF/A-3a, with `ubl_xml` attached as `invoice.xml` if given."""
    data: dict[str, object] = {
        "number": document.number,
        "issued_on": plain_date(document.issued_on),
        "due_on": plain_date(document.due_on),
        "supplier": asdict(document.supplier),
        "customer": asdict(document.customer),
        "purchase_order_number": document.purchase_order_number,
        "buyer_reference": document.buyer_reference,
        "lines": [_line(line, document.currency) for line in document.lines],
        "exemption_reasons": list(
            dict.fromkeys(line.exemption_reason for line in document.lines if line.exemption_reason)
        ),
        "net": money(document.net_pence, document.currency),
        "vat": money(document.vat_pence, document.currency),
        "total": money(document.net_pence + document.vat_pence, document.currency),
        "currency": document.currency,
        "bank": document.bank.model_dump(mode="json"),
        "payment_reference": document.payment_reference,
        "terms": document.terms,
        "sample": document.sample,
        "ledger": _ledger(document),
    }
    return typeset(
        _TEMPLATE,
        data,
        title=f"Invoice {document.number}",
        made_on=document.ledger.as_of if document.ledger else document.issued_on,
        organisation=organisation,
        standards=("ua-1", "a-3a"),
        ubl_xml=document.ubl_xml,
    )


def _line(line: FeeLine, currency: str) -> dict[str, object]:
    return {
        "description": line.description,
        "quantity": line.quantity,
        "vat": f"{line.vat_category.value} – {_VAT_LABELS[line.vat_category]}",
        "rate": percentage(line.vat_rate_percent),
        "net": money(line.net_pence, currency),
        "vat_amount": money(line.vat_pence, currency),
    }


def _ledger(document: InvoiceDocument) -> dict[str, str] | None:
    ledger = document.ledger
    if ledger is None:
        return None
    return {
        "as_of": plain_date(ledger.as_of),
        "paid": money(ledger.paid_pence, document.currency),
        "credited": money(ledger.credited_pence, document.currency),
        "due": money(ledger.due_pence, document.currency),
    }
