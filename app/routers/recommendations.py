"""Recommendations of the centre lead, for staff alone (R20)."""

from typing import Annotated

from app.domain.permissions import Permission
from app.http.access import require
from app.http.dependencies import ExpectedDep, Target, WorkDep
from app.http.route import router
from app.queries.applications import FoundApplication, find_application
from app.schemas import recommendations as schemas
from app.services import recommendations

routes = router("/v1/applications/{application_id}/recommendations", "Recommendations")
ApplicationDep = Annotated[FoundApplication, Target]


@routes.post(
    "",
    operation_id="recommend",
    status_code=201,
    summary="Recommend an outcome",
    dependencies=[
        require(
            Permission.LEAD_APPLICATION, find_application, location="/v1/applications/{application_id}/recommendations"
        )
    ],
)
async def recommend(
    work: WorkDep, row: ApplicationDep, expected: ExpectedDep, body: schemas.RecommendationCreate
) -> schemas.Recommendation:
    """Recommends to the quality assurance manager to accept, accept with actions, or reject. The interview must
    have been held."""
    return await recommendations.recommend(work, row, expected, body)


@routes.get(
    "",
    operation_id="listRecommendations",
    summary="List recommendations",
    dependencies=[require(Permission.READ_INTERNAL_NOTES, find_application)],
)
async def list_recommendations(work: WorkDep, row: ApplicationDep) -> schemas.RecommendationList:
    """Returns every recommendation on the application. Only staff can read them; a centre reads the decision."""
    return await recommendations.list_all(work, row)
