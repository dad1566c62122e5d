"""The gate: nothing proceeds until a finance system, which knows no person, records the full payment (R18)."""

from datetime import timedelta
from pathlib import Path

from app.demo.client import Caller, require
from app.demo.mailbox import attachment
from app.demo.stage import Stage
from app.samples import answers, casework
from app.services.story import staff
from app.services.story.script import Part

_SCOPES = ["invoices:read", "payments:write"]


def collect(stage: Stage) -> Path:
    """The invoice arrives, a part payment opens nothing, and the rest does. Returns the invoice's PDF."""
    kept = _receive_invoice(stage)
    _try_to_go_on(stage)
    client, finance = _connect_finance_system(stage)
    stage.player.cast[Part.FINANCE] = finance
    _pay_half(stage, finance)
    _try_to_go_on(stage)
    stage.player.play(staff.receive_fee)
    invoice = finance.get(f"/v1/invoices/{stage.player.scene.ids['invoice']}").body
    finance.says(f"records the rest: the invoice is '{invoice['status']}'")
    stage.staff.administrator.change("DELETE", client, None, on=client)
    stage.staff.administrator.says("withdraws the finance system's access")
    return kept


def _receive_invoice(stage: Stage) -> Path:
    address = next(each["email"] for each in answers.contacts(stage.run) if "finance" in each["roles"])
    mail = stage.mailbox.wait_for(address, "invoice")
    kept = stage.keep("invoice.pdf", attachment(mail, "application/pdf").content)
    stage.new_caller("Finance contact").says(f"receives “{mail.subject}” with a PDF, without ever logging in")
    return kept


def _try_to_go_on(stage: Stage) -> None:
    lead = stage.staff.centre_lead
    invitation = casework.interview(stage.player.clock() + timedelta(days=7))
    path = f"{stage.application}/interviews"
    lead.post(path, invitation, on=stage.application, expect=409, code="step_not_allowed")
    lead.says("tries to arrange the interview: refused, the fee is not paid in full")


def _connect_finance_system(stage: Stage) -> tuple[str, Caller]:
    administrator = stage.staff.administrator
    wanted = {"name": f"Demonstration's finance system {stage.run}", "scopes": _SCOPES}
    client = administrator.post("/v1/integration-clients", wanted).body
    administrator.says(f"registers the finance system, with {' and '.join(_SCOPES)} only")
    finance = stage.new_caller("Finance integration")
    form = {"grant_type": "client_credentials", "client_id": client["client_id"]}
    token = finance.send_form("/v1/oauth/token", form | {"client_secret": client["client_secret"]}).body
    return f"/v1/integration-clients/{client['id']}", finance.with_token(token["access_token"])


def _pay_half(stage: Stage, finance: Caller) -> None:
    """Record half of the total, twice: the retry changes nothing."""
    path = f"/v1/invoices/{stage.player.scene.ids['invoice']}"
    invoice = finance.get(path).body
    half = invoice["total"]["amount"] // 2
    payment = {
        "amount": {"amount": half, "currency": invoice["total"]["currency"]},
        "method": "bank_transfer",
        "received_on": stage.player.scene.today.isoformat(),
        "payer_reference": f"{invoice['number']} HARBOUR LANE",
        "external_system": "demo-ledger",
        "external_payment_id": stage.run,
    }
    key = f"demo-{stage.run}"
    due = finance.post(f"{path}/payments", payment, key=key).body["invoice"]["due"]["amount"]
    require(finance.post(f"{path}/payments", payment, key=key).replayed, "A retried payment was recorded twice.")
    finance.says(f"records a part payment of {_pounds(half)}, retried but recorded once: {_pounds(due)} is still due")


def _pounds(pence: int) -> str:
    return f"£{pence // 100:,}.{pence % 100:02}"
