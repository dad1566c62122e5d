"""A centre's contacts (R09)."""

from typing import Annotated

from app.domain.permissions import Permission
from app.domain.refusals.centres import ContactEnded, RoleHeld, TooManyContacts
from app.http.access import require
from app.http.dependencies import ExpectedDep, Target, WorkDep
from app.http.refuses import refuses
from app.http.route import router
from app.models import Contact
from app.queries.centres import CentreRow, find_centre
from app.queries.contacts import find_contact
from app.schemas import contacts as schemas
from app.services import contacts

routes = router("/v1/centres/{centre_id}/contacts", "Contacts")
CentreDep = Annotated[CentreRow, Target]
ContactDep = Annotated[Contact, Target]

_CHANGE = require(Permission.MANAGE_SITES_AND_CONTACTS, find_contact)


@routes.get(
    "",
    operation_id="listContacts",
    summary="List a centre's contacts",
    dependencies=[require(Permission.READ_CENTRE, find_centre)],
)
async def list_contacts(work: WorkDep, centre: CentreDep) -> schemas.ContactList:
    """Returns the centre's current contacts with their roles, and the roles that nobody holds."""
    return await contacts.list_all(work, centre)


@routes.post(
    "",
    operation_id="createContact",
    status_code=201,
    summary="Add a contact",
    dependencies=[
        require(Permission.MANAGE_SITES_AND_CONTACTS, find_centre, location="/v1/centres/{centre_id}/contacts/{id}")
    ],
)
@refuses(RoleHeld, TooManyContacts)
async def create_contact(work: WorkDep, centre: CentreDep, body: schemas.ContactCreate) -> schemas.Contact:
    """Adds a contact, who need not be a portal user. Refused if one of the roles already has its only holder."""
    return await contacts.create(work, centre, body)


@routes.get(
    "/{contact_id}",
    operation_id="getContact",
    summary="Read a contact",
    dependencies=[require(Permission.READ_CENTRE, find_contact)],
)
async def get_contact(work: WorkDep, row: ContactDep) -> schemas.Contact:
    """Returns one contact, current or ended."""
    return await contacts.show(work, row)


@routes.patch("/{contact_id}", operation_id="updateContact", summary="Change a contact", dependencies=[_CHANGE])
@refuses(RoleHeld, ContactEnded)
async def update_contact(
    work: WorkDep, row: ContactDep, expected: ExpectedDep, body: schemas.ContactUpdate
) -> schemas.Contact:
    """Changes a contact's name, contact details or roles. A list of roles replaces the previous one."""
    return await contacts.update(work, row, expected, body)


@routes.delete(
    "/{contact_id}", operation_id="deleteContact", status_code=204, summary="End a contact", dependencies=[_CHANGE]
)
async def delete_contact(work: WorkDep, row: ContactDep, expected: ExpectedDep) -> None:
    """Ends the contact and frees their roles at once. The contact is not deleted, because records refer to it."""
    await contacts.end(work, row, expected)
