"""A centre: the organisation that is accountable for assessment (R04, R07)."""

from typing import Annotated

from pydantic import Field

from app.schemas.addresses import Address, AddressUpdate
from app.schemas.answered import E164, Email, Reference, Title
from app.schemas.base import Page, Request, Resource
from app.schemas.fields import EmailAddress, Telephone
from app.schemas.paging import ListQuery, SearchText
from app.schemas.patches import changeable
from app.schemas.shared import AnswerId, Moment, said


class Centre(Resource):
    """A centre."""

    id: AnswerId
    reference: Reference = said("Its reference.", "CEN-2026-000007")
    name: Title = said("Its name, as it stands on learners' certificates.", "Trent Valley Training")
    address: Address = Field(description="Its main address.")
    email: Email = said("Its email address.", "office@example.com")
    telephone: E164 = said("Its telephone number, E.164.", "+441154960122")
    created_at: Moment


class CentrePage(Page[Centre]):
    """Centres, the newest first."""


class CentreQuery(ListQuery):
    """What a list of centres can be narrowed to."""

    text: Annotated[
        SearchText | None, Field(description="Words in the name, the reference or the postcode.", examples=["harbour"])
    ] = None


class CentreUpdate(Request):
    """What a super user can change about the centre.

    The name is not among it: it stands on learners' certificates, and due diligence was carried out on it. A centre
    that is renamed writes to the awarding organisation.
    """

    address: AddressUpdate = changeable("The main address of the organisation; the main site keeps its own.")
    email: EmailAddress = changeable("The organisation's email address.", "office@example.com")
    telephone: Telephone = changeable("The organisation's telephone number.")
