"""Decisions of the quality assurance manager (R21)."""

from typing import Annotated

from app.domain.permissions import Permission
from app.domain.refusals.requests import TooManyRecords
from app.http.access import require
from app.http.dependencies import ExpectedDep, Target, WorkDep
from app.http.refuses import refuses
from app.http.route import router
from app.queries.applications import FoundApplication, find_application
from app.schemas import decisions as schemas
from app.services import decisions

routes = router("/v1/applications/{application_id}/decisions", "Decisions")
ApplicationDep = Annotated[FoundApplication, Target]


@routes.post(
    "",
    operation_id="decide",
    status_code=201,
    summary="Decide or refer back",
    dependencies=[
        require(Permission.DECIDE_APPLICATION, find_application, location="/v1/applications/{application_id}/decisions")
    ],
)
@refuses(TooManyRecords)
async def decide(
    work: WorkDep, row: ApplicationDep, expected: ExpectedDep, body: schemas.DecisionCreate
) -> schemas.Decision:
    """Records the decision, or refers the application back to the centre lead. Nobody may decide on an application
    that they recommended.

    An acceptance creates the recognition, its certificate and the actions. The centre is told by email.
    """
    return await decisions.decide(work, row, expected, body)


@routes.get(
    "",
    operation_id="listDecisions",
    summary="List decisions",
    dependencies=[require(Permission.READ_APPLICATION, find_application)],
)
async def list_decisions(work: WorkDep, row: ApplicationDep) -> schemas.DecisionList:
    """Returns the decisions on the application. A centre's users see only the final one."""
    return await decisions.list_all(work, row)
