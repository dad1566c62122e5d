"""Every POST that accepts an `Idempotency-Key`, sent twice: the first response is replayed byte for byte, without a
second effect."""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, text
from uuid_utils.compat import uuid7

from app.domain.actors import PUBLIC, Scope
from app.domain.workflow import Status
from app.models import Event, Membership, StaffMember
from tests.contract.asking import product
from tests.contract.bank_rows import FILE, FORM, confirm_line, rejected_line
from tests.contract.landscape import Landscape, give_factor, path_of
from tests.contract.operations import operation, tagged_by
from tests.contract.who_may import PRINCIPALS, expected
from tests.integrations.file_samples import pdf

Prepare = Callable[[Landscape], Awaitable[dict[str, Any] | None]]


def _example(name: str) -> dict[str, Any]:
    return dict(operation(name).example)


async def _sql(landscape: Landscape, statement: str, **values: Any) -> None:
    async with landscape.database.transaction() as session:
        await session.execute(text(statement), values)


async def in_status(landscape: Landscape, status: Status) -> None:
    await _sql(
        landscape,
        "UPDATE applications SET status = :status, returned_by_centre_lead = false WHERE id = :id",
        status=status.value,
        id=landscape.ids["application_id"],
    )


async def _abandoned(landscape: Landscape) -> None:
    await _sql(
        landscape,
        "UPDATE applications SET status = 'returned', changed_at = changed_at - interval '60 days' WHERE id = :id",
        id=landscape.ids["application_id"],
    )


async def _warned(landscape: Landscape) -> None:
    await _abandoned(landscape)
    await _sql(
        landscape,
        "UPDATE applications SET closing_warned_at = changed_at, closable_from = changed_at::date WHERE id = :id",
        id=landscape.ids["application_id"],
    )


async def _closed(landscape: Landscape) -> None:
    await _sql(
        landscape,
        "UPDATE applications SET status = 'closed', closed_at = status_since, closed_from = 'returned', "
        "closing_credit_pence = 0, reopenable_until = status_since::date + 365 WHERE id = :id",
        id=landscape.ids["application_id"],
    )
    await _sql(landscape, "UPDATE recognitions SET status = 'ended', ended_at = certificate_issued_at")


async def _checked(landscape: Landscape) -> None:
    landscape.ids["initial_application_id"] = (await landscape.world.checked())["id"]


async def _a_new_user(landscape: Landscape) -> None:
    user = await landscape.world.centre_user(UUID(landscape.ids["centre_id"]))
    landscape.ids["user_id"] = str(user.user_id)
    await _sql(landscape, "UPDATE people SET password_changed_at = NULL WHERE id = :id", id=str(user.id))


async def _a_new_staff_member(landscape: Landscape) -> None:
    await _sql(
        landscape,
        "UPDATE people SET password_changed_at = NULL WHERE id = (SELECT person_id FROM staff_members WHERE id = :id)",
        id=landscape.ids["staff_id"],
    )


async def _without_application(landscape: Landscape) -> None:
    landscape.ids["centre_id"] = landscape.others["centre_id"]
    landscape.logins["user"] = landscape.logins["super_user"] = landscape.logins["other_super_user"]


async def _editable(landscape: Landscape) -> None:
    await in_status(landscape, Status.RETURNED)


async def _draft(landscape: Landscape) -> dict[str, Any]:
    """A draft that stands still."""
    await in_status(landscape, Status.DRAFT)
    return {"kind": "draft_stands_still", "about_id": landscape.ids["application_id"]}


async def _late(landscape: Landscape) -> None:
    await _sql(landscape, "UPDATE initial_applications SET log_in_details_due_at = received_at")


async def _submitted(landscape: Landscape) -> dict[str, Any]:
    """As the centre lead returns it."""
    return _example("reviewApplication") | {"outcome": "return"}


async def paid_back(landscape: Landscape) -> None:
    """An invoice with an amount due, so that it can be credited."""
    headers = landscape.headers("finance") | {"Idempotency-Key": str(uuid7())}
    path = path_of(landscape, "", operation("reversePayment").path)
    answer = await landscape.client.post(path, headers=headers, json={"reason": "It bounced."})
    assert answer.status_code == 201, answer.text


async def _credit(landscape: Landscape) -> dict[str, Any]:
    await paid_back(landscape)
    return {"amount": {"amount": 100, "currency": "GBP"}, "reason": "A discount."}


