"""Contacts: who does what for the centre towards the awarding organisation (R09)."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.domain import limits
from app.domain.contact_roles import ContactRole
from app.schemas.answered import A_FEW, E164, Email, Name, up_to
from app.schemas.base import Answer, Request, Resource
from app.schemas.fields import EmailAddress, Id, JobTitle, PersonName, Telephone, choice, distinct
from app.schemas.patches import changeable
from app.schemas.shared import AnswerId, Moment, said

ContactRoles = Annotated[
    list[Annotated[ContactRole, choice()]],
    distinct(len(ContactRole)),
    Field(
        description="The roles that the contact holds. One person may hold several; only the curriculum development "
        "contact may be several people.",
        examples=[["quality_assurance", "curriculum_development"]],
    ),
]


class ContactCreate(Request):
    """Add a contact. A contact may or may not be a portal user."""

    first_name: PersonName = Field(description="First name.", examples=["Robin"])
    last_name: PersonName = Field(description="Last name.", examples=["Clarke"])
    job_title: JobTitle | None = Field(default=None, description="Job title, if any.", examples=["Bursar"])
    email: EmailAddress = Field(description="Where messages for these roles go.")
    telephone: Telephone | None = Field(
        default=None, description="Telephone number, if any.", examples=["0115 496 0124"]
    )
    roles: ContactRoles
    user_id: Id | None = Field(
        default=None,
        description="The portal user of the same centre who this is, if it is one.",
        examples=["0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21"],
    )


class ContactUpdate(Request):
    """What can be changed about a contact. `roles` replaces the whole list."""

    first_name: PersonName = changeable("First name.", "Robin")
    last_name: PersonName = changeable("Last name.", "Clarke")
    job_title: JobTitle | None = changeable("Job title, or null.", "Bursar")
    email: EmailAddress = changeable("Where messages for these roles go.", "robin.clarke@example.com")
    telephone: Telephone | None = changeable("Telephone number, or null.", "0115 496 0124")
    roles: ContactRoles = changeable("Every role that the contact holds from now on.", ["finance"])
    user_id: Id | None = changeable(
        "The portal user of the same centre who this is, or null.", "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21"
    )


class Contact(Resource):
    """A contact with the roles held now."""

    id: AnswerId
    first_name: Name = said("First name.", "Robin")
    last_name: Name = said("Last name.", "Clarke")
    job_title: Name | None = said("Job title, or null.", "Bursar")
    email: Email = said("Email address.", "robin.clarke@example.com")
    telephone: E164 | None = said("Telephone number, E.164, or null.", "+441154960124")
    roles: Annotated[list[ContactRole], A_FEW] = said("The roles held now, in the guide's order.", ["finance"])
    user_id: UUID | None = said("The portal user who this is, or null.", "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21")
    created_at: Moment
    ended_at: datetime | None = said("When the contact was ended, or null.", None)


class ContactList(Answer):
    """The centre's contacts, the oldest first; at most 200. An ended one can still be read by its id."""

    items: Annotated[list[Contact], up_to(limits.CONTACTS)] = Field(description="The contacts.")
    missing_roles: Annotated[list[ContactRole], A_FEW] = said(
        "The roles that nobody holds yet; all six are needed before the application is submitted.", ["finance"]
    )
