"""Each operation of the contract in a request that succeeds: by whom, in which state, with which body."""

import base64
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pyotp
from sqlalchemy import text
from uuid_utils.compat import uuid7

from app.database import Work
from app.domain.actors import SYSTEM
from app.domain.policies import PolicyKey
from app.domain.workflow import Status
from app.letters.secrets import make_invitation_token
from app.models import Membership, PasswordReset, Person
from app.security.tokens import secret_hash
from tests.authenticator import Authenticator
from tests.contract.asking import address_of, valid_body, who_may
from tests.contract.bank_rows import statement_form
from tests.contract.landscape import Landscape, give_factor
from tests.contract.operations import Operation
from tests.contract.test_replays import PREPARE as PREPARE_REPEATABLE
from tests.contract.test_replays import in_status, paid_back
from tests.integrations.file_samples import pdf
from tests.second_factors import FACTORS, HERE
from tests.world import PASSWORD

Prepare = Callable[[Landscape], Awaitable[dict[str, Any] | None]]
AUTHENTICATOR = Authenticator()
NEW_PASSWORD = "another-Password-nobody-guesses"
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def _editable(landscape: Landscape) -> None:
    await in_status(landscape, Status.RETURNED)


async def _complete_payment(landscape: Landscape) -> dict[str, Any]:
    """The whole fee again after a reversal, which opens the fee gate."""
    await paid_back(landscape)
    await in_status(landscape, Status.AWAITING_PAYMENT)
    invoice = await landscape.world.get(f"/v1/invoices/{landscape.ids['invoice_id']}", landscape.logins["finance"])
    received_on = landscape.world.clock().date().isoformat()
    return {"json": {"amount": invoice["due"], "method": "bank_transfer", "received_on": received_on}}


async def _awaiting_number(landscape: Landscape) -> None:
    """Let the invoice and its credit note wait for the finance system's numbers."""
    invoice, credit = landscape.ids["invoice_id"], landscape.ids["credit_note_id"]
    async with landscape.database.transaction() as session:
        for statement in (
            "ALTER TABLE invoices DISABLE TRIGGER append_only",
            "ALTER TABLE invoice_entries DISABLE TRIGGER append_only",
            f"UPDATE invoices SET awaits_number = true WHERE id = '{invoice}'",
            f"UPDATE invoice_entries SET awaits_number = true WHERE id = '{credit}'",
            "ALTER TABLE invoices ENABLE TRIGGER append_only",
            "ALTER TABLE invoice_entries ENABLE TRIGGER append_only",
        ):
            await session.driver.execute(statement)


async def _numbered_invoice(landscape: Landscape) -> None:
    await _awaiting_number(landscape)
    path = f"/v1/invoices/{landscape.ids['invoice_id']}/number"
    headers = landscape.headers("finance")
    assert (await landscape.client.put(path, json={"number": "SI-1"}, headers=headers)).is_success


async def _document(landscape: Landscape) -> dict[str, Any]:
    form = {"kind": "being_a_centre_guide", "title": "Being a centre"}
    return {"files": {"file": ("a.pdf", pdf(), "application/pdf")}, "data": form}


async def _log_in(landscape: Landscape) -> dict[str, Any]:
    return {"json": {"email": landscape.logins["user"].email, "password": PASSWORD}}


async def _refresh(landscape: Landscape) -> dict[str, Any]:
    opened = await landscape.client.post("/v1/sessions", **await _log_in(landscape))
    return {"json": {"refresh_token": opened.json()["refresh_token"]}}


async def _change_password(landscape: Landscape) -> dict[str, Any]:
    return {"json": {"current_password": PASSWORD, "new_password": NEW_PASSWORD}}


async def _reset_password(landscape: Landscape) -> dict[str, Any]:
    now = landscape.world.clock()
    async with landscape.database.transaction() as session:
        session.add(
            PasswordReset(
                id=uuid7(),
                person_id=landscape.logins["user"].id,
                token_hash=secret_hash("a token"),
                issued_at=now,
                expires_at=now + timedelta(hours=1),
            )
        )
    return {"json": {"token": "a token", "new_password": NEW_PASSWORD}}


async def _invitation(landscape: Landscape, *, has_password: bool = True) -> dict[str, Any]:
    """Whoever accepts is invited to another centre."""
    now, person_id = landscape.world.clock(), landscape.logins["user"].id
    async with landscape.database.transaction() as session:
        if not has_password:
            (await session.get_one(Person, person_id)).password_changed_at = None
        member = Membership(
            person_id=person_id,
            centre_id=UUID(landscape.others["centre_id"]),
            role="user",
            invited_at=now,
            pending=True,
        )
        session.add(member)
        await session.flush()
        work = Work(session, SYSTEM, now, landscape.world.settings)
        token, _ = await make_invitation_token(work, member)
    return {"json": {"token": token}}


async def _invitation_with_password(landscape: Landscape) -> dict[str, Any]:
    invited = await _invitation(landscape, has_password=False)
    return {"json": invited["json"] | {"new_password": NEW_PASSWORD}}


async def _client_token(landscape: Landscape) -> dict[str, Any]:
    named = base64.b64encode(f"{landscape.ids['client_id']}:a secret".encode()).decode()
    headers = _FORM | {"Authorization": f"Basic {named}"}
    return {"content": b"grant_type=client_credentials", "headers": headers}


async def _delivery_site(landscape: Landscape) -> None:
    user, centre_id = landscape.logins["super_user"], landscape.ids["centre_id"]
    site = await landscape.world.get(f"/v1/centres/{centre_id}/sites/{landscape.ids['site_id']}", user)
    body = {"name": "Second site", "address": site["address"]}
    made = await landscape.world.post(f"/v1/centres/{centre_id}/sites", body, user)
    landscape.ids["site_id"] = made["id"]


