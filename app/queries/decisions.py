"""Decisions on an application."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.database import Work
from app.domain.decisions import DecisionOutcome
from app.models import Decision, Submission
from app.queries.visibility import Reason, unfiltered


@unfiltered(Reason.JUDGED)
async def list_decisions(work: Work, application_id: UUID) -> Sequence[tuple[Decision, int]]:
    """List every decision with the number of the submission that it judged, oldest first.

    The centre does not see a referral, which stays between the manager and the centre lead.
    """
    statement = (
        select(Decision, Submission.number)
        .join(Submission, Submission.id == Decision.submission_id)
        .where(Decision.application_id == application_id)
        .order_by(Decision.decided_at, Decision.id)
    )
    if not work.actor.is_staff:
        statement = statement.where(Decision.outcome != DecisionOutcome.REFER_BACK)
    return [(decision, number) for decision, number in await work.session.execute(statement)]
