"""Letters about the interview, each with its calendar file (R19)."""

from collections.abc import Sequence
from datetime import datetime

from app.database import Work
from app.domain.interviews import InterviewStatus
from app.emails.reviews import InterviewArranged, InterviewCancelled, InterviewRescheduled
from app.integrations.mailer import Attachment
from app.integrations.storage import DocumentStore
from app.jobs.emails.letter import Arguments, Letter, addressees, id_in, names
from app.letters.interviews.calendar_file import MEDIA_TYPE, calendar_file
from app.models import Application, Interview, Person
from app.queries.people import active_super_users


async def arranged(work: Work, _: DocumentStore, arguments: Arguments) -> Letter | None:
    """The invitation, unless the interview is off again."""
    interview, application = await _of(work, arguments)
    if interview.status is not InterviewStatus.ARRANGED:
        return None
    people = await active_super_users(work.session, application.centre_id)
    message = InterviewArranged(
        recipient_name=names(people),
        reference=application.reference,
        centre_name=application.centre_name,
        centre_lead_name=interview.arranged_by_name,
        starts_at=interview.starts_at,
        ends_at=interview.ends_at,
        place=interview.place,
        notes=interview.agenda,
    )
    return Letter(message, addressees(people), (_calendar(work, interview, application, people),))


async def rescheduled(work: Work, _: DocumentStore, arguments: Arguments) -> Letter | None:
    """When and where it is now; a calendar moves the entry that it has."""
    interview, application = await _of(work, arguments)
    if interview.status is not InterviewStatus.ARRANGED:
        return None
    people = await active_super_users(work.session, application.centre_id)
    previous = arguments.get("previous_starts_at")
    message = InterviewRescheduled(
        recipient_name=names(people),
        reference=application.reference,
        centre_name=application.centre_name,
        centre_lead_name=interview.arranged_by_name,
        starts_at=interview.starts_at,
        ends_at=interview.ends_at,
        place=interview.place,
        notes=interview.agenda,
        previous_starts_at=datetime.fromisoformat(previous) if previous else interview.starts_at,
    )
    return Letter(message, addressees(people), (_calendar(work, interview, application, people),))


async def cancelled(work: Work, _: DocumentStore, arguments: Arguments) -> Letter | None:
    """It will not take place; a calendar takes the entry out."""
    interview, application = await _of(work, arguments)
    if interview.status is not InterviewStatus.CANCELLED:
        return None
    people = await active_super_users(work.session, application.centre_id)
    message = InterviewCancelled(
        recipient_name=names(people),
        reference=application.reference,
        centre_name=application.centre_name,
        centre_lead_name=interview.arranged_by_name,
        starts_at=interview.starts_at,
        reason=interview.summary,
    )
    return Letter(message, addressees(people), (_calendar(work, interview, application, people),))


async def _of(work: Work, arguments: Arguments) -> tuple[Interview, Application]:
    interview = await work.session.get_one(Interview, id_in(arguments, "interview_id"))
    return interview, await work.session.get_one(Application, interview.application_id)


def _calendar(work: Work, interview: Interview, application: Application, people: Sequence[Person]) -> Attachment:
    attendees = [(person.name, person.email) for person in people]
    content = calendar_file(interview, application, work.settings.organisation, stamp=work.now, attendees=attendees)
    return Attachment("interview.ics", MEDIA_TYPE, content)
