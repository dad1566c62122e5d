"""The awarding organisation's own people and their roles."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.domain.actors import StaffRole
from app.schemas.answered import A_FEW, Email, Name
from app.schemas.base import Page, Request, Resource
from app.schemas.fields import EmailAddress, JobTitle, PersonName, choice, distinct
from app.schemas.paging import ListQuery
from app.schemas.patches import changeable
from app.schemas.shared import AnswerId, Moment, said

_Roles = Annotated[
    list[Annotated[StaffRole, choice()]],
    Field(
        min_length=1, description="What the person may do; one person can hold several roles.", examples=[["finance"]]
    ),
    distinct(len(StaffRole)),
]


class StaffMemberCreate(Request):
    """Let somebody of the awarding organisation in."""

    first_name: PersonName = Field(description="First name.", examples=["Sam"])
    last_name: PersonName = Field(description="Last name.", examples=["Taylor"])
    email: EmailAddress = Field(description="The log-in address: the log-in details go there.")
    job_title: JobTitle | None = Field(default=None, description="Job title.", examples=["Finance officer"])
    roles: _Roles


class StaffMemberUpdate(Request):
    """Change a staff member; what is left out stays as it is. A changed role counts from the next request on."""

    first_name: PersonName = changeable("First name.", "Sam")
    last_name: PersonName = changeable("Last name.", "Taylor")
    job_title: JobTitle | None = changeable("Job title, or null.", "Finance officer")
    roles: _Roles = changeable("Every role that the person holds from now on.", ["finance"])


class StaffMember(Resource):
    """One of the awarding organisation's own people."""

    id: AnswerId
    person_id: UUID = said(
        "The person's id, by which an application names its centre lead.", "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21"
    )
    first_name: Name = said("First name.", "Sam")
    last_name: Name = said("Last name.", "Taylor")
    email: Email = said("Log-in address.", "sam.taylor@example.com")
    job_title: Name | None = said("Job title, or null.", "Finance officer")
    roles: Annotated[list[StaffRole], A_FEW] = said("What the person may do.", ["finance"])
    active: bool = said("False once the person has been deactivated.", True)
    has_chosen_password: bool = said("False until the first password has been replaced (R06).", True)
    created_at: Moment
    deactivated_at: datetime | None = said("When the person was deactivated, or null.", None)


class StaffMemberPage(Page[StaffMember]):
    """Staff, those created first at the beginning."""


class StaffMemberQuery(ListQuery):
    """What a list of staff can be narrowed to."""

    role: Annotated[StaffRole | None, Field(description="Only those who hold this role.", examples=["centre_lead"])] = (
        None
    )
    active: Annotated[
        bool | None, Field(description="Only those who are active, or only those who are not.", examples=[True])
    ] = None
