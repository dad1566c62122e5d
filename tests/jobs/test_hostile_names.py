"""Names that mail systems would decode, in letters that went through the whole product."""

from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from icalendar import Calendar

from app.domain.actors import StaffRole
from app.domain.workflow import Status
from app.integrations.mailer import CapturedMail, read_captured
from app.jobs.drain import run_queued_jobs
from app.jobs.means import Means
from app.samples import answers
from app.services.story import centre as centres_part
from app.services.story import staff as staffs_part
from tests.world import World

ENCODED = "=?utf-8?q?Ann=0D=0ABcc:_eve=40evil=0D=0A=0D=0AYour_account_is_closed?="


def _headers(mail: CapturedMail) -> EmailMessage:
    return message_from_bytes(mail.path.read_bytes(), EmailMessage, policy=default)


@pytest.mark.requirement("R18")
async def test_an_encoded_word_in_a_contacts_name_does_not_stop_the_invoice(means: Means, world: World) -> None:
    centre = await world.centre()
    ready = await world.ready(centre)
    contacts = (await world.get(f"/v1/centres/{centre.id}/contacts", centre.user))["items"]
    [finance] = [each for each in contacts if "finance" in each["roles"]]
    path = f"/v1/centres/{centre.id}/contacts/{finance['id']}"
    headers = centre.user.headers | {"If-Match": finance["etag"]}
    changed = await world.client.patch(path, json={"first_name": ENCODED}, headers=headers)
    assert changed.json()["first_name"] == ENCODED
    await world.play(centre, ready["id"], centres_part.submit, staffs_part.pass_initial_review)
    await run_queued_jobs(means)
    mails = read_captured(means.settings.data_dir / "mail", to=finance["email"])
    [invoice] = [mail for mail in mails if mail.attachments]
    message = _headers(invoice)
    assert message["Bcc"] is None
    [to] = message["To"].addresses
    assert "".join(to.display_name.split()) == f"{ENCODED}{finance['last_name']}"
    assert ENCODED in invoice.text


@pytest.mark.requirement("R02")
async def test_an_encoded_word_in_the_public_form_adds_no_header(means: Means, world: World) -> None:
    """Neither to the acknowledgement nor to the mail to staff when nobody has answered in time."""
    body = answers.initial_application("hostile") | {"organisation_name": ENCODED}
    person = body["initial_super_user"] | {"first_name": ENCODED, "last_name": ENCODED, "job_title": ENCODED}
    sent = await world.client.post("/v1/initial-applications", json=body | {"initial_super_user": person})
    assert sent.status_code == 201, sent.text
    await run_queued_jobs(means)
    [acknowledgement] = read_captured(means.settings.data_dir / "mail")
    assert _headers(acknowledgement)["Bcc"] is None
    assert "Ann" not in acknowledgement.text


@pytest.mark.requirement("R19")
async def test_a_name_stays_one_value_of_the_invitation(means: Means, world: World) -> None:
    centre = await world.centre()
    me = await world.get("/v1/me", centre.super_user)
    headers = centre.super_user.headers | {"If-Match": me["etag"]}
    hostile = {"first_name": ENCODED, "last_name": '"Lee"; ROLE=CHAIR:eve'}
    assert (await world.client.patch("/v1/me", json=hostile, headers=headers)).status_code == 200
    application = await world.application(centre, Status.IN_REVIEW)
    lead, starts = await world.staff(StaffRole.CENTRE_LEAD), world.clock() + timedelta(days=1)
    times = {"starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=1)).isoformat()}
    place = {"mode": "online", "place": "https://meet.example.com/harbour"}
    await world.step(lead, application["id"], "interviews", times | place)
    await run_queued_jobs(means)
    mails = read_captured(means.settings.data_dir / "mail", to=centre.super_user.email)
    [file] = [each for mail in mails for each in mail.attachments if each.media_type == "text/calendar"][-1:]
    [event] = Calendar.from_ical(file.content).walk("VEVENT")
    invited: Any = event["attendee"]
    attendee = invited[0]
    assert str(attendee) == f"mailto:{centre.super_user.email}"
    assert attendee.params["cn"] == f"{ENCODED} {hostile['last_name']}"
    assert set(attendee.params) == {"CN", "CUTYPE", "PARTSTAT", "ROLE", "RSVP"}
    assert attendee.params["role"] == "REQ-PARTICIPANT"
