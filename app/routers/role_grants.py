"""Roles that one administrator gives and another confirms."""

from typing import Annotated

from fastapi import Query

from app.domain.permissions import Permission
from app.domain.refusals.staff import OwnGrant, RoleGrantExpired, RoleGrantSettled
from app.http.access import require
from app.http.dependencies import Target, WorkDep
from app.http.refuses import refuses
from app.http.route import router
from app.models import RoleGrant
from app.queries.role_grants import find_role_grant
from app.schemas import role_grants as schemas
from app.services import role_grants

routes = router("/v1/role-grants", "Staff")
RoleGrantDep = Annotated[RoleGrant, Target]
_MANAGE = require(Permission.MANAGE_STAFF, find_role_grant, step_up=True)


@routes.get(
    "", operation_id="listRoleGrants", summary="List role grants", dependencies=[require(Permission.MANAGE_STAFF)]
)
async def list_role_grants(work: WorkDep, query: Annotated[schemas.RoleGrantQuery, Query()]) -> schemas.RoleGrantPage:
    """Returns the roles that administrators asked for and a second one has to confirm, newest first."""
    return await role_grants.list_all(work, query)


@routes.post(
    "/{grant_id}/confirmation",
    operation_id="confirmRoleGrant",
    summary="Confirm a role",
    dependencies=[_MANAGE],
)
@refuses(OwnGrant, RoleGrantSettled, RoleGrantExpired)
async def confirm_role_grant(work: WorkDep, row: RoleGrantDep) -> schemas.RoleGrant:
    """Gives the person the role, from their next request on. Refused to whoever asked for it or receives it."""
    return await role_grants.confirm(work, row)


@routes.post(
    "/{grant_id}/refusal",
    operation_id="refuseRoleGrant",
    summary="Refuse a role",
    dependencies=[_MANAGE],
)
@refuses(OwnGrant, RoleGrantSettled, RoleGrantExpired)
async def refuse_role_grant(work: WorkDep, row: RoleGrantDep) -> schemas.RoleGrant:
    """Leaves the person without the role. Refused to whoever asked for it or receives it; whoever asked withdraws it
    with `updateStaffMember`, by roles without it."""
    return await role_grants.refuse(work, row)
