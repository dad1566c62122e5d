"""Section Application: the details, group by group (R11, R12)."""

from typing import Annotated, Any

from fastapi import Body, Path

from app.domain.permissions import Permission
from app.domain.sections import DetailsGroup
from app.http.access import require
from app.http.dependencies import ExpectedDep, Target, WorkDep
from app.http.route import router
from app.models import Application
from app.queries.applications import find_application
from app.schemas.details.answers import ApplicationDetails, DetailsGroupAnswer
from app.services import details

routes = router("/v1/applications/{application_id}", "Sections")
ApplicationDep = Annotated[Application, Target]
GroupPath = Annotated[DetailsGroup, Path(description="A group of section Application.", examples=["history"])]

_READ = require(Permission.READ_APPLICATION, find_application)
_WORK = require(Permission.WORK_ON_SECTIONS, find_application)


@routes.get("/details", operation_id="getApplicationDetails", summary="Read section Application", dependencies=[_READ])
async def get_application_details(work: WorkDep, application: ApplicationDep) -> ApplicationDetails:
    """All seven groups, each with its own ETag."""
    return await details.show_all(work, application)


@routes.get(
    "/details/{group}",
    operation_id="getApplicationDetailsGroup",
    summary="Read a group of section Application",
    response_model=DetailsGroupAnswer,
    dependencies=[_READ],
)
async def get_application_details_group(work: WorkDep, application: ApplicationDep, group: GroupPath) -> Any:
    """One group, as it was saved last."""
    return await details.show_group(work, application, group)


@routes.patch(
    "/details/{group}",
    operation_id="saveApplicationDetailsGroup",
    summary="Save a group of section Application",
    response_model=DetailsGroupAnswer,
    dependencies=[_WORK],
)
async def save_application_details_group(
    work: WorkDep,
    application: ApplicationDep,
    group: GroupPath,
    expected: ExpectedDep,
    body: Annotated[dict[str, Any], Body(description="What changes, as JSON Merge Patch; the group's own schema.")],
) -> Any:
    """Save a draft, as incomplete as it is (JSON Merge Patch). Each group has its own version, so people on
    different groups never collide."""
    return await details.save_group(work, application, group, expected, body)
