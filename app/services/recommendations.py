"""The centre lead's recommendation after the interview (R20)."""

from app import outbox
from app.database import Work
from app.domain.events import EventType
from app.domain.preconditions import Expected
from app.domain.recommendations import RecommendationOutcome
from app.domain.workflow import StepName
from app.domain.working_days import london_date
from app.letters.recommendations.made import RecommendationMade
from app.models import Recommendation
from app.queries.applications import AnyApplication
from app.queries.recommendations import list_recommendations
from app.queries.submissions import last_submission
from app.schemas import recommendations as schemas
from app.services.required_actions import require_suitable
from app.services.workflow.steps import take


async def recommend(
    work: Work, application: AnyApplication, expected: Expected, body: schemas.RecommendationCreate
) -> schemas.Recommendation:
    """Recommend an outcome to the quality assurance managers.

    Raises `InvalidInput` for actions that do not suit the outcome, and what `steps.take` raises: only the application's
    centre lead, once the fee is paid and the interview was held.
    """
    wanted = body.outcome is RecommendationOutcome.ACCEPT_WITH_ACTIONS
    require_suitable(body.actions, london_date(work.now), wanted=wanted)
    step = await take(work, application, expected, StepName.RECOMMEND)
    submission = await last_submission(work.session, application.id)
    assert submission is not None, "only a submitted application is in review"
    assert work.actor.id is not None
    recommendation = Recommendation(
        application_id=application.id,
        submission_id=submission.id,
        outcome=body.outcome,
        reasons=body.reasons,
        actions=[action.model_dump(mode="json") for action in body.actions],
        recommended_by=work.actor.id,
        recommended_by_name=work.actor.name,
        recommended_at=work.now,
    )
    work.session.add(recommendation)
    step.move()
    await work.session.flush()
    # No public payload: until the decision, neither the centre nor an outside system may learn the recommendation.
    await step.record(
        EventType.RECOMMENDED,
        "The centre lead has made a recommendation",
        public={"recommendation_id": str(recommendation.id), "submission_number": submission.number},
        after={"recommendation_id": str(recommendation.id), **body.model_dump(mode="json")},
    )
    await outbox.queue(work, RecommendationMade(recommendation_id=recommendation.id))
    return _to_schema(recommendation, submission.number)


async def list_all(work: Work, application: AnyApplication) -> schemas.RecommendationList:
    """List every recommendation on the application."""
    rows = await list_recommendations(work.session, application.id)
    return schemas.RecommendationList(items=[_to_schema(row, number) for row, number in rows])


def _to_schema(row: Recommendation, submission_number: int) -> schemas.Recommendation:
    return schemas.Recommendation(
        id=row.id,
        outcome=row.outcome,
        submission_id=row.submission_id,
        submission_number=submission_number,
        reasons=row.reasons,
        actions=[schemas.RequiredAction.model_validate(action) for action in row.actions],
        recommended_by_id=row.recommended_by,
        recommended_by_name=row.recommended_by_name,
        recommended_at=row.recommended_at,
    )
