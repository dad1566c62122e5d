"""Report payments that the bank has received: each once, however often this runs and wherever it crashes."""

import csv
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import httpx

from ledger.api import SYSTEM, Api, Json
from ledger.store import BankLine, Store

_JUDGED = (httpx.codes.CREATED, httpx.codes.CONFLICT, httpx.codes.UNPROCESSABLE_ENTITY)
_AT_ONCE = ("request_in_progress", "changed_at_once")


def read_statement(path: Path) -> Iterator[BankLine]:
    """Read `id,date,amount,invoice` lines of money that came in."""
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            pence = Decimal(row["amount"]) * 100
            if not pence.is_finite() or pence != int(pence):
                raise SystemExit(f"{row['id']}: {row['amount']} is no whole number of pence")
            yield BankLine(row["id"], row["invoice"], int(pence), row["date"])


def report(api: Api, store: Store) -> list[str]:
    """Send what has not been answered. Returns what a person must look at.

    A line stays unanswered while the API is away or lets nobody in, so the next run sends it again, under the same key.
    """
    complaints = []
    for line in store.unreported():
        invoice = _find(api, line.invoice)
        if invoice is None:
            store.note_answer(line, "unknown invoice")
            complaints.append(f"{line.id}: there is no invoice {line.invoice}")
            continue
        answer = api.post(f"/v1/invoices/{invoice['id']}/payments", _payment(line, invoice), f"{SYSTEM}-{line.id}")
        if answer.status_code not in _JUDGED or (answer.is_error and answer.json()["code"] in _AT_ONCE):
            # Too many requests, or rights that were taken away: nothing was said of the payment.
            answer.raise_for_status()
        code = "recorded" if answer.status_code == httpx.codes.CREATED else answer.json()["code"]
        store.note_answer(line, code)
        # Somebody else had recorded the same payment, which is as good.
        if code not in ("recorded", "payment_already_recorded"):
            complaints.append(f"{line.id}: {answer.json()['detail']}")
    return complaints


def _find(api: Api, number: str) -> Json | None:
    try:
        found = api.get("/v1/invoices", {"number": number})["items"]
    except httpx.HTTPStatusError as error:
        if error.response.status_code != httpx.codes.UNPROCESSABLE_ENTITY:
            raise
        # What the payer wrote is no number of an invoice.
        return None
    return found[0] if found else None


def _payment(line: BankLine, invoice: Json) -> Json:
    return {
        "amount": {"amount": line.pence, "currency": invoice["total"]["currency"]},
        "method": "bank_transfer",
        "received_on": line.received_on,
        "payer_reference": line.invoice,
        "external_system": SYSTEM,
        "external_payment_id": line.id,
    }
