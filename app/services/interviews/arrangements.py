"""Arrange, reschedule and close interviews (R19)."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from app import outbox
from app.database import Work
from app.domain import limits
from app.domain.events import EventType
from app.domain.interviews import InterviewOutcome, InterviewStatus
from app.domain.preconditions import Expected
from app.domain.refusals.input import InvalidInput, in_body
from app.domain.refusals.input_faults import InputFaultCode
from app.domain.refusals.interviews import InterviewClosed, InterviewNotStarted
from app.domain.workflow import StepName, open_steps
from app.letters.interviews.arranged import InterviewArranged
from app.letters.interviews.cancelled import InterviewCancelled
from app.letters.interviews.lead_invited import InterviewLeadInvited
from app.letters.interviews.lead_released import InterviewLeadReleased
from app.letters.interviews.rescheduled import InterviewRescheduled
from app.models import Interview
from app.queries import interviews as queries
from app.queries.applications import AnyApplication
from app.schemas import interviews as schemas
from app.services.interviews.views import to_schema
from app.services.patches import apply
from app.services.workflow.steps import Standing, Step, lock, record, take

_LONGEST = timedelta(hours=8)
_EVENTS = {
    InterviewOutcome.HELD: (EventType.INTERVIEW_HELD, "Interview held"),
    InterviewOutcome.CANCELLED: (EventType.INTERVIEW_CANCELLED, "Interview cancelled"),
    InterviewOutcome.NOT_ATTENDED: (EventType.INTERVIEW_NOT_ATTENDED, "Interview not attended"),
}


async def arrange(
    work: Work, application: AnyApplication, expected: Expected, body: schemas.InterviewCreate
) -> schemas.Interview:
    """Arrange the interview and invite the centre.

    Raises `InvalidInput` for impossible times, `Conflict` at the limit, and what `steps.take` raises: only the
    application's centre lead, once the fee is paid, and one open interview at a time.
    """
    _require_sensible_times(work.now, body.starts_at, body.ends_at, moved=True)
    step = await take(work, application, expected, StepName.ARRANGE_INTERVIEW)
    row = step.application
    arranged = await queries.list_interviews(work.session, row.id)
    limits.require_room(len(arranged), limits.INTERVIEWS, "interviews of this application")
    assert work.actor.id is not None
    interview = Interview(
        application_id=row.id,
        status=InterviewStatus.ARRANGED,
        sequence=0,
        arranged_by=work.actor.id,
        arranged_by_name=work.actor.name,
        arranged_at=work.now,
        **body.model_dump(),
    )
    work.session.add(interview)
    step.move()
    await work.session.flush()
    await step.record(
        EventType.INTERVIEW_ARRANGED,
        "Interview arranged",
        public={"interview_id": str(interview.id), "starts_at": body.starts_at.isoformat()},
        after=body.model_dump(mode="json"),
    )
    await outbox.queue(
        work,
        InterviewArranged(interview_id=interview.id),
        InterviewLeadInvited(interview_id=interview.id, centre_lead_id=work.actor.id),
    )
    return to_schema(work, interview, replace(step.facts, open_interview_id=interview.id))


async def reschedule(
    work: Work, found: Interview, expected: Expected, body: schemas.InterviewUpdate
) -> schemas.Interview:
    """Change when, where or how the interview is held, and tell the centre; a no-op when nothing differs.

    Raises `InvalidInput`, `StaleVersion`, and `Forbidden` or `Conflict` as the workflow says.
    """
    locked = await lock(work, found.application_id)
    interview = await queries.lock_interview(work.session, found.id)
    sent = body.model_dump(exclude_unset=True)
    starts_at, ends_at = sent.get("starts_at", interview.starts_at), sent.get("ends_at", interview.ends_at)
    previous = interview.starts_at
    _require_sensible_times(work.now, starts_at, ends_at, moved=starts_at != previous)
    step = _take(locked, interview, expected, StepName.RESCHEDULE_INTERVIEW)
    row = step.application
    change = apply(interview, sent)
    if change.after:
        interview.sequence += 1
        await outbox.record(
            work,
            EventType.INTERVIEW_RESCHEDULED,
            ("application", row.id),
            summary="Interview rescheduled",
            application_id=row.id,
            centre_id=row.centre_id,
            before=change.before,
            after=change.after,
        )
        await work.session.flush()
        assert row.centre_lead_id is not None, "only the centre lead reschedules"
        await outbox.queue(
            work,
            InterviewRescheduled(interview_id=interview.id, previous_starts_at=previous),
            InterviewLeadInvited(
                interview_id=interview.id, centre_lead_id=row.centre_lead_id, previous_starts_at=previous
            ),
        )
    return to_schema(work, interview, step.facts)


async def record_outcome(
    work: Work, found: Interview, expected: Expected, body: schemas.InterviewOutcomeCreate
) -> schemas.Interview:
    """Record that the interview was held, cancelled or not attended; after the last two, another can be arranged.

    Raises `StaleVersion`, `Forbidden` or `Conflict` as the workflow says, and `Conflict` before the start for any
    outcome but a cancellation.
    """
    locked = await lock(work, found.application_id)
    interview = await queries.lock_interview(work.session, found.id)
    cancels = body.outcome is InterviewOutcome.CANCELLED
    step = _take(
        locked, interview, expected, StepName.CANCEL_INTERVIEW if cancels else StepName.RECORD_INTERVIEW_OUTCOME
    )
    if not cancels and work.now < interview.starts_at:
        raise InterviewNotStarted(interview.starts_at)
    interview.status = InterviewStatus(body.outcome.value)
    interview.summary = body.summary
    interview.internal_note = body.internal_note
    interview.outcome_recorded_at = work.now
    step.move()
    type_, summary = _EVENTS[body.outcome]
    await step.record(type_, summary, public={"interview_id": str(interview.id)}, after=body.model_dump(mode="json"))
    await work.session.flush()
    if cancels:
        await _tell_cancelled(step, interview)
    return to_schema(work, interview, None)


async def call_off(step: Step, because: str) -> None:
    """Cancel the interview that is still arranged, if any, because the application leaves the centre lead."""
    work, facts = step.work, step.facts
    if facts.open_interview_id is None:
        return
    interview = await queries.lock_interview(work.session, facts.open_interview_id)
    interview.status = InterviewStatus.CANCELLED
    interview.summary = because
    interview.outcome_recorded_at = work.now
    await record(
        work,
        step.application,
        EventType.INTERVIEW_CANCELLED,
        "Interview cancelled",
        after={"outcome": "cancelled", "summary": because},
    )
    await work.session.flush()
    await _tell_cancelled(step, interview)


async def hand_over(step: Step, former: UUID | None, new: UUID) -> None:
    """Invite the new centre lead to the interview that is still arranged, if any, in the former one's place."""
    work, facts = step.work, step.facts
    if facts.open_interview_id is None:
        return
    interview = await queries.lock_interview(work.session, facts.open_interview_id)
    # Calendars take a change of attendees only under a new number.
    interview.sequence += 1
    await work.session.flush()
    await outbox.queue(
        work,
        InterviewRescheduled(interview_id=interview.id, previous_starts_at=interview.starts_at),
        InterviewLeadInvited(interview_id=interview.id, centre_lead_id=new),
    )
    if former is not None:
        await release(work, interview.id, former)