async def _post_money(landscape: Landscape, name: str, body: dict[str, Any]) -> dict[str, Any]:
    headers = landscape.headers("finance") | {"Idempotency-Key": str(uuid7())}
    answer = await landscape.client.post(path_of(landscape, "", operation(name).path), headers=headers, json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def _replacement(_: Landscape) -> dict[str, Any]:
    return {"reason": "The order's number was wrong.", "purchase_order_number": "PO-2"}


async def _waiver(landscape: Landscape) -> dict[str, Any]:
    await paid_back(landscape)
    return _example("waiveInvoice")


async def _overpaid(landscape: Landscape) -> dict[str, Any]:
    amount = {"amount": 100, "currency": "GBP"}
    await _post_money(landscape, "recordPayment", await _payment(landscape) | {"amount": amount} | _UNKNOWN)
    return amount


_UNKNOWN = {"external_system": None, "external_payment_id": None}


async def _refund(landscape: Landscape) -> dict[str, Any]:
    amount = await _overpaid(landscape)
    today = landscape.world.clock().date().isoformat()
    return _example("recordRefund") | {"amount": amount, "refunded_on": today}


async def _allocation(landscape: Landscape) -> dict[str, Any]:
    """From the invoice that was replaced to a dearer one."""
    line = {"description": "Fee", "net": {"amount": 10_000_000, "currency": "GBP"}}
    new = await _post_money(landscape, "reissueInvoice", {"reason": "Wrong.", "lines": [line]})
    return {"amount": await _overpaid(landscape), "to_invoice_id": new["id"]}


async def _payment(landscape: Landscape) -> dict[str, Any]:
    return _example("recordPayment") | {"received_on": landscape.world.clock().date().isoformat()}


async def _cancel(landscape: Landscape) -> dict[str, Any]:
    return {"outcome": "cancelled", "summary": "Ill."}


async def _contact(landscape: Landscape) -> dict[str, Any]:
    return _example("createContact") | {
        "user_id": landscape.ids["user_id"],
        "roles": ["curriculum_development"],
    }


async def _evidence(landscape: Landscape) -> None:
    await _sql(landscape, "UPDATE actions SET status = 'evidence_sent'")


async def _arrange(landscape: Landscape) -> dict[str, Any]:
    await _sql(landscape, "UPDATE interviews SET status = 'cancelled'")
    starts = landscape.world.clock() + timedelta(days=2)
    return _example("arrangeInterview") | {
        "starts_at": starts.isoformat(),
        "ends_at": (starts + timedelta(hours=1)).isoformat(),
    }


async def _recommend(landscape: Landscape) -> dict[str, Any]:
    await _sql(landscape, "UPDATE interviews SET status = 'held'")
    return {"outcome": "accept", "reasons": "All is in place."}


async def _decide(landscape: Landscape) -> dict[str, Any]:
    prepared = await _recommend(landscape)
    await landscape.world.step(
        landscape.logins["centre_lead"], landscape.ids["application_id"], "recommendations", prepared
    )
    return {"outcome": "refer_back", "reasons": "One more look."}


async def _staff_with_factor(landscape: Landscape) -> None:
    async with landscape.database.transaction() as session:
        row = await session.get_one(StaffMember, UUID(landscape.ids["staff_id"]))
    await give_factor(landscape.world, row.person_id)


async def _user_with_factor(landscape: Landscape) -> None:
    async with landscape.database.transaction() as session:
        row = await session.get_one(Membership, UUID(landscape.ids["user_id"]))
    await give_factor(landscape.world, row.person_id)


async def _lost_super_user(landscape: Landscape) -> dict[str, Any]:
    return _example("replaceSuperUser") | {"lost_user_id": str(landscape.logins["super_user"].user_id)}


async def _unsubmitted(landscape: Landscape) -> None:
    """A version that no submission has."""
    await in_status(landscape, Status.RETURNED)
    id_, key = landscape.ids["application_id"], landscape.ids["key"]
    uploaded = await landscape.world.upload(landscape.logins["super_user"], id_, key)
    landscape.ids["number"] = str(uploaded["current_version"]["number"])


async def _file(landscape: Landscape) -> dict[str, Any]:
    return _example("redactFile") | {"file_id": landscape.ids["file_id"]}


PREPARE: dict[str, Prepare] = {
    "replaceSuperUser": _lost_super_user,
    "resendInvitationOnBehalf": _a_new_user,
    "correctCentreUser": _a_new_user,
    "removePolicyVersion": _unsubmitted,
    "redactFile": _file,
    "createCentreAccount": _checked,
    "resendInvitation": _a_new_user,
    "resendStaffInvitation": _a_new_staff_member,
    "startApplication": _without_application,
    "submitApplication": _editable,
    "warnOfClosing": _abandoned,
    "closeApplication": _warned,
    "reopenApplication": _closed,
    "reviewApplication": _submitted,
    "sendReminder": _draft,
    "sendLateAlert": _late,
    "closeAction": _evidence,
    "createContact": _contact,
    "creditInvoice": _credit,
    "reissueInvoice": _replacement,
    "waiveInvoice": _waiver,
    "recordRefund": _refund,
    "allocateCredit": _allocation,
    "recordPayment": _payment,
    "confirmBankLine": confirm_line,
    "reopenBankLine": rejected_line,
    "arrangeInterview": _arrange,
    "recordInterviewOutcome": _cancel,
    "recommend": _recommend,
    "decide": _decide,
    "resetStaffSecondFactors": _staff_with_factor,
    "resetCentreUserSecondFactors": _user_with_factor,
}
KEYED = [found.id for found in product() if found.takes_key]


@pytest.mark.parametrize("name", KEYED)
async def test_a_repeat_replays_the_first_response_without_effect(landscape: Landscape, name: str) -> None:
    """Another body with the same key is 422. A repeat is not refused for the version that its first request changed."""
    op = operation(name)
    prepared = await PREPARE[name](landscape) if name in PREPARE else None
    who = "centre_lead" if name == "reviewApplication" else _first(name)
    headers = landscape.headers(who) | {"Idempotency-Key": str(uuid7())}
    path = path_of(landscape, name, op.path)
    if op.takes_if_match:
        tag = await landscape.client.get(path_of(landscape, name, tagged_by(op)), headers=headers)
        headers["If-Match"] = tag.headers["etag"]
    body: dict[str, Any] = {"json": prepared or op.example} if op.takes_json else {}
    other: dict[str, Any] = {"json": {**body.get("json", {}), "another": 1}}
    if op.media_types == {"multipart/form-data"}:
        fields = _FORMS[name]
        file = FILE[1:] if name == "uploadBankStatement" else (pdf(), "application/pdf")
        body = {"files": {"file": ("a.pdf", *file)}, "data": fields}
        other = {"files": {"file": ("b.pdf", *file)}, "data": fields}
    async with landscape.database.transaction() as session:
        # As if the first request with the key were in progress.
        await session.execute(
            text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock_of(landscape, who, name, headers)}
        )
        running = await landscape.client.post(path, headers=headers, **body)
    assert (running.status_code, running.json()["code"]) == (409, "request_in_progress"), running.text
    assert running.headers["retry-after"] == "1"
    first = await landscape.client.post(path, headers=headers, **body)
    assert first.is_success, first.text
    assert "idempotent-replayed" not in first.headers
    happened = await _events(landscape)
    again = await landscape.client.post(path, headers=headers, **body)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["idempotent-replayed"] == "true"
    for header in ("etag", "location", "content-type", "cache-control"):
        assert again.headers.get(header) == first.headers.get(header), header
    assert await _events(landscape) == happened
    # Of an operation without a body too: the key is bound to what was sent.
    reused = await landscape.client.post(path, headers=headers, **other)
    assert (reused.status_code, reused.json()["code"]) == (422, "idempotency_key_reused"), reused.text
    for another in _others(landscape, name, who)[:1]:
        # Another caller's key is a different key and reveals nothing of the first response.
        theirs = await landscape.client.post(path, headers=headers | landscape.headers(another), **body)
        assert "idempotent-replayed" not in theirs.headers, theirs.text
        assert theirs.status_code != 422 or theirs.json()["code"] != "idempotency_key_reused", theirs.text


