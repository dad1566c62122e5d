"""Centres (R07)."""

from typing import Annotated

from fastapi import Query

from app.domain.permissions import Permission
from app.http.access import require
from app.http.dependencies import ExpectedDep, Target, WorkDep
from app.http.route import router
from app.queries.centres import CentreRow, find_centre
from app.schemas import centres as schemas
from app.services import centres

routes = router("/v1/centres", "Centres")
CentreDep = Annotated[CentreRow, Target]


@routes.get("", operation_id="listCentres", summary="List centres", dependencies=[require(Permission.READ_ALL_CENTRES)])
async def list_centres(work: WorkDep, query: Annotated[schemas.CentreQuery, Query()]) -> schemas.CentrePage:
    """Returns every centre with an account, newest first."""
    return await centres.list_all(work, query)


@routes.get(
    "/{centre_id}",
    operation_id="getCentre",
    summary="Read a centre",
    dependencies=[require(Permission.READ_CENTRE, find_centre)],
)
async def get_centre(work: WorkDep, row: CentreDep) -> schemas.Centre:
    """Returns the centre's name, main address and contact details."""
    return await centres.show(work, row)


@routes.patch(
    "/{centre_id}",
    operation_id="updateCentre",
    summary="Change a centre's details",
    dependencies=[require(Permission.MANAGE_CENTRE, find_centre)],
)
async def update_centre(
    work: WorkDep, row: CentreDep, expected: ExpectedDep, body: schemas.CentreUpdate
) -> schemas.Centre:
    """Changes the centre's address, email address or telephone number.

    The name cannot be changed here: it is printed on learners' certificates, and due diligence was carried out on
    it. A centre that has been renamed asks with `requestNameChange`.
    """
    return await centres.update(work, row, expected, body)
