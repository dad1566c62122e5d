"""The gate: nothing proceeds until the invoice is paid in full, by a finance system that knows no person (R18)."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from app.demo.client import Caller, demand
from app.demo.interview import arrangement
from app.demo.mailbox import attachment
from app.demo.stage import Stage
from app.samples import answers

_SCOPES = ["invoices:read", "payments:write"]


def collect(stage: Stage, application: str) -> Path:
    """Invoice by mail, a part payment that opens nothing, and the rest that does; returns the invoice's PDF."""
    kept = _receive_invoice(stage)
    _try_to_go_on(stage, application)
    client, finance = _let_finance_system_in(stage)
    invoice = finance.get("/v1/invoices", application_id=application.rpartition("/")[2]).body["items"][0]
    half = invoice["total"]["amount"] // 2
    first = _pay(stage, finance, invoice, 1, half)
    due = first["invoice"]["due"]["amount"]
    finance.says(f"records a part payment of {_pounds(half)} under {invoice['number']}: {_pounds(due)} are still due")
    _try_to_go_on(stage, application)
    last = _pay(stage, finance, invoice, 2, due)
    finance.says(f"records the rest, {_pounds(due)}, and repeats itself: recorded once, '{last['invoice']['status']}'")
    stage.staff.administrator.change("DELETE", client, None, expect=204)
    stage.staff.administrator.says("takes the finance system's access away again")
    return kept


def _receive_invoice(stage: Stage) -> Path:
    address = next(each["email"] for each in answers.contacts(stage.run) if "finance" in each["roles"])
    mail = stage.mailbox.wait_for(address, "invoice")
    kept = stage.keep("invoice.pdf", attachment(mail, "application/pdf").content)
    stage.new_caller("Finance contact").says(f"receives “{mail.subject}” with a PDF, without ever logging in")
    return kept


def _try_to_go_on(stage: Stage, application: str) -> None:
    lead = stage.staff.centre_lead
    later = arrangement(stage.today + timedelta(days=7))
    lead.post(f"{application}/interviews", later, on=application, expect=409, code="step_not_allowed")
    lead.says("tries to arrange the interview: refused, the fee is not paid in full")


def _let_finance_system_in(stage: Stage) -> tuple[str, Caller]:
    administrator = stage.staff.administrator
    wanted = {"name": f"Demonstration's finance system {stage.run}", "scopes": _SCOPES}
    client = administrator.post("/v1/integration-clients", wanted).body
    administrator.says(f"lets the finance system in, for {' and '.join(_SCOPES)} alone")
    finance = stage.new_caller("Finance integration")
    asked = {"grant_type": "client_credentials", "client_id": client["client_id"]}
    token = finance.send_form("/v1/oauth/token", asked | {"client_secret": client["client_secret"]}).body
    return f"/v1/integration-clients/{client['id']}", finance.with_token(token["access_token"])


def _pay(stage: Stage, finance: Caller, invoice: dict[str, Any], number: int, pence: int) -> dict[str, Any]:
    """Record a payment, twice: the second time changes nothing."""
    payment = {
        "amount": {"amount": pence, "currency": invoice["total"]["currency"]},
        "method": "bank_transfer",
        "received_on": stage.today.isoformat(),
        "payer_reference": f"{invoice['number']} HARBOUR LANE",
        "external_system": "demo-ledger",
        "external_payment_id": f"{stage.run}-{number}",
    }
    path, key = f"/v1/invoices/{invoice['id']}/payments", f"demo-{stage.run}-{number}"
    recorded = finance.post(path, payment, key=key)
    demand(finance.post(path, payment, key=key).replayed, "A payment that was sent twice was recorded twice.")
    return recorded.body


def _pounds(pence: int) -> str:
    return f"£{pence // 100:,}.{pence % 100:02}"
