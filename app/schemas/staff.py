"""The awarding organisation's own people and their roles."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from app.domain.actors import StaffRole
from app.schemas import example_centre as example
from app.schemas.answered import A_FEW, Email, Name
from app.schemas.base import Page, Request, Resource
from app.schemas.fields import EmailAddress, JobTitle, PersonName, choice, distinct
from app.schemas.ids import PersonId, StaffMemberId
from app.schemas.paging import ListQuery
from app.schemas.patches import changeable
from app.schemas.role_grants import PendingRole
from app.schemas.shared import Moment, described

_FIRST, _LAST = example.CENTRE_LEAD.split()
_EMAIL = "kim.adeyemi@awarding.example.com"
_JOB = "Centre lead"

_Roles = Annotated[
    list[Annotated[StaffRole, choice()]],
    Field(min_length=1, description="The person's roles, at least one.", examples=[["centre_lead"]]),
    distinct(len(StaffRole)),
]


class StaffMemberCreate(Request):
    """Create a staff member. The log-in details are emailed to them.

    A role that decides, credits or administers waits for the confirmation of another administrator."""

    first_name: PersonName = Field(description="First name.", examples=[_FIRST])
    last_name: PersonName = Field(description="Last name.", examples=[_LAST])
    email: EmailAddress = Field(
        description="The email address to sign in with. The log-in details are sent there.", examples=[_EMAIL]
    )
    job_title: JobTitle | None = Field(default=None, description="Job title, if any.", examples=[_JOB])
    roles: _Roles


class StaffMemberUpdate(Request):
    """Change a staff member. A property that is left out keeps its value; new roles apply from the next request.

    A new role that decides, credits or administers waits for the confirmation of another administrator."""

    first_name: PersonName = changeable("First name.", _FIRST)
    last_name: PersonName = changeable("Last name.", _LAST)
    job_title: JobTitle | None = changeable("Job title; null removes it.", _JOB)
    roles: _Roles = changeable("Every role that the person holds from now on.", ["centre_lead"])


class StaffMember(Resource):
    """A member of the awarding organisation's staff."""

    id: StaffMemberId
    person_id: PersonId = described(
        "The person's id. An application names its centre lead by it.", example.CENTRE_LEAD_ID
    )
    first_name: Name = described("First name.", _FIRST)
    last_name: Name = described("Last name.", _LAST)
    email: Email = described("The email address that the person signs in with.", _EMAIL)
    job_title: Name | None = described("Job title, or null.", _JOB)
    roles: Annotated[list[StaffRole], A_FEW] = described("The person's roles.", ["centre_lead"])
    pending_roles: Annotated[list[PendingRole], A_FEW] = Field(
        description="Roles that another administrator has to confirm before the person has them."
    )
    active: bool = described("False once the person is deactivated.", True)
    has_chosen_password: bool = described("False until the first password is changed.", True)
    created_at: Moment = described("When the staff member was created.", example.STAFF_CREATED_AT)
    deactivated_at: datetime | None = described("When the person was deactivated, or null.", None)


class StaffMemberPage(Page[StaffMember]):
    """Staff, oldest first."""


class StaffMemberQuery(ListQuery):
    """Filters for the list of staff."""

    role: Annotated[
        StaffRole | None, Field(description="Return only staff with this role.", examples=["centre_lead"])
    ] = None
    active: Annotated[
        bool | None,
        Field(description="True returns only active staff, false only deactivated staff.", examples=[True]),
    ] = None
