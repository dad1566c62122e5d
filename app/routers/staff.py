"""The awarding organisation's own people: all staff read, administrators change."""

from typing import Annotated

from fastapi import Query

from app.domain.permissions import Permission
from app.domain.refusals.centre_users import PasswordAlreadyChosen
from app.domain.refusals.staff import (
    AlreadyStaff,
    CentreUserCannotBeStaff,
    LastAdministrator,
    OwnRole,
    StaffMemberDeactivated,
)
from app.http.access import require
from app.http.dependencies import ExpectedDep, Target, WorkDep
from app.http.refuses import refuses
from app.http.route import router
from app.models import StaffMember
from app.queries.staff import find_staff_member
from app.schemas import staff as schemas
from app.services import staff
from app.services.rate_limits import Limit

routes = router("/v1/staff", "Staff")
StaffMemberDep = Annotated[StaffMember, Target]

_MANAGE = require(Permission.MANAGE_STAFF, find_staff_member, step_up=True)
_LETTERS = (Limit("staff_letters", 120, 3600),)
_TELL = require(Permission.MANAGE_STAFF, find_staff_member, step_up=True, limits=_LETTERS)


@routes.get("", operation_id="listStaff", summary="List staff", dependencies=[require(Permission.READ_STAFF)])
async def list_staff(work: WorkDep, query: Annotated[schemas.StaffMemberQuery, Query()]) -> schemas.StaffMemberPage:
    """Returns staff, oldest first."""
    return await staff.list_all(work, query)


@routes.post(
    "",
    operation_id="createStaffMember",
    status_code=201,
    summary="Create a staff member",
    dependencies=[require(Permission.MANAGE_STAFF, step_up=True, location="/v1/staff/{id}", limits=_LETTERS)],
)
@refuses(AlreadyStaff, CentreUserCannotBeStaff)
async def create_staff_member(work: WorkDep, body: schemas.StaffMemberCreate) -> schemas.StaffMember:
    """Creates a staff member and emails the log-in details. Refused if the address belongs to a centre user: nobody
    may assess their own submission."""
    return await staff.create(work, body)


@routes.get(
    "/{staff_id}",
    operation_id="getStaffMember",
    summary="Read a staff member",
    dependencies=[require(Permission.READ_STAFF, find_staff_member)],
)
async def get_staff_member(work: WorkDep, row: StaffMemberDep) -> schemas.StaffMember:
    """Returns one staff member."""
    return await staff.show(work, row)


@routes.patch("/{staff_id}", operation_id="updateStaffMember", summary="Change a staff member", dependencies=[_TELL])
@refuses(StaffMemberDeactivated, LastAdministrator, OwnRole)
async def update_staff_member(
    work: WorkDep, row: StaffMemberDep, expected: ExpectedDep, body: schemas.StaffMemberUpdate
) -> schemas.StaffMember:
    """Changes a staff member's name, job title or roles. Refused if no active administrator would be left, and where
    administrators would give themselves a role. A role that decides, credits or administers waits in `pending_roles`
    until another administrator confirms it. Taking the role of a centre lead away takes them off their applications."""
    return await staff.update(work, row, expected, body)


@routes.delete(
    "/{staff_id}",
    operation_id="deactivateStaffMember",
    status_code=204,
    summary="Deactivate a staff member",
    dependencies=[_MANAGE],
)
@refuses(LastAdministrator)
async def deactivate_staff_member(work: WorkDep, row: StaffMemberDep, expected: ExpectedDep) -> None:
    """Ends every session of the person at once. Records of what they did are kept, and a centre lead's applications
    wait for another one. Refused if no active administrator would be left."""
    await staff.deactivate(work, row, expected)


@routes.post(
    "/{staff_id}/invitation",
    operation_id="resendStaffInvitation",
    status_code=202,
    summary="Resend log-in details",
    dependencies=[_TELL],
)
@refuses(StaffMemberDeactivated, PasswordAlreadyChosen)
async def resend_staff_invitation(work: WorkDep, row: StaffMemberDep) -> schemas.StaffMember:
    """Sends a new first password, which replaces the previous one. Refused once the person has chosen a password."""
    return await staff.resend_invitation(work, row)
