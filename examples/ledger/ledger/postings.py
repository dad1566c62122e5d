"""What each event means in double entry, as text for Beancount.

Debit is positive. Every centre has an account of its own under `Assets:Debtors`; what it has overpaid stands there too,
as a negative balance.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from ledger.api import Api, Json

BANK, VAT, WAIVED, INCOME = "Assets:Bank", "Liabilities:VAT", "Expenses:Waived", "Income:Recognition"


def posting_of(api: Api, event: Json) -> str:
    """The transaction of an event, or an empty text where it moves nothing."""
    post = _POSTINGS.get(event["type"])
    return post(api, event["data"]) if post is not None else ""


def debtors(centre_id: str) -> str:
    """The centre's account."""
    return f"Assets:Debtors:C{centre_id.replace('-', '')}"


def decimal(pence: int) -> Decimal:
    """Whole pence as pounds."""
    return Decimal(pence).scaleb(-2)


def _issued(api: Api, data: Json) -> str:
    invoice = api.get(f"/v1/invoices/{data['invoice_id']}")
    return _document(invoice, data, invoice["issued_on"], f"Invoice {invoice['number']}", sign=1)


def _credited(api: Api, data: Json) -> str:
    note = api.get(f"/v1/credit-notes/{data['credit_note_id']}")
    words = f"Credit note {note['number']} on invoice {data['number']}"
    return _document(note, data, note["issued_on"], words, sign=-1)


def _document(document: Json, data: Json, day: str, words: str, *, sign: int) -> str:
    net, vat = (sign * document[name]["amount"] for name in ("net", "vat"))
    legs = {debtors(data["centre_id"]): net + vat, INCOME: -net, VAT: -vat}
    return _transaction(day, words, data["total"]["currency"], legs)


def _paid(api: Api, data: Json) -> str:
    day = _entry(api, data, data["payment_id"])["received_on"]
    legs = {BANK: data["amount"]["amount"], debtors(data["centre_id"]): -data["amount"]["amount"]}
    return _transaction(day, f"Payment of invoice {data['number']}", data["amount"]["currency"], legs)


def _back(id_: str, words: str) -> Callable[[Api, Json], str]:
    """Money that leaves the bank again: a payment that did not stand, or a refund."""

    def post(api: Api, data: Json) -> str:
        day = _entry(api, data, data[id_])["recorded_at"][:10]
        legs = {debtors(data["centre_id"]): data["amount"]["amount"], BANK: -data["amount"]["amount"]}
        return _transaction(day, f"{words} on invoice {data['number']}", data["amount"]["currency"], legs)

    return post


def _waived(api: Api, data: Json) -> str:
    day = _entry(api, data, data["waiver_id"])["recorded_at"][:10]
    legs = {WAIVED: data["amount"]["amount"], debtors(data["centre_id"]): -data["amount"]["amount"]}
    return _transaction(day, f"Invoice {data['number']} waived", data["amount"]["currency"], legs)


def _entry(api: Api, data: Json, id_: str) -> Json:
    invoice = api.get(f"/v1/invoices/{data['invoice_id']}")
    found: Json = next(entry for entry in invoice["entries"] if entry["id"] == id_)
    return found


def _transaction(day: str, words: str, currency: str, legs: Mapping[str, int]) -> str:
    moved = {account: pence for account, pence in legs.items() if pence}
    if not moved:
        return ""
    lines = (f"  {account}  {decimal(pence)} {currency}" for account, pence in moved.items())
    return "\n".join([f'{date.fromisoformat(day)} * "{words}"', *lines])


# An allocation moves money between invoices of one centre, so it changes no account here.
_POSTINGS: Mapping[str, Callable[[Api, Json], str]] = {
    "invoice.issued": _issued,
    "credit_note.issued": _credited,
    "payment.recorded": _paid,
    "payment.reversed": _back("reversal_id", "Reversed payment"),
    "payment.refunded": _back("refund_id", "Refund"),
    "invoice.waived": _waived,
}
TYPES = [*_POSTINGS]
