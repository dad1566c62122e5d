"""The receipt for a payment, with what was due after it (R18)."""

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from app.domain.formats import money, plain_date
from app.domain.payments import PaymentMethod
from app.pdf.parts import InvoiceParty
from app.pdf.typesetting import typeset
from app.settings import AwardingOrganisation

_TEMPLATE = Path(__file__).parent / "templates" / "receipt.typ"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptDocument:
    """The receipt's data, in whole pence. The amounts before and after are those of the invoice's ledger at the
    moment at which the payment was recorded; later entries do not change them."""

    issued_on: date
    received_on: date
    amount_pence: int
    method: PaymentMethod
    payer_reference: str | None
    invoice_number: str
    invoice_issued_on: date
    purchase_order_number: str | None
    supplier: InvoiceParty
    customer: InvoiceParty
    currency: str
    total_pence: int
    received_before_pence: int
    credited_pence: int
    waived_pence: int
    due_pence: int
    credit_balance_pence: int
    sample: bool


def render_receipt(document: ReceiptDocument, organisation: AwardingOrganisation) -> bytes:
    """Render a PDF that is both PDF/UA-1 and PDF/A-3a. It says that it is not a VAT invoice."""
    return typeset(
        _TEMPLATE,
        {
            "issued_on": plain_date(document.issued_on),
            "received_on": plain_date(document.received_on),
            "amount": money(document.amount_pence, document.currency),
            "method": document.method.value.replace("_", " ").capitalize(),
            "payer_reference": document.payer_reference,
            "invoice_number": document.invoice_number,
            "invoice_issued_on": plain_date(document.invoice_issued_on),
            "purchase_order_number": document.purchase_order_number,
            "supplier": asdict(document.supplier),
            "customer": asdict(document.customer),
            "currency": document.currency,
            "steps": _steps(document),
            "outcome": _outcome(document),
            "sample": document.sample,
        },
        title=f"Receipt for invoice {document.invoice_number}",
        made_on=document.issued_on,
        organisation=organisation,
        standards=("ua-1", "a-3a"),
    )


def _steps(document: ReceiptDocument) -> list[dict[str, str]]:
    """From the invoice's total down to what is due."""
    lessening = {
        "Received before, less refunds": document.received_before_pence,
        "Credited": document.credited_pence,
        "Waived": document.waived_pence,
        "This payment": document.amount_pence,
    }
    taken = {label: money(-pence, document.currency) for label, pence in lessening.items() if pence}
    return [
        {"label": label, "amount": amount}
        for label, amount in ({"Invoice total": money(document.total_pence, document.currency)} | taken).items()
    ]


def _outcome(document: ReceiptDocument) -> dict[str, str]:
    if document.credit_balance_pence:
        return {
            "label": "Credit balance: received beyond what was due",
            "amount": money(document.credit_balance_pence, document.currency),
        }
    return {"label": "Still due", "amount": money(document.due_pence, document.currency)}
