"""The timelines of an application and of a centre (R24)."""

from typing import Annotated

from fastapi import Query

from app.domain.permissions import Permission
from app.http.access import require
from app.http.dependencies import Target, WorkDep
from app.http.route import router
from app.models import Application
from app.queries.applications import find_application
from app.queries.centres import CentreRow, find_centre
from app.schemas import timeline as schemas
from app.services import timeline

routes = router("/v1", "Timeline")
QueryDep = Annotated[schemas.TimelineQuery, Query()]


@routes.get(
    "/applications/{application_id}/timeline",
    operation_id="listApplicationEvents",
    summary="Read an application's timeline",
    dependencies=[require(Permission.READ_APPLICATION, find_application)],
)
async def list_application_events(
    work: WorkDep, row: Annotated[Application, Target], query: QueryDep
) -> schemas.TimelinePage:
    """Returns who did what, and when.

    Staff see everything, with the values before and after. A centre's users see what concerns them.
    """
    return await timeline.list_of_application(work, row, query)


@routes.get(
    "/centres/{centre_id}/timeline",
    operation_id="listCentreEvents",
    summary="Read a centre's timeline",
    dependencies=[require(Permission.READ_CENTRE, find_centre)],
)
async def list_centre_events(work: WorkDep, row: Annotated[CentreRow, Target], query: QueryDep) -> schemas.TimelinePage:
    """Returns the changes to the centre's account, sites, contacts, users, applications and recognition."""
    return await timeline.list_of_centre(work, row, query)
