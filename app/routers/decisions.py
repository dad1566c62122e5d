"""Decisions of the quality assurance manager (R21)."""

from typing import Annotated

from app.domain.permissions import Permission
from app.http.access import require
from app.http.dependencies import ExpectedDep, Target, WorkDep
from app.http.route import router
from app.models import Application
from app.queries.applications import find_application
from app.schemas import decisions as schemas
from app.services import decisions

routes = router("/v1/applications/{application_id}/decisions", "Decisions")
ApplicationDep = Annotated[Application, Target]


@routes.post(
    "",
    operation_id="decide",
    status_code=201,
    summary="Decide, or refer back",
    dependencies=[
        require(Permission.DECIDE_APPLICATION, find_application, location="/v1/applications/{application_id}/decisions")
    ],
)
async def decide(
    work: WorkDep, row: ApplicationDep, expected: ExpectedDep, body: schemas.DecisionCreate
) -> schemas.Decision:
    """Nobody decides on an application on which they have recommended.

    Acceptance makes the recognition, its certificate and the actions, and the centre is told by email.
    """
    return await decisions.decide(work, row, expected, body)


@routes.get(
    "",
    operation_id="listDecisions",
    summary="List decisions",
    dependencies=[require(Permission.READ_APPLICATION, find_application)],
)
async def list_decisions(work: WorkDep, row: ApplicationDep) -> schemas.DecisionList:
    """The decisions on the application; a centre's people see the final one, and no referral back."""
    return await decisions.list_all(work, row)
