"""An interview in the calendars of the centre and of the centre lead (R19; RFC 5545, RFC 5546, RFC 6047)."""

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html import escape
from typing import Any

import pytest
from icalendar import Calendar

from app.domain.actors import StaffRole
from app.integrations.mailer import CapturedMail
from app.jobs.means import Means
from app.models import Person
from tests.jobs.post import Post
from tests.routers.review_stage import Case, case_in_review
from tests.world import World

LINK = "https://teams.example.com/l/meetup-join/19%3ameeting?context=%7b%22a%22%7d"
ENQUIRIES = "mailto:enquiries@aimgroup.org.uk"


@pytest.fixture
async def case(world: World) -> Case:
    return await case_in_review(world)


@pytest.fixture
def post(means: Means) -> Post:
    return Post(means)


async def _email(case: Case, person_id: Any) -> str:
    async with case.world.database.transaction() as session:
        return str((await session.get_one(Person, person_id)).email)


def _calendar_parts(mail: CapturedMail) -> Iterator[EmailMessage]:
    message = message_from_bytes(mail.path.read_bytes(), EmailMessage, policy=default)
    return (part for part in message.walk() if part.get_content_type() == "text/calendar")


def _entry(mail: CapturedMail) -> dict[str, Any]:
    """The entry as a mail reader finds it. It stands beside the plain and the HTML reading, and is attached."""
    reading, file = _calendar_parts(mail)
    content = reading.get_payload(decode=True)
    assert isinstance(content, bytes)
    assert reading.get_content_disposition() is None
    assert (file.get_filename(), file.get_payload(decode=True)) == ("interview.ics", content)
    calendar = Calendar.from_ical(content)
    for part in (reading, file):
        # RFC 6047 section 2.4: the parameter repeats the calendar's method.
        assert part.get_param("method") == calendar["method"]
        assert part.get_content_charset() == "utf-8"
    (entry,) = calendar.walk("VEVENT")
    invited = entry.get("attendee", [])
    attendees = invited if isinstance(invited, list) else [invited]
    return {
        "method": str(calendar["method"]),
        "status": str(entry["status"]),
        "sequence": int(str(entry["sequence"])),
        "uid": str(entry["uid"]),
        "starts_at": entry.decoded("dtstart").isoformat(),
        "attendees": {str(one): one.params for one in attendees},
        "entry": entry,
    }


@pytest.mark.requirement("R19")
async def test_an_interview_is_an_invitation_for_the_centre_and_the_lead(case: Case, post: Post) -> None:
    await post.new()
    body = case.invitation(place=f"Teams: {LINK} (passcode 4711)")
    interview = (await case.send(case.lead, "interviews", body)).json()
    assert interview["meeting_url"] == LINK
    mail = await post.new()
    super_user, lead = await _email(case, case.centre.super_user.id), case.lead.email
    assert mail["interview_arranged"].to == (super_user,)
    assert mail["interview_lead_invited"].to == (lead,)
    found = _entry(mail["interview_arranged"])
    assert found["method"] == "REQUEST"
    assert (found["uid"], found["sequence"]) == (interview["id"], 0)
    assert found["starts_at"] == interview["starts_at"].replace("Z", "+00:00")
    assert found["entry"]["dtstart"].to_ical().endswith(b"Z"), "UTC needs no VTIMEZONE"
    assert {who: params["partstat"] for who, params in found["attendees"].items()} == {
        f"mailto:{super_user}": "NEEDS-ACTION",
        f"mailto:{lead}": "ACCEPTED",
    }
    assert found["attendees"][f"mailto:{super_user}"]["rsvp"] == "TRUE"
    organiser = found["entry"]["organizer"]
    assert (str(organiser), organiser.params["sent-by"]) == (ENQUIRIES, "mailto:no-reply@aimgroup.org.uk")
    assert str(found["entry"]["url"]) == LINK
    assert f"Join: {LINK}" in str(found["entry"]["description"])
    assert _entry(mail["interview_lead_invited"])["attendees"] == found["attendees"]


