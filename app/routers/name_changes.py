"""Changes of a centre's names, which staff approve."""

from typing import Annotated

from fastapi import Query

from app.domain.permissions import Permission
from app.domain.refusals.centres import NameChangeSettled, TradingNameInForm
from app.domain.refusals.requests import TooManyRecords
from app.http.access import require
from app.http.dependencies import Target, WorkDep
from app.http.refuses import refuses
from app.http.route import router
from app.models import NameChange
from app.queries.centres import CentreRow, find_centre
from app.queries.name_changes import find_name_change
from app.schemas import name_changes as schemas
from app.services import name_changes
from app.services.rate_limits import Limit

routes = router("/v1", "Centres")
CentreDep = Annotated[CentreRow, Target]
NameChangeDep = Annotated[NameChange, Target]

_SETTLE = require(Permission.SETTLE_NAME_CHANGES, find_name_change)


@routes.post(
    "/centres/{centre_id}/name-changes",
    operation_id="requestNameChange",
    status_code=201,
    summary="Request a name change",
    dependencies=[
        require(
            Permission.MANAGE_CENTRE,
            find_centre,
            location="/v1/centres/{centre_id}/name-changes",
            limits=(Limit("request_name_change", 10, 3600),),
        )
    ],
)
@refuses(TradingNameInForm, TooManyRecords)
async def request_name_change(work: WorkDep, centre: CentreDep, body: schemas.NameChangeCreate) -> schemas.NameChange:
    """Asks staff to change the organisation's name, which is printed on certificates, or its trading name. A new
    request replaces one that still waits."""
    return await name_changes.request(work, centre, body)


@routes.get(
    "/centres/{centre_id}/name-changes",
    operation_id="listCentreNameChanges",
    summary="List a centre's name changes",
    dependencies=[require(Permission.READ_CENTRE, find_centre)],
)
async def list_centre_name_changes(work: WorkDep, centre: CentreDep) -> schemas.NameChangeList:
    """Returns every request with its outcome, newest first."""
    return await name_changes.list_of_centre(work, centre)


@routes.get(
    "/name-changes",
    operation_id="listNameChanges",
    summary="List name changes",
    dependencies=[require(Permission.READ_ALL_CENTRES)],
)
async def list_name_changes(
    work: WorkDep, query: Annotated[schemas.NameChangeQuery, Query()]
) -> schemas.NameChangePage:
    """Returns the requests of every centre, newest first."""
    return await name_changes.list_all(work, query)


@routes.get(
    "/name-changes/{name_change_id}",
    operation_id="getNameChange",
    summary="Read a name change",
    dependencies=[require(Permission.READ_ALL_CENTRES, find_name_change)],
)
async def get_name_change(work: WorkDep, row: NameChangeDep) -> schemas.NameChangeForStaff:
    """Returns the request with other organisations whose name is, or only looks, the same as a requested name. The
    search is that of due diligence on initial applications."""
    return await name_changes.show(work, row)


@routes.post(
    "/name-changes/{name_change_id}/approval",
    operation_id="approveNameChange",
    summary="Approve a name change",
    dependencies=[_SETTLE],
)
@refuses(NameChangeSettled, TooManyRecords)
async def approve_name_change(
    work: WorkDep, row: NameChangeDep, body: schemas.NameChangeApproval
) -> schemas.NameChange:
    """Gives the centre, and its application in progress or accepted, the new names. A recognised centre's
    certificate is issued again under a new number, and the old number is marked as replaced."""
    return await name_changes.approve(work, row, body)


@routes.post(
    "/name-changes/{name_change_id}/refusal",
    operation_id="refuseNameChange",
    summary="Refuse a name change",
    dependencies=[_SETTLE],
)
@refuses(NameChangeSettled)
async def refuse_name_change(work: WorkDep, row: NameChangeDep, body: schemas.NameChangeRefusal) -> schemas.NameChange:
    """The centre keeps its names, and is told why."""
    return await name_changes.refuse(work, row, body)
