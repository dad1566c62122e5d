"""Contacts: who does what for the centre towards the awarding organisation (R09)."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from app.domain import limits
from app.domain.contact_roles import ContactRole
from app.schemas import example_centre as example
from app.schemas.answered import A_FEW, E164, Email, ExtensionDigits, Name, up_to
from app.schemas.base import Answer, Request, Resource
from app.schemas.fields import EmailAddress, Extension, JobTitle, PersonName, Telephone, choice, distinct
from app.schemas.ids import ContactId, UserId
from app.schemas.patches import changeable
from app.schemas.shared import Moment, described

_FIRST, _LAST = example.CONTACT.split()

ContactRoles = Annotated[
    list[Annotated[ContactRole, choice()]],
    distinct(len(ContactRole)),
    Field(
        description="The roles that the contact holds. A contact can hold several roles, but each role except "
        "`curriculum_development` has one holder.",
        examples=[["finance"]],
    ),
]


class ContactCreate(Request):
    """Add a contact. A contact need not be a portal user."""

    first_name: PersonName = Field(description="First name.", examples=[_FIRST])
    last_name: PersonName = Field(description="Last name.", examples=[_LAST])
    job_title: JobTitle | None = Field(default=None, description="Job title, if any.", examples=[example.CONTACT_JOB])
    email: EmailAddress = Field(
        description="The address for messages about these roles.", examples=[example.CONTACT_EMAIL]
    )
    telephone: Telephone | None = Field(
        default=None, description="Telephone number, if any.", examples=[example.CONTACT_TELEPHONE]
    )
    telephone_extension: Extension | None = Field(
        default=None, description="The extension to ask for, if any.", examples=["205"]
    )
    roles: ContactRoles
    user_id: UserId | None = Field(
        default=None,
        description="The portal user at the same centre who is this contact; null if the contact does not sign in.",
        examples=[None],
    )


class ContactUpdate(Request):
    """Change a contact. `roles` replaces the whole list."""

    first_name: PersonName = changeable("First name.", _FIRST)
    last_name: PersonName = changeable("Last name.", _LAST)
    job_title: JobTitle | None = changeable("Job title; null removes it.", example.CONTACT_JOB)
    email: EmailAddress = changeable("The address for messages about these roles.", example.CONTACT_EMAIL)
    telephone: Telephone | None = changeable("Telephone number; null removes it.", example.CONTACT_TELEPHONE)
    telephone_extension: Extension | None = changeable(
        "The extension to ask for; null removes it, and so does another telephone number.", "205"
    )
    roles: ContactRoles = changeable("Every role that the contact holds from now on.", ["finance"])
    user_id: UserId | None = changeable("The portal user at the same centre who is this contact; null for none.", None)


class Contact(Resource):
    """A contact and the roles they hold."""

    id: ContactId
    first_name: Name = described("First name.", _FIRST)
    last_name: Name = described("Last name.", _LAST)
    job_title: Name | None = described("Job title, or null.", example.CONTACT_JOB)
    email: Email = described("Email address.", example.CONTACT_EMAIL)
    telephone: E164 | None = described("Telephone number in E.164 form, or null.", example.CONTACT_E164)
    telephone_extension: ExtensionDigits | None = described("The extension to ask for, or null.", None)
    roles: Annotated[list[ContactRole], A_FEW] = described("The current roles, in the guide's order.", ["finance"])
    user_id: UserId | None = described("The portal user who is this contact, or null.", None)
    created_at: Moment = described("When the contact was added.", example.CONTACT_ADDED_AT)
    ended_at: datetime | None = described("When the contact ended, or null.", None)


class ContactList(Answer):
    """The centre's current contacts, oldest first. A centre has at most 200; an ended contact is read by its id."""

    items: Annotated[list[Contact], up_to(limits.CONTACTS)] = Field(description="The contacts.")
    missing_roles: Annotated[list[ContactRole], A_FEW] = described(
        "The roles that nobody holds. All six must be held before the application can be submitted.",
        ["curriculum_development"],
    )