def _others(landscape: Landscape, name: str, who: str) -> list[str]:
    """Other permitted principals; none for a public operation, whose keys are shared by the public."""
    if who not in landscape.logins:
        return []
    mine = landscape.logins[who].id
    may = [found for found in PRINCIPALS if expected(name)[found] == "+" and found in landscape.logins]
    return [found for found in may if landscape.logins[found].id != mine]


def lock_of(landscape: Landscape, who: str, name: str, headers: dict[str, str]) -> int:
    """The advisory lock of a request with this key: by caller, operation and key."""
    login = landscape.logins.get(who)
    kind = "integration_client" if who in list(Scope) else "person"
    asker = f"public:{PUBLIC.id}" if login is None else f"{kind}:{login.id}"
    scope = hashlib.sha256(f"{asker}\n{name}\n{headers['Idempotency-Key']}".encode()).digest()
    return int.from_bytes(scope[:8], "big", signed=True)


_FORMS = {
    "sendActionEvidence": {"note": "The register."},
    "publishDocument": {"kind": "being_a_centre_guide", "title": "Being a centre"},
    "uploadBankStatement": FORM,
}


def _first(name: str) -> str:
    return next(who for who in PRINCIPALS if expected(name)[who] == "+")


async def _events(landscape: Landscape) -> int:
    async with landscape.database.transaction() as session:
        return await session.scalar(select(func.count()).select_from(Event)) or 0
