"""Show interviews, as JSON or as a calendar file (R19)."""

from app.database import Work
from app.domain.links import first_link
from app.domain.permissions import Permission, granted
from app.domain.preconditions import etag
from app.letters.interviews.calendar_file import MEDIA_TYPE, calendar_file
from app.models import Application, Interview
from app.queries import interviews as queries
from app.queries.applications import AnyApplication
from app.queries.rows import get_row
from app.schemas import interviews as schemas


async def list_all(work: Work, application: AnyApplication) -> schemas.InterviewList:
    """List the application's interviews."""
    rows = await queries.list_interviews(work.session, application.id)
    return schemas.InterviewList(items=[to_schema(work, application, row) for row in rows])


async def show_as(work: Work, interview: Interview, media_type: str) -> schemas.Interview | bytes:
    """Show one interview, or its calendar file when the caller prefers that."""
    application = await get_row(work.session, Application, interview.application_id)
    if media_type != MEDIA_TYPE:
        return to_schema(work, application, interview)
    changed_at = interview.outcome_recorded_at or interview.arranged_at
    return calendar_file(interview, application, work.settings.organisation, stamp=changed_at)


def to_schema(work: Work, application: AnyApplication, interview: Interview) -> schemas.Interview:
    """Only staff see the internal note."""
    internal = granted(work.actor, Permission.READ_INTERNAL_NOTES)
    return schemas.Interview(
        etag=etag(interview.version),
        id=interview.id,
        application_id=interview.application_id,
        status=interview.status,
        starts_at=interview.starts_at,
        ends_at=interview.ends_at,
        mode=interview.mode,
        place=interview.place,
        meeting_url=first_link(interview.place),
        agenda=interview.agenda,
        sequence=interview.sequence,
        arranged_by_name=interview.arranged_by_name,
        arranged_at=interview.arranged_at,
        outcome_recorded_at=interview.outcome_recorded_at,
        summary=interview.summary,
        internal_note=interview.internal_note if internal else None,
    )
