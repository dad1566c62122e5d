"""An interview as a calendar file (RFC 5545), for letters (RFC 5546, RFC 6047) and for download."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from icalendar import Calendar, Event, vCalAddress, vText

from app.database import Work
from app.domain.emails import address_of
from app.domain.interviews import InterviewMode, InterviewStatus
from app.domain.links import first_link
from app.integrations.mailer import Attachment
from app.letters.letter import Stage
from app.letters.readers import Reader, reply_to
from app.models import Application, Interview, Person
from app.settings import AwardingOrganisation, Settings

MEDIA_TYPE: Final = "text/calendar"
FILE_NAME: Final = "interview.ics"


class Method(StrEnum):
    """What the readers' calendars do with the file (RFC 5546)."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True)
class Invitation:
    """Who is invited, and who answers for it. `sender` sends the letters on the organiser's behalf."""

    organiser: str
    sender: str
    attendees: Sequence[Reader]
    centre_lead: Person | None


def calendar_file(
    interview: Interview,
    application: Application,
    organisation: AwardingOrganisation,
    *,
    stamp: datetime,
    method: Method | None = None,
    invitation: Invitation | None = None,
) -> bytes:
    """Write the interview as one event, in UTF-8 and UTC.

    The id stays and the sequence goes up when the interview is rescheduled, so a calendar moves its entry instead of
    adding a second. A cancelled interview is withdrawn (RFC 5546 section 3.2.5). `stamp` is when the file was made. A
    download has no method and invites nobody.
    """
    off = method is Method.CANCEL or interview.status is InterviewStatus.CANCELLED
    entry = Event()
    entry.add("uid", str(interview.id))
    # A withdrawal must be newer than the entry it withdraws.
    entry.add("sequence", interview.sequence + (1 if off else 0))
    entry.add("dtstamp", stamp)
    entry.add("dtstart", interview.starts_at)
    entry.add("dtend", interview.ends_at)
    entry.add("summary", f"{organisation.short_name} centre recognition interview: {application.centre_name}")
    entry.add("location", interview.place)
    link = first_link(interview.place)
    # Not every calendar makes a link of the place.
    join = f"Join: {link}" if link is not None and interview.mode is InterviewMode.ONLINE else None
    if described := [part for part in (join, interview.agenda) if part is not None]:
        entry.add("description", "\n\n".join(described))
    if link is not None:
        entry.add("url", link)
    entry.add("status", "CANCELLED" if off else "CONFIRMED")
    if invitation is None:
        entry.add("organizer", _mailbox(organisation.name, organisation.help.enquiries_email))
    else:
        _invite(entry, organisation, invitation)
    calendar = Calendar()
    calendar.add("prodid", f"-//{organisation.short_name}//Centre recognition//EN")
    calendar.add("version", "2.0")
    if method is not None:
        calendar.add("method", method.value)
    calendar.add_component(entry)
    return bytes(calendar.to_ical())


def _invite(entry: Event, organisation: AwardingOrganisation, invitation: Invitation) -> None:
    organiser = _mailbox(organisation.name, invitation.organiser)
    if invitation.sender != invitation.organiser:
        # Readers that compare the organiser with the sender would otherwise distrust the letter.
        organiser.params["sent-by"] = vText(f"mailto:{invitation.sender}")
    entry.add("organizer", organiser)
    for person in invitation.attendees:
        attendee = _mailbox(person.name, person.email)
        is_lead = person is invitation.centre_lead
        attendee.params["cutype"] = vText("INDIVIDUAL")
        attendee.params["role"] = vText("REQ-PARTICIPANT")
        # Whoever chose the time has accepted it.
        attendee.params["partstat"] = vText("ACCEPTED" if is_lead else "NEEDS-ACTION")
        attendee.params["rsvp"] = vText("FALSE" if is_lead else "TRUE")
        entry.add("attendee", attendee)


def _mailbox(name: str, address: str) -> vCalAddress:
    found = vCalAddress(f"mailto:{address}")
    found.params["cn"] = vText(name)
    return found


def attach_calendar(
    work: Work,
    interview: Interview,
    application: Application,
    *,
    people: Sequence[Reader],
    centre_lead: Person | None,
    method: Method,
) -> Attachment:
    """The calendar file with a letter: it adds, moves or removes the interview in these people's calendars."""
    settings = work.settings
    content = calendar_file(
        interview,
        application,
        settings.organisation,
        stamp=work.now,
        method=method,
        invitation=_invitation(settings, people, centre_lead),
    )
    return Attachment(FILE_NAME, MEDIA_TYPE, content, method.value)


def _invitation(settings: Settings, people: Sequence[Reader], centre_lead: Person | None) -> Invitation:
    # Acceptances and refusals go to the organiser, as all replies do.
    organiser = address_of(reply_to(settings, Stage.ENQUIRIES))
    return Invitation(organiser, address_of(settings.mail_from), people, centre_lead)
