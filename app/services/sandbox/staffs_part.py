"""What the awarding organisation's people do on the way: review, take the fee, interview, recommend and decide."""

from datetime import datetime, timedelta

from app.domain.actors import StaffRole
from app.domain.decisions import DecisionOutcome
from app.domain.interviews import InterviewStatus
from app.domain.reviews import ReviewOutcome
from app.domain.working_days import london_date
from app.queries.interviews import list_interviews
from app.queries.invoices import invoice_of
from app.schemas.centre_leads import CentreLeadAssign
from app.schemas.decisions import DecisionCreate
from app.schemas.interviews import InterviewCreate, InterviewOutcomeCreate
from app.schemas.payments import PaymentCreate
from app.schemas.recommendations import RecommendationCreate
from app.schemas.reviews import ReviewCreate
from app.services import centre_leads, decisions, payments, recommendations
from app.services.interviews import arrangements
from app.services.reviews import reviews
from app.services.sandbox.people import ANY_VERSION
from app.services.sandbox.story import Story

_TO_THE_INTERVIEW = timedelta(days=7)
_RETURN = {
    "outcome": ReviewOutcome.RETURN.value,
    "explanation": "A sound application. One point needs another look.",
    "items": [
        {
            "section": "policies_and_procedures",
            "pointer": "/internal_quality_assurance",
            "code": "does_not_meet_requirement",
            "asked": "Observation of assessment practice is missing. Send a version that covers it.",
        }
    ],
}


async def return_at_initial_review(story: Story) -> None:
    """Customer experience returns it with one item."""
    work = story.by_staff(StaffRole.CUSTOMER_EXPERIENCE)
    await reviews.review_application(work, story.application, ANY_VERSION, ReviewCreate.model_validate(_RETURN))


async def pass_initial_review(story: Story) -> None:
    """Customer experience passes it, and the invoice is issued."""
    work = story.by_staff(StaffRole.CUSTOMER_EXPERIENCE)
    said = ReviewCreate.model_validate({"outcome": ReviewOutcome.PASS.value})
    await reviews.review_application(work, story.application, ANY_VERSION, said)


async def receive_fee(story: Story) -> None:
    """Finance records the payment in full, if there is a fee; and the application gets the sandbox's centre lead."""
    work = story.by_staff(StaffRole.FINANCE)
    invoice = await invoice_of(work.session, story.application.id)
    if invoice is not None and invoice.total_pence > 0:
        said = {
            "amount": {"amount": invoice.total_pence, "currency": invoice.currency},
            "method": "bank_transfer",
            "received_on": london_date(story.now).isoformat(),
            "payer_reference": invoice.payment_reference,
        }
        await payments.record_payment(work, invoice, PaymentCreate.model_validate(said))
    lead = story.staff[StaffRole.CENTRE_LEAD]
    if story.application.centre_lead_id != lead.id:
        # Who is least busy gets it by itself, and that may be a centre lead whom a test has made.
        chosen = CentreLeadAssign.model_validate({"centre_lead_id": str(lead.id)})
        manager = story.by_staff(StaffRole.QUALITY_ASSURANCE_MANAGER)
        await centre_leads.assign_centre_lead(manager, story.application, ANY_VERSION, chosen)


async def return_by_centre_lead(story: Story) -> None:
    """The centre lead returns it with one item."""
    work = story.by_staff(StaffRole.CENTRE_LEAD)
    await reviews.review_application(work, story.application, ANY_VERSION, ReviewCreate.model_validate(_RETURN))


async def arrange_interview(story: Story) -> None:
    """The centre lead arranges the interview for a day that is still to come."""
    await _arrange(story, story.now + _TO_THE_INTERVIEW)


async def arrange_next(story: Story) -> None:
    """The centre lead arranges the interview for when the next step is taken, which is that it was held."""
    await _arrange(story, story.now + story.pause)


async def _arrange(story: Story, starts_at: datetime) -> None:
    said = {
        "starts_at": starts_at.isoformat(),
        "ends_at": (starts_at + timedelta(hours=1)).isoformat(),
        "mode": "online",
        "place": "https://meet.example.com/harbour-lane",
        "agenda": "Sampling strategy; the assessors' qualifications.",
    }
    work = story.by_staff(StaffRole.CENTRE_LEAD)
    await arrangements.arrange(work, story.application, ANY_VERSION, InterviewCreate.model_validate(said))


async def hold_interview(story: Story) -> None:
    """The centre lead records that the interview was held."""
    work = story.by_staff(StaffRole.CENTRE_LEAD)
    found = await list_interviews(work.session, story.application.id)
    (interview,) = [row for row in found if row.status is InterviewStatus.ARRANGED]
    said = InterviewOutcomeCreate.model_validate(
        {"outcome": "held", "summary": "We went through the sampling strategy and the assessors' qualifications."}
    )
    await arrangements.record_outcome(work, interview, ANY_VERSION, said)


async def recommend(story: Story) -> None:
    """The centre lead recommends to accept."""
    said = RecommendationCreate.model_validate({"outcome": "accept", "reasons": "An experienced team."})
    work = story.by_staff(StaffRole.CENTRE_LEAD)
    await recommendations.recommend(work, story.application, ANY_VERSION, said)


async def refer_back(story: Story) -> None:
    """The manager refers it back to the centre lead."""
    await _decide(story, DecisionOutcome.REFER_BACK, "Say more on how the second site is sampled.")


async def accept(story: Story) -> None:
    """The manager accepts it."""
    await _decide(story, DecisionOutcome.ACCEPT, "All is in place.")


async def accept_with_actions(story: Story) -> None:
    """The manager accepts it with two actions, due in four and in twelve weeks."""
    today = london_date(story.now)
    actions = [
        {"description": "Send the sampling plan for the first cohort.", "due_on": today + timedelta(weeks=4)},
        {"description": "Send the record of the first standardisation.", "due_on": today + timedelta(weeks=12)},
    ]
    said = [action | {"due_on": str(action["due_on"])} for action in actions]
    await _decide(story, DecisionOutcome.ACCEPT_WITH_ACTIONS, "Two things are still to be shown.", actions=said)


async def reject(story: Story) -> None:
    """The manager rejects it."""
    await _decide(story, DecisionOutcome.REJECT, "The means for assuring quality are not in place.")


async def _decide(story: Story, outcome: DecisionOutcome, reasons: str, **more: object) -> None:
    said = DecisionCreate.model_validate({"outcome": outcome.value, "reasons": reasons, **more})
    work = story.by_staff(StaffRole.QUALITY_ASSURANCE_MANAGER)
    await decisions.decide(work, story.application, ANY_VERSION, said)
