"""Show interviews, as JSON or as a calendar file (R19)."""

from collections.abc import Sequence

from app.database import Work
from app.domain.conditions import Facts
from app.domain.interviews import InterviewStatus
from app.domain.links import first_link
from app.domain.object_steps import Steps, of_interview
from app.domain.permissions import Permission, granted
from app.domain.preconditions import etag
from app.letters.interviews.calendar_file import MEDIA_TYPE, calendar_file
from app.models import Application, Interview
from app.queries import interviews as queries
from app.queries.application_rows import read_application_row
from app.queries.applications import AnyApplication
from app.queries.rows import get_row
from app.schemas import interviews as schemas
from app.services import object_steps


async def list_all(work: Work, application: AnyApplication) -> schemas.InterviewList:
    """List the application's interviews."""
    rows = await queries.list_interviews(work.session, application.id)
    facts = await _facts(work, rows)
    return schemas.InterviewList(items=[to_schema(work, row, facts) for row in rows])


async def show_as(work: Work, interview: Interview, media_type: str) -> schemas.Interview | bytes:
    """Show one interview, or its calendar file when the caller prefers that."""
    if media_type != MEDIA_TYPE:
        return to_schema(work, interview, await _facts(work, [interview]))
    application = await get_row(work.session, Application, interview.application_id)
    changed_at = interview.outcome_recorded_at or interview.arranged_at
    return calendar_file(interview, application, work.settings.organisation, stamp=changed_at)


async def _facts(work: Work, interviews: Sequence[Interview]) -> Facts | None:
    """The facts of the application's steps; None, and nothing is read, where the caller has no step to take."""
    arranged = next((row for row in interviews if row.status is InterviewStatus.ARRANGED), None)
    if arranged is None or not granted(work.actor, Permission.LEAD_APPLICATION):
        return None
    return (await read_application_row(work, arranged.application_id)).facts(work, missing=0)


def to_schema(work: Work, interview: Interview, facts: Facts | None) -> schemas.Interview:
    """Only staff see the internal note. `facts` are the application's, as they are by now."""
    internal = granted(work.actor, Permission.READ_INTERNAL_NOTES)
    steps = Steps()
    if facts is not None:
        steps = of_interview(work.actor, facts, interview.id, interview.starts_at, work.now)
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
        allowed_steps=object_steps.allowed(work, steps),
        blocked_steps=object_steps.blocked(work, steps),
    )
