"""Replacing a centre's super user who is lost (R10)."""

from typing import Annotated

from app.domain.permissions import Permission
from app.domain.refusals.centre_users import StaffCannotActForACentre, TooManyUsers
from app.domain.refusals.super_users import NotASuperUser, ReplacementUnderWay
from app.http.access import require
from app.http.dependencies import Target, WorkDep
from app.http.refuses import refuses
from app.http.route import router
from app.queries.centres import CentreRow, find_centre
from app.schemas import super_users as schemas
from app.services.rate_limits import Limit
from app.services.super_users import replacing

routes = router("/v1/centres/{centre_id}/super-user-replacements", "Centre users")
CentreDep = Annotated[CentreRow, Target]


@routes.get(
    "",
    operation_id="listSuperUserReplacements",
    summary="List replacements of super users",
    dependencies=[require(Permission.READ_CENTRE_USERS, find_centre)],
)
async def list_super_user_replacements(work: WorkDep, centre: CentreDep) -> schemas.SuperUserReplacementList:
    """Returns the newest replacements of the centre's super users: who asked, who was replaced by whom, and whether it
    is made. How the identity of whoever asked was checked is for staff."""
    return await replacing.list_all(work, centre)


@routes.post(
    "",
    operation_id="replaceSuperUser",
    status_code=201,
    summary="Replace a lost super user",
    dependencies=[
        require(
            Permission.ASSIST_CENTRES,
            find_centre,
            step_up=True,
            location="/v1/centres/{centre_id}/super-user-replacements",
            limits=(Limit("replace_super_user", 20, 3600),),
        )
    ],
)
@refuses(NotASuperUser, ReplacementUnderWay, StaffCannotActForACentre, TooManyUsers)
async def replace_super_user(
    work: WorkDep, centre: CentreDep, body: schemas.SuperUserReplacementCreate
) -> schemas.SuperUserReplacement:
    """Invites a successor as super user, once you have made sure of who asks, and records how. The head of
    organisation, the other super users, the centre's own address and the super user who is lost are told at once. The
    lost one keeps the access until the successor has accepted or chosen a password, so they can still object: by
    deactivating the successor, which cancels the replacement."""
    return await replacing.replace(work, centre, body)