async def test_the_meeting_link_of_a_letter_is_a_link(case: Case, post: Post) -> None:
    await case.send(case.lead, "interviews", case.invitation(place=f"Teams: {LINK} (passcode 4711)"))
    mail = await post.new()
    for kind in ("interview_arranged", "interview_lead_invited"):
        assert f'<a href="{escape(LINK)}"' in mail[kind].html
        assert f"Place: Teams: {LINK} (passcode 4711)" in mail[kind].text


@pytest.mark.requirement("R19")
async def test_a_move_and_a_cancellation_change_the_same_entry(case: Case, post: Post) -> None:
    interview = await case.arranged()
    await post.new()
    one = f"interviews/{interview['id']}"
    starts = case.world.clock() + timedelta(days=3)
    times = {"starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=1)).isoformat()}
    moved = await case.send(case.lead, one, times, interview["etag"], method="PATCH")
    mail = await post.new()
    assert "no longer takes place" in mail["interview_lead_invited"].text
    for kind in ("interview_rescheduled", "interview_lead_invited"):
        found = _entry(mail[kind])
        assert (found["method"], found["sequence"], found["uid"]) == ("REQUEST", 1, interview["id"])
        assert found["starts_at"] == moved.json()["starts_at"].replace("Z", "+00:00")
    off = {"outcome": "cancelled", "summary": "Snow."}
    await case.send(case.lead, f"{one}/outcome", off, moved.json()["etag"])
    mail = await post.new()
    for kind in ("interview_cancelled", "interview_lead_released"):
        found = _entry(mail[kind])
        assert (found["method"], found["status"]) == ("CANCEL", "CANCELLED")
        assert (found["sequence"], found["uid"]) == (2, interview["id"])
        assert "Snow." in mail[kind].text


async def test_another_lead_gets_the_interview_with_the_application(case: Case, post: Post) -> None:
    interview = await case.arranged()
    await post.new()
    other = await case.world.staff(StaffRole.CENTRE_LEAD, new=True)
    body = {"centre_lead_id": str(other.id), "reason": "Kim is on leave."}
    answer = await case.send(case.manager, "centre-lead", body, method="PUT")
    assert answer.status_code == 200, answer.text
    mail = await post.new()
    assert mail["interview_lead_invited"].to == (other.email,)
    assert other.name in mail["interview_rescheduled"].text
    found = _entry(mail["interview_rescheduled"])
    assert (found["method"], found["sequence"]) == ("REQUEST", 1)
    assert set(found["attendees"]) == {
        f"mailto:{await _email(case, case.centre.super_user.id)}",
        f"mailto:{other.email}",
    }
    released = mail["interview_lead_released"]
    assert released.to == (case.lead.email,)
    assert f"{other.name} is now the centre lead." in released.text
    found = _entry(released)
    assert (found["method"], found["uid"]) == ("CANCEL", interview["id"])
    assert set(found["attendees"]) == {f"mailto:{case.lead.email}"}


async def test_who_is_no_lead_any_more_keeps_no_entry(case: Case, post: Post) -> None:
    await case.arranged()
    await post.new()
    administrator = await case.world.staff(StaffRole.ADMINISTRATOR)
    staff = await case.world.get("/v1/staff?limit=100", administrator)
    (lead,) = [member for member in staff["items"] if member["email"] == case.lead.email]
    address = f"/v1/staff/{lead['id']}"
    await case.world.post(address, {"roles": ["customer_experience"]}, administrator, match=address, method="PATCH")
    released = (await post.new())["interview_lead_released"]
    assert released.to == (case.lead.email,)
    assert "Another centre lead will hold the interview" in released.text
    assert _entry(released)["method"] == "CANCEL"


async def test_names_cannot_add_to_the_calendar_file(case: Case, post: Post) -> None:
    async with case.world.database.transaction() as session:
        person = await session.get_one(Person, case.centre.super_user.id)
        person.first_name, person.last_name = 'Zoë "Z"; X=1:', "O’Neil, Ltd\\n"
    await case.send(case.lead, "interviews", case.invitation(agenda="One;\nEND:VEVENT\nTwo, three\\"))
    found = _entry((await post.new())["interview_arranged"])
    assert str(found["entry"]["description"]).splitlines()[-3:] == ["One;", "END:VEVENT", "Two, three\\"]
    assert len(found["attendees"]) == 2
