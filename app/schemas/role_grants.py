"""Roles that one administrator gives and another confirms."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from app.domain.actors import StaffRole
from app.domain.role_grants import RoleGrantStatus
from app.schemas import example_centre as example
from app.schemas.base import Answer, Page
from app.schemas.ids import RoleGrantId, StaffMemberId
from app.schemas.paging import ListQuery
from app.schemas.shared import Moment, PersonRef, described


class PendingRole(Answer):
    """A role that waits for the confirmation of another administrator."""

    grant_id: RoleGrantId
    role: StaffRole = described("The role.", "quality_assurance_manager")
    requested_by: PersonRef = Field(description="The administrator who asked for it, and cannot confirm it.")
    requested_at: Moment = described("When it was asked for.", example.STAFF_CREATED_AT)
    expires_at: Moment = described("Until when it can be confirmed.", example.ROLE_GRANT_EXPIRES_AT)


class RoleGrant(Answer):
    """A role that one administrator gives and another confirms."""

    id: RoleGrantId
    staff_id: StaffMemberId
    person: PersonRef = Field(description="Who receives the role, and cannot confirm it.")
    role: StaffRole = described("The role.", "quality_assurance_manager")
    status: RoleGrantStatus = described(
        "`pending`: waits for another administrator. `confirmed`: the person has the role. `refused`, `withdrawn` and "
        "`expired`: they do not get it.",
        "pending",
    )
    requested_by: PersonRef = Field(description="The administrator who asked for it.")
    requested_at: Moment = described("When it was asked for.", example.STAFF_CREATED_AT)
    expires_at: Moment = described("Until when it can be confirmed.", example.ROLE_GRANT_EXPIRES_AT)
    settled_by: PersonRef | None = Field(
        description="Who confirmed, refused or withdrew it; null while it waits, once it expires, and for operators."
    )
    settled_at: datetime | None = described("When it was settled, or null.", None)


class RoleGrantPage(Page[RoleGrant]):
    """Grants of roles, newest first."""


class RoleGrantQuery(ListQuery):
    """Filters for the list of grants."""

    status: Annotated[
        RoleGrantStatus | None, Field(description="Return only grants with this status.", examples=["pending"])
    ] = None
