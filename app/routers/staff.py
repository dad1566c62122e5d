"""The awarding organisation's own people: all staff read, administrators change."""

from typing import Annotated

from fastapi import Query

from app.domain.permissions import Permission
from app.http.access import require
from app.http.dependencies import ExpectedDep, Target, WorkDep
from app.http.route import router
from app.models import StaffMember
from app.queries.staff import find_staff_member
from app.schemas import staff as schemas
from app.services import staff

routes = router("/v1/staff", "Staff")
StaffMemberDep = Annotated[StaffMember, Target]

_MANAGE = require(Permission.MANAGE_STAFF, find_staff_member)


@routes.get("", operation_id="listStaff", summary="List staff", dependencies=[require(Permission.READ_STAFF)])
async def list_staff(work: WorkDep, query: Annotated[schemas.StaffMemberQuery, Query()]) -> schemas.StaffMemberPage:
    """Those created first at the beginning; narrowed to a role, or to those who are active."""
    return await staff.list_all(work, query)


@routes.post(
    "",
    operation_id="createStaffMember",
    status_code=201,
    summary="Add a staff member",
    dependencies=[require(Permission.MANAGE_STAFF, location="/v1/staff/{id}")],
)
async def create_staff_member(work: WorkDep, body: schemas.StaffMemberCreate) -> schemas.StaffMember:
    """The log-in details are mailed. The address of a centre's user is refused: nobody judges what they hand in."""
    return await staff.create(work, body)


@routes.get(
    "/{staff_id}",
    operation_id="getStaffMember",
    summary="Read a staff member",
    dependencies=[require(Permission.READ_STAFF, find_staff_member)],
)
async def get_staff_member(work: WorkDep, row: StaffMemberDep) -> schemas.StaffMember:
    """One of the awarding organisation's own people."""
    return await staff.show(work, row)


@routes.patch("/{staff_id}", operation_id="updateStaffMember", summary="Change a staff member", dependencies=[_MANAGE])
async def update_staff_member(
    work: WorkDep, row: StaffMemberDep, expected: ExpectedDep, body: schemas.StaffMemberUpdate
) -> schemas.StaffMember:
    """Name, job title or roles. There is always an active administrator."""
    return await staff.update(work, row, expected, body)


@routes.delete(
    "/{staff_id}",
    operation_id="deactivateStaffMember",
    status_code=204,
    summary="Deactivate a staff member",
    dependencies=[_MANAGE],
)
async def deactivate_staff_member(work: WorkDep, row: StaffMemberDep, expected: ExpectedDep) -> None:
    """Every session of the person ends at once. What they did stays on record."""
    await staff.deactivate(work, row, expected)


@routes.post(
    "/{staff_id}/invitation",
    operation_id="resendStaffInvitation",
    status_code=202,
    summary="Send the log-in details again",
    dependencies=[_MANAGE],
)
async def resend_staff_invitation(work: WorkDep, row: StaffMemberDep) -> schemas.StaffMember:
    """A new first password replaces the one before (R06); only until the person has chosen a password."""
    return await staff.resend_invitation(work, row)
