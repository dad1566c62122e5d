"""An interview as a calendar file (RFC 5545), for calendars and for the emails that tell of it."""

from collections.abc import Sequence
from datetime import datetime

from icalendar import Calendar, Event, vCalAddress, vText

from app.domain.interviews import InterviewMode, InterviewStatus
from app.models import Application, Interview
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
    """The interview as one event, in UTF-8; with `attendees`, names and addresses, it invites them.

    The id stays the same and the sequence goes up when it is rescheduled, so that a calendar moves the entry and does
    not add a second; a cancelled one is withdrawn (RFC 5546 section 3.2.5). `stamp` is when the file was made.
    """
    off = interview.status is InterviewStatus.CANCELLED
    entry = Event()
    entry.add("uid", str(interview.id))
    # What withdraws an entry has to be newer than what made it.
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