async def release(work: Work, interview_id: UUID, centre_lead_id: UUID) -> None:
    """Take the interview out of the calendar of somebody who is no longer the centre lead."""
    await outbox.queue(work, InterviewLeadReleased(interview_id=interview_id, centre_lead_id=centre_lead_id))


async def _tell_cancelled(step: Step, interview: Interview) -> None:
    work, lead = step.work, step.application.centre_lead_id
    await outbox.queue(work, InterviewCancelled(interview_id=interview.id))
    if lead is not None:
        await release(work, interview.id, lead)


def _take(locked: Standing, interview: Interview, expected: Expected, name: StepName) -> Step:
    """Take the step at the interview's version."""
    step = locked.take(expected, name, version=interview.version)
    if interview.status is not InterviewStatus.ARRANGED:
        # The step is allowed because another interview is open; this one is closed.
        raise InterviewClosed(*open_steps(step.facts, step.work.actor), interview_status=interview.status)
    return step


def _require_sensible_times(now: datetime, starts_at: datetime, ends_at: datetime, *, moved: bool) -> None:
    faults = []
    if moved and starts_at <= now:
        faults.append(in_body("/starts_at", InputFaultCode.NOT_IN_THE_FUTURE, "Enter a start time in the future."))
    if ends_at <= starts_at:
        faults.append(in_body("/ends_at", InputFaultCode.ENDS_BEFORE_START, "Enter an end time after the start time."))
    elif ends_at - starts_at > _LONGEST:
        faults.append(
            in_body("/ends_at", InputFaultCode.LASTS_TOO_LONG, "Enter an end time within eight hours of the start.")
        )
    if faults:
        raise InvalidInput(faults)
