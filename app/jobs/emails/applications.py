"""Letters about an application's way from the centre to the inbox and back."""

from app.database import Work
from app.domain.events import EventType
from app.domain.policies import POLICIES
from app.domain.reviews import ReviewStage
from app.domain.sections import Section
from app.domain.workflow import Status
from app.domain.working_days import last_day
from app.emails.applications import (
    ApplicationInInbox,
    ApplicationResubmitted,
    ApplicationReturned,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    ApplicationWithdrawnStaff,
    ReturnedItem,
    ReturnItemsAnswered,
)
from app.integrations.storage import DocumentStore
from app.jobs.emails.letter import Arguments, Letter, customer_experience, id_in
from app.jobs.emails.readers import centre_lead_or_managers, of_centre
from app.models import Application, ReturnItem, Review, Submission
from app.queries.contacts import finance_contact
from app.queries.letters import (
    count_answered_items,
    credited_invoice_number,
    items_of,
    last_event,
)


async def submitted(work: Work, _: DocumentStore, arguments: Arguments) -> Letter:
    """The acknowledgement, which asks the centre to tell its finance contact (R16, R18)."""
    submission = await work.session.get_one(Submission, id_in(arguments, "submission_id"))
    application = await work.session.get_one(Application, submission.application_id)
    name, to = await of_centre(work, application.centre_id)
    contact = await finance_contact(work.session, application.centre_id)
    message = ApplicationSubmitted(
        recipient_name=name,
        reference=application.reference,
        centre_name=application.centre_name,
        submitted_at=submission.submitted_at,
        finance_contact_name=contact.name if contact else "your finance contact",
    )
    return Letter(message, to)


async def in_inbox(work: Work, _: DocumentStore, arguments: Arguments) -> Letter | None:
    """It has arrived (R16); nothing to tell once the review is done."""
    submission = await work.session.get_one(Submission, id_in(arguments, "submission_id"))
    application = await work.session.get_one(Application, submission.application_id)
    if application.status is not Status.SUBMITTED or application.due_at is None:
        return None
    name, to = customer_experience(work.settings)
    message = ApplicationInInbox(
        recipient_name=name,
        reference=application.reference,
        centre_name=application.centre_name,
        submitted_by=submission.submitted_by_name,
        submitted_at=submission.submitted_at,
        due_on=last_day(application.due_at),
    )
    return Letter(message, to)


async def resubmitted(work: Work, _: DocumentStore, arguments: Arguments) -> Letter:
    """It is back, with every item answered (R17): with the centre lead who returned it, or in the inbox."""
    submission = await work.session.get_one(Submission, id_in(arguments, "submission_id"))
    application = await work.session.get_one(Application, submission.application_id)
    if application.status is Status.IN_REVIEW:
        name, to = await centre_lead_or_managers(work, application)
    else:
        name, to = customer_experience(work.settings)
    message = ApplicationResubmitted(
        recipient_name=name,
        reference=application.reference,
        centre_name=application.centre_name,
        submitted_by=submission.submitted_by_name,
        submitted_at=submission.submitted_at,
        item_count=await count_answered_items(work.session, submission),
    )
    return Letter(message, to)


async def returned(work: Work, _: DocumentStore, arguments: Arguments) -> Letter:
    """Returned with an explanation and its items (R17)."""
    review = await work.session.get_one(Review, id_in(arguments, "review_id"))
    application = await work.session.get_one(Application, review.application_id)
    items = await items_of(work.session, review)
    name, to = await of_centre(work, application.centre_id)
    message = ApplicationReturned(
        recipient_name=name,
        reference=application.reference,
        centre_name=application.centre_name,
        explanation=review.explanation or "",
        items=tuple(ReturnedItem(item.section.label, part_of_the_form(item), item.asked) for item in items),
        answer_by=min((item.answer_by for item in items if item.answer_by is not None), default=None),
    )
    return Letter(message, to)


def part_of_the_form(item: ReturnItem) -> str | None:
    """The field or policy that an item is about, in words: `/history/legal_name` is `History, legal name`."""
    if not item.pointer:
        return None
    steps = [step for step in item.pointer.split("/") if step and not step.isdigit()]
    if item.section is Section.POLICIES_AND_PROCEDURES:
        titles = {policy.key.value: policy.title for policy in POLICIES.values()}
        return next((titles[step] for step in reversed(steps) if step in titles), None)
    words = ", ".join(step.replace("_", " ").replace("-", " ") for step in steps)
    return words[:1].upper() + words[1:] or None


async def items_answered(work: Work, _: DocumentStore, arguments: Arguments) -> Letter:
    """To whoever returned it, once (R17)."""
    review = await work.session.get_one(Review, id_in(arguments, "review_id"))
    application = await work.session.get_one(Application, review.application_id)
    if review.stage is ReviewStage.CENTRE_LEAD_REVIEW:
        name, to = await centre_lead_or_managers(work, application)
    else:
        name, to = customer_experience(work.settings)
    message = ReturnItemsAnswered(
        recipient_name=name,
        reference=application.reference,
        centre_name=application.centre_name,
        item_count=len(await items_of(work.session, review)),
    )
    return Letter(message, to)


async def withdrawn(work: Work, _: DocumentStore, arguments: Arguments) -> Letter:
    """Confirms it to the centre."""
    application = await work.session.get_one(Application, id_in(arguments, "application_id"))
    name, to = await of_centre(work, application.centre_id)
    message = ApplicationWithdrawn(
        recipient_name=name,
        reference=application.reference,
        centre_name=application.centre_name,
        withdrawn_by=await _withdrawn_by(work, application),
        withdrawn_at=application.closed_at or work.now,
        credited_invoice_number=await credited_invoice_number(work.session, application.id),
    )
    return Letter(message, to)


async def withdrawn_staff(work: Work, _: DocumentStore, arguments: Arguments) -> Letter | None:
    """To whoever was working on it; nobody was while it had never been submitted."""
    application = await work.session.get_one(Application, id_in(arguments, "application_id"))
    if application.submitted_at is None:
        return None
    if application.centre_lead_id is not None:
        name, to = await centre_lead_or_managers(work, application)
    else:
        name, to = customer_experience(work.settings)
    message = ApplicationWithdrawnStaff(
        recipient_name=name,
        reference=application.reference,
        centre_name=application.centre_name,
        withdrawn_by=await _withdrawn_by(work, application),
        withdrawn_at=application.closed_at or work.now,
        reason=application.withdrawal_reason,
    )
    return Letter(message, to)


async def _withdrawn_by(work: Work, application: Application) -> str:
    event = await last_event(work.session, application.id, EventType.WITHDRAWN)
    return (event.actor_name if event else None) or "a super user"
