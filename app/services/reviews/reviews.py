"""The initial review and the centre lead's review: pass, or return with items (R17, R18)."""

from collections import defaultdict
from uuid import UUID

from app import outbox
from app.database import Work
from app.domain import limits
from app.domain.actors import StaffRole
from app.domain.events import EventType
from app.domain.json_values import JsonObject
from app.domain.permissions import Permission, granted
from app.domain.preconditions import Expected
from app.domain.refusals.input import InvalidInput, in_body
from app.domain.refusals.input_faults import InputFaultCode
from app.domain.reviews import ReviewOutcome, ReviewStage
from app.domain.sections import CentrePart, ReturnSection, Section
from app.domain.workflow import Status, StepName
from app.domain.working_days import london_date
from app.letters.applications.returned import ApplicationReturned
from app.models import Application, ReturnItem, Review
from app.queries.applications import AnyApplication
from app.queries.return_items import list_items, list_reviews
from app.queries.submissions import last_submission
from app.schemas import reviews as schemas
from app.services.interviews.arrangements import call_off
from app.services.invoices.issue import issue_invoice
from app.services.reviews import return_items
from app.services.reviews.pointers import pointer_faults
from app.services.workflow.steps import lock


def _step(work: Work, row: Application, outcome: ReviewOutcome) -> StepName:
    if outcome is ReviewOutcome.PASS:
        return StepName.INITIAL_REVIEW_PASS
    initial = row.status is Status.SUBMITTED or (
        row.status is not Status.IN_REVIEW and StaffRole.CUSTOMER_EXPERIENCE in work.actor.staff_roles
    )
    return StepName.INITIAL_REVIEW_RETURN if initial else StepName.CENTRE_LEAD_RETURN


async def review_application(
    work: Work, application: AnyApplication, expected: Expected, body: schemas.ReviewCreate
) -> schemas.Review:
    """Pass the review, or return the application to the centre. Passing the initial review issues the invoice; a return
    cancels an interview that is still arranged.

    Raises what `steps.take` raises, and `Conflict` for a return at the limit of submissions.
    """
    today = london_date(work.now)
    late = [number for number, item in enumerate(body.items) if item.answer_by is not None and item.answer_by < today]
    faults = [in_body(f"/items/{n}/answer_by", InputFaultCode.IN_THE_PAST, "Enter a date in the future.") for n in late]
    faults += await pointer_faults(work, application, body.items)
    if faults:
        raise InvalidInput(faults)
    # The status decides which step a return is, so lock the row before naming the step.
    locked = await lock(work, application.id)
    row = locked.application
    name = _step(work, row, body.outcome)
    step = locked.take(expected, name)
    submission = await last_submission(work.session, row.id)
    assert submission is not None, "only a submitted application is reviewed"
    if body.outcome is ReviewOutcome.RETURN:
        limits.require_room(submission.number, limits.SUBMISSIONS, "submissions of this application")
    assert work.actor.id is not None
    at_lead = name is StepName.CENTRE_LEAD_RETURN
    review = Review(
        application_id=row.id,
        submission_id=submission.id,
        stage=ReviewStage.CENTRE_LEAD_REVIEW if at_lead else ReviewStage.INITIAL_REVIEW,
        outcome=body.outcome,
        explanation=body.explanation,
        internal_note=body.internal_note,
        reviewed_by=work.actor.id,
        reviewed_by_name=work.actor.name,
        reviewed_at=work.now,
    )
    work.session.add(review)
    await work.session.flush()
    items = [
        ReturnItem(
            application_id=row.id,
            review_id=review.id,
            number=number,
            **_place(item.section),
            pointer=item.pointer,
            code=item.code,
            asked=item.asked,
            answer_by=item.answer_by,
        )
        for number, item in enumerate(body.items, start=1)
    ]
    work.session.add_all(items)
    step.move()
    await call_off(step, "The application was returned to the centre for changes.")
    if body.outcome is ReviewOutcome.PASS:
        await step.record(EventType.INITIAL_REVIEW_PASSED, "Initial review passed")
        await issue_invoice(work, row)
    else:
        await step.record(
            EventType.APPLICATION_RETURNED,
            f"Returned to the centre with {len(items)} item{'s' if len(items) > 1 else ''}",
            public={"stage": review.stage.value, "items": len(items)},
            after={"explanation": body.explanation},
        )
        await outbox.queue(work, ApplicationReturned(review_id=review.id))
    await work.session.flush()
    return _to_schema(work, review, submission.number, items)


def _place(section: ReturnSection) -> JsonObject:
    """Where the item is stored: one beside the form also has a section of the form, for the release before."""
    if section in (ReturnSection.SITES, ReturnSection.CONTACTS):
        return {"section": Section.APPLICATION, "part": CentrePart(section.value)}
    return {"section": Section(section.value), "part": None}


async def list_all(work: Work, application: AnyApplication) -> schemas.ReviewList:
    """List every review with its items; only staff see internal notes."""
    by_review: defaultdict[UUID, list[ReturnItem]] = defaultdict(list)
    for item in await list_items(work.session, application.id):
        by_review[item.review_id].append(item)
    return schemas.ReviewList(
        items=[
            _to_schema(work, review, number, by_review[review.id])
            for review, number in await list_reviews(work.session, application.id)
        ]
    )


def _to_schema(work: Work, row: Review, number: int, items: list[ReturnItem]) -> schemas.Review:
    return schemas.Review(
        id=row.id,
        stage=row.stage,
        outcome=row.outcome,
        submission_id=row.submission_id,
        submission_number=number,
        explanation=row.explanation,
        internal_note=row.internal_note if granted(work.actor, Permission.READ_INTERNAL_NOTES) else None,
        reviewed_by_name=row.reviewed_by_name,
        reviewed_at=row.reviewed_at,
        items=[return_items.to_schema(item) for item in items],
    )
