"""Letters among staff, from the payment to the decision."""

from app.database import Work
from app.domain.workflow import Status
from app.domain.working_days import last_day
from app.emails.reviews import CentreLeadAssigned, NoCentreLeadAvailable, RecommendationMade, ReferredBack
from app.integrations.storage import DocumentStore
from app.jobs.emails.letter import Arguments, Letter, id_in
from app.jobs.emails.readers import centre_lead_or_managers, managers
from app.models import Application, Decision, Recommendation


async def centre_lead_assigned(work: Work, _: DocumentStore, arguments: Arguments) -> Letter | None:
    """To the centre lead (R19)."""
    application = await work.session.get_one(Application, id_in(arguments, "application_id"))
    if application.centre_lead_id is None:
        return None
    name, to = await centre_lead_or_managers(work, application)
    due = application.due_at if application.status is Status.IN_REVIEW else None
    message = CentreLeadAssigned(
        recipient_name=name,
        reference=application.reference,
        centre_name=application.centre_name,
        due_on=last_day(due) if due is not None else None,
    )
    return Letter(message, to)


async def no_centre_lead_available(work: Work, _: DocumentStore, arguments: Arguments) -> Letter | None:
    """To those who assign one, unless somebody has done so meanwhile."""
    application = await work.session.get_one(Application, id_in(arguments, "application_id"))
    if application.centre_lead_id is not None or application.closed_at is not None:
        return None
    name, to = await managers(work)
    message = NoCentreLeadAvailable(
        recipient_name=name, reference=application.reference, centre_name=application.centre_name
    )
    return Letter(message, to)


async def recommendation_made(work: Work, _: DocumentStore, arguments: Arguments) -> Letter | None:
    """To those who decide (R20), while it is to be decided."""
    recommendation = await work.session.get_one(Recommendation, id_in(arguments, "recommendation_id"))
    application = await work.session.get_one(Application, recommendation.application_id)
    if application.status is not Status.AWAITING_DECISION or application.due_at is None:
        return None
    name, to = await managers(work)
    message = RecommendationMade(
        recipient_name=name,
        reference=application.reference,
        centre_name=application.centre_name,
        recommendation=recommendation.outcome.value.replace("_", " "),
        recommended_by=recommendation.recommended_by_name,
        due_on=last_day(application.due_at),
    )
    return Letter(message, to)


async def referred_back(work: Work, _: DocumentStore, arguments: Arguments) -> Letter:
    """To the centre lead whose recommendation came back (R21)."""
    decision = await work.session.get_one(Decision, id_in(arguments, "decision_id"))
    application = await work.session.get_one(Application, decision.application_id)
    name, to = await centre_lead_or_managers(work, application)
    message = ReferredBack(
        recipient_name=name,
        reference=application.reference,
        centre_name=application.centre_name,
        referred_by=decision.decided_by_name,
        reason=decision.reasons,
    )
    return Letter(message, to)
