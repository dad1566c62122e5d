"""Sites: the main one, and any number of delivery sites, or satellites (R08)."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from app.domain import limits
from app.domain.sites import SiteKind
from app.schemas.addresses import Address, AddressInput, AddressUpdate
from app.schemas.answered import E164, Email, Title, up_to
from app.schemas.base import Answer, Request, Resource
from app.schemas.fields import EmailAddress, Telephone
from app.schemas.patches import changeable
from app.schemas.shared import AnswerId, Moment, said
from app.schemas.text import one_line

SiteName = Annotated[
    str, one_line(1, 200), Field(description="What the site is called.", examples=["Harbour Road workshop"])
]


class SiteCreate(Request):
    """Add a delivery site. The main centre answers for its quality assurance, teaching, learning and assessment."""

    name: SiteName
    address: AddressInput = Field(description="Where the site is.")
    email: EmailAddress | None = Field(
        default=None, description="The site's own email address, if it has one.", examples=["harbour@example.com"]
    )
    telephone: Telephone | None = Field(
        default=None, description="The site's own telephone number, if it has one.", examples=["0115 496 0123"]
    )


class SiteUpdate(Request):
    """What can be changed about a site, the main one included."""

    name: SiteName = changeable("What the site is called.")
    address: AddressUpdate = changeable("Where the site is.")
    email: EmailAddress | None = changeable("The site's own email address, or null.", "harbour@example.com")
    telephone: Telephone | None = changeable("The site's own telephone number, or null.", "0115 496 0123")


class Site(Resource):
    """A place where the centre delivers."""

    id: AnswerId
    kind: SiteKind = said("`main` for the one that came with the account, `delivery` for every other.", "delivery")
    name: Title = said("What the site is called.", "Harbour Road workshop")
    address: Address = Field(description="Where the site is.")
    email: Email | None = said("The site's own email address, or null.", "harbour@example.com")
    telephone: E164 | None = said("The site's own telephone number, E.164, or null.", "+441154960123")
    created_at: Moment
    closed_at: datetime | None = said("When the site was closed, or null.", None)


class SiteList(Answer):
    """The centre's open sites, the main one first; at most 500. A closed one can still be read by its id."""

    items: Annotated[list[Site], up_to(limits.OPEN_SITES)] = Field(description="The sites.")