async def _role_of_user(landscape: Landscape) -> dict[str, Any]:
    return {"json": {"role": "super_user"}}


async def _agreement(landscape: Landscape) -> None:
    await _editable(landscape)
    # A new version, so that there is something to accept.
    await landscape.world.agreement()


async def _no_invigilated_assessment(landscape: Landscape) -> None:
    await _editable(landscape)
    landscape.ids["key"] = PolicyKey.EXAMINATIONS.value
    async with landscape.database.transaction() as session:
        await session.execute(
            text("UPDATE policies SET not_applicable_statement = 'So far.' WHERE key = 'examinations'")
        )
    path = f"/v1/applications/{landscape.ids['application_id']}/details/provision"
    body = {"plans_invigilated_assessment": False}
    await landscape.world.post(path, body, landscape.logins["user"], match=path, method="PATCH")


async def _waiting_app(landscape: Landscape) -> dict[str, Any]:
    return {"json": {"code": await _start_totp(landscape)}}


async def _start_totp(landscape: Landscape) -> str:
    headers = landscape.headers("administrator")
    started = await landscape.client.post(f"{FACTORS}/totp", json={"name": "Work phone"}, headers=headers)
    return pyotp.TOTP(started.json()["secret"]).at(landscape.world.clock())


async def _own_app(landscape: Landscape) -> dict[str, Any]:
    secret = pyotp.random_base32()
    await give_factor(landscape.world, landscape.logins["administrator"].id, secret)
    return {"json": {"code": pyotp.TOTP(secret).at(landscape.world.clock())}}


async def _with_factor(landscape: Landscape) -> dict[str, Any]:
    await _own_app(landscape)
    return {"content": b""}


async def _registered(landscape: Landscape) -> dict[str, Any]:
    headers = landscape.headers("administrator")
    options = await landscape.client.post(f"{FACTORS}/passkey-registrations", headers=headers)
    return {"json": AUTHENTICATOR.register(options.json())}


async def _own_passkey(landscape: Landscape) -> dict[str, Any]:
    headers = landscape.headers("administrator")
    added = await landscape.client.post(f"{FACTORS}/passkeys", headers=headers, **await _registered(landscape))
    assert added.status_code == 201, added.text
    return {"content": b""}


async def _challenged(landscape: Landscape) -> dict[str, Any]:
    await _own_passkey(landscape)
    headers = landscape.headers("administrator")
    options = await landscape.client.post(f"{HERE}/passkey-challenges", headers=headers)
    return {"json": AUTHENTICATOR.sign(options.json())}


async def _password(landscape: Landscape) -> dict[str, Any]:
    return {"json": {"password": PASSWORD}}


async def _confirmation(landscape: Landscape) -> dict[str, Any]:
    return {"json": {"token": "to confirm", "password": PASSWORD}}


async def _cancellation(landscape: Landscape) -> dict[str, Any]:
    return {"json": {"token": "to cancel"}}


PREPARE: dict[str, Prepare] = {
    "confirmEmailChange": _confirmation,
    "cancelEmailChange": _cancellation,
    "createSession": _log_in,
    "refreshSession": _refresh,
    "changePassword": _change_password,
    "completePasswordReset": _reset_password,
    "lookUpInvitation": _invitation,
    "acceptInvitation": _invitation,
    "acceptInvitationWithPassword": _invitation_with_password,
    "issueClientToken": _client_token,
    "completeTotp": _waiting_app,
    "createPasskey": _registered,
    "issueRecoveryCodes": _with_factor,
    "verifyCode": _own_app,
    "startPasskeyVerification": _own_passkey,
    "verifyPasskey": _challenged,
    "verifyPassword": _password,
    "closeSite": _delivery_site,
    "updateCentreUser": _role_of_user,
    "acceptAgreement": _agreement,
    "declareNotApplicable": _no_invigilated_assessment,
    "uploadPolicy": _editable,
    "answerReturnItem": _editable,
    "recordPayment": _complete_payment,
    "publishDocument": _document,
    "uploadBankStatement": statement_form,
    "assignInvoiceNumber": _awaiting_number,
    "assignCreditNoteNumber": _numbered_invoice,
}


async def ask(landscape: Landscape, op: Operation) -> Callable[..., Awaitable[httpx.Response]]:
    """Prepare the landscape, and return the request, which takes other headers."""
    sent: dict[str, Any] = {}
    if op.id in PREPARE:
        sent = await PREPARE[op.id](landscape) or {}
    elif op.id in PREPARE_REPEATABLE:
        prepared = await PREPARE_REPEATABLE[op.id](landscape)
        sent = {"json": prepared} if prepared is not None else {}
    elif op.id.startswith("save"):
        await _editable(landscape)
    who = {"reviewApplication": "centre_lead", "acceptInvitation": "user"}.get(op.id) or who_may_here(op)
    headers = landscape.headers(who)
    if op.takes_if_match:
        headers["If-Match"] = "*"
    if op.takes_key:
        headers["Idempotency-Key"] = str(uuid7())
    sent = (await valid_body(landscape, op) if not sent else {}) | sent
    headers |= sent.pop("headers", {})
    address = address_of(landscape, op)
    return lambda **others: landscape.client.request(op.method, address, headers=headers | others, **sent)


def who_may_here(op: Operation) -> str:
    """As `who_may`; anybody may use the sandbox."""
    return "anonymous" if op.path.startswith("/v1/sandbox") else who_may(op)
