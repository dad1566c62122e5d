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
    """Every decision, the first one first, with the number of the submission that it judged.

    A referral back is between the manager and the centre lead, so a centre's people do not see it.
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
