"""Captured email, readable over the API as soon as it is queued."""

import base64

import pytest
from sqlalchemy import select
from uuid_utils.compat import uuid7

from app.integrations.mailer import clear_captured
from app.models import Email
from tests.contract.operations import operation
from tests.routers.sandbox.conftest import Sandbox


@pytest.mark.parametrize("query", [{"to": "nobody"}, {"kind": "A-B"}, {"limit": "0"}, {"cursor": "x"}, {"text": "a"}])
async def test_an_invalid_query_is_refused(sandbox: Sandbox, query: dict[str, str]) -> None:
    assert (await sandbox.client.get("/v1/sandbox/emails", params=query)).status_code == 422


async def test_an_unknown_or_expired_email_is_404(sandbox: Sandbox) -> None:
    for never in (str(uuid7()), "seven"):
        assert (await sandbox.client.get(f"/v1/sandbox/emails/{never}")).status_code == 404
    await sandbox.post("centres")
    (mail,) = (await sandbox.get("emails"))["items"]
    clear_captured(sandbox.world.settings.data_dir / "mail")
    assert (await sandbox.client.get(f"/v1/sandbox/emails/{mail['id']}")).status_code == 404


async def test_emails_caused_by_a_request_can_be_read_after_its_response(sandbox: Sandbox) -> None:
    """No worker runs: reading sends queued email first. It has text, HTML, links and attachments."""
    made = await sandbox.application("awaiting_payment")
    (mail,) = (await sandbox.get("emails", kind="invoice_issued"))["items"]
    content = await sandbox.get(f"emails/{mail['id']}")
    assert content | mail == content
    assert content["to"] == mail["to"]
    assert "INV-" in content["subject"]
    assert content["subject"] in content["text"] or "invoice" in content["text"]
    assert content["html"].lstrip().lower().startswith("<!doctype html")
    assert content["links"]
    assert all(link.startswith("http") for link in content["links"])
    (attached,) = content["attachments"]
    assert attached["media_type"] == "application/pdf"
    assert len(base64.b64decode(attached["content_base64"])) == attached["size_bytes"]
    assert base64.b64decode(attached["content_base64"]).startswith(b"%PDF-")
    assert made["invoice_id"] is not None


async def test_a_comma_in_a_name_does_not_hide_the_address(sandbox: Sandbox) -> None:
    made = await sandbox.post("centres")
    form = operation("inviteCentreUser").example | {"last_name": "Doe, Jr; x: y", "email": "jo@comma.example.com"}
    path, headers = f"/v1/centres/{made['centre_id']}/users", await sandbox.sign_in(made["super_user"])
    invited = await sandbox.client.post(path, json=form, headers=headers)
    assert invited.status_code == 201, invited.text
    mails = (await sandbox.get("emails"))["items"]
    assert "jo@comma.example.com" in [address for mail in mails for address in mail["to"]]
    for mail in mails:
        assert (await sandbox.get(f"emails/{mail['id']}"))["to"] == mail["to"]


async def test_the_newest_come_first_page_by_page(sandbox: Sandbox) -> None:
    for _ in range(3):
        await sandbox.application("submitted")
    whole = (await sandbox.get("emails", limit=100))["items"]
    assert len(whole) > 4
    assert [mail["id"] for mail in whole] == sorted((mail["id"] for mail in whole), reverse=True)
    paged, cursor = [], None
    while True:
        page = await sandbox.get("emails", limit=2, **({"cursor": cursor} if cursor else {}))
        paged += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert paged == whole


async def test_emails_are_filtered_by_address_and_kind(sandbox: Sandbox) -> None:
    """The whole address matches, in any case; a part of it does not."""
    made, other = await sandbox.application("submitted"), await sandbox.application("submitted")
    address = made["super_user"]["email"]
    found = (await sandbox.get("emails", to=address.upper().replace(".EXAMPLE.COM", ".example.com")))["items"]
    assert found
    assert all(address in mail["to"] for mail in found)
    assert (await sandbox.get("emails", to=address[1:]))["items"] == []
    by_kind = (await sandbox.get("emails", kind="application_submitted"))["items"]
    assert {mail["to"][0] for mail in by_kind} == {address, other["super_user"]["email"]}
    assert (await sandbox.get("emails", to=address, kind="invoice_overdue"))["items"] == []


async def test_unsent_emails_are_not_shown(sandbox: Sandbox) -> None:
    """Log-in details are not sent to somebody who has already chosen a password."""
    made = await sandbox.post("centres")
    assert (await sandbox.get("emails", kind="log_in_details"))["items"] == []
    async with sandbox.world.database.transaction() as session:
        kinds = (await session.scalars(select(Email.kind))).all()
    assert "log_in_details" in kinds
    assert made["super_user"]["password"] is not None


async def test_an_invitation_is_kept_until_the_interview_is_held(sandbox: Sandbox) -> None:
    await sandbox.application("interview_held")
    assert (await sandbox.get("emails", kind="interview_arranged"))["items"] == []
    made = await sandbox.application("interview_arranged")
    (mail,) = (await sandbox.get("emails", kind="interview_arranged"))["items"]
    assert made["super_user"]["email"] in mail["to"]
