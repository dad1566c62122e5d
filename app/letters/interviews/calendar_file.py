"""An interview as a calendar file (RFC 5545), for letters and for download."""

from collections.abc import Sequence
from datetime import datetime

from icalendar import Calendar, Event, vCalAddress, vText

from app.database import Work
from app.domain.interviews import InterviewMode, InterviewStatus
from app.integrations.mailer import Attachment
from app.models import Application, Interview, Person
from app.settings import AwardingOrganisation

MEDIA_TYPE = "text/calendar"


def calendar_file(
    interview: Interview,
    application: Application,
    organisation: AwardingOrganisation,
    *,
    stamp: datetime,
    attendees: Sequence[tuple[str, str]] = (),
) -> bytes:
    """Write the interview as one event, in UTF-8. `attendees` (names and addresses) are invited.

    The id stays and the sequence goes up when the interview is rescheduled, so a calendar moves its entry instead of
    adding a second. A cancelled interview is withdrawn (RFC 5546 section 3.2.5). `stamp` is when the file was made.
    """
    off = interview.status is InterviewStatus.CANCELLED
    entry = Event()
    entry.add("uid", str(interview.id))
    # A withdrawal must be newer than the entry it withdraws.
    entry.add("sequence", interview.sequence + (1 if off else 0))
    entry.add("dtstamp", stamp)
    entry.add("dtstart", interview.starts_at)
    entry.add("dtend", interview.ends_at)
    entry.add("summary", f"{organisation.short_name} centre recognition interview: {application.centre_name}")
    entry.add("location", interview.place)
    if interview.agenda is not None:
        entry.add("description", interview.agenda)
    if (
        interview.mode is InterviewMode.ONLINE
        and interview.place.startswith("https://")
        and len(interview.place.split()) == 1
    ):
        entry.add("url", interview.place)
    entry.add("status", "CANCELLED" if off else "CONFIRMED")
    organiser = vCalAddress(f"mailto:{organisation.help.enquiries_email}")
    organiser.params["cn"] = vText(organisation.name)
    entry.add("organizer", organiser)
    for name, address in attendees:
        attendee = vCalAddress(f"mailto:{address}")
        attendee.params["cn"] = vText(name)
        attendee.params["role"] = vText("REQ-PARTICIPANT")
        entry.add("attendee", attendee)
    calendar = Calendar()
    calendar.add("prodid", f"-//{organisation.short_name}//Centre recognition//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if off else "REQUEST" if attendees else "PUBLISH")
    calendar.add_component(entry)
    return bytes(calendar.to_ical())


def attach_calendar(work: Work, interview: Interview, application: Application, people: Sequence[Person]) -> Attachment:
    """The calendar file that goes with a letter and invites these people."""
    attendees = [(person.name, person.email) for person in people]
    content = calendar_file(interview, application, work.settings.organisation, stamp=work.now, attendees=attendees)
    return Attachment("interview.ics", MEDIA_TYPE, content)
