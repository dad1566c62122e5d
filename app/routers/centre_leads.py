"""The centre lead of an application (R19)."""

from typing import Annotated

from app.domain.permissions import Permission
from app.http.access import require
from app.http.dependencies import ExpectedDep, Target, WorkDep
from app.http.route import router
from app.queries.applications import FoundApplication, find_application
from app.schemas import applications as schemas
from app.schemas.centre_leads import CentreLeadAssign
from app.services import centre_leads
from app.services.rate_limits import Limit

routes = router("/v1/applications/{application_id}/centre-lead", "Centre leads")
ApplicationDep = Annotated[FoundApplication, Target]


@routes.put(
    "",
    operation_id="assignCentreLead",
    summary="Assign the centre lead",
    dependencies=[
        require(Permission.ASSIGN_CENTRE_LEAD, find_application, limits=(Limit("assign_centre_lead", 240, 3600),))
    ],
)
async def assign_centre_lead(
    work: WorkDep, row: ApplicationDep, expected: ExpectedDep, body: CentreLeadAssign
) -> schemas.Application:
    """Assigns a centre lead in place of the one who was assigned automatically, or if nobody was available.

    `If-Match` takes the application's ETag.
    """
    return await centre_leads.assign_centre_lead(work, row, expected, body)
