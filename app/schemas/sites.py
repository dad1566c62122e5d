"""Sites: the main one, and any number of delivery sites, or satellites (R08)."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from app.domain import limits
from app.domain.sites import SiteKind
from app.schemas import example_centre as example
from app.schemas.addresses import Address, AddressInput, AddressUpdate
from app.schemas.answered import E164, Email, ExtensionDigits, Title, up_to
from app.schemas.base import Answer, Request, Resource
from app.schemas.fields import EmailAddress, Extension, Telephone, organisations_name
from app.schemas.ids import SiteId
from app.schemas.patches import changeable
from app.schemas.shared import Moment, described
from app.schemas.text import one_line

_ADDRESS = {
    "line_1": "3 Harbour Road",
    "line_2": None,
    "town": example.TOWN,
    "county": "Nottinghamshire",
    "postcode": "NG2 4DE",
    "country": "england",
}

SiteName = Annotated[
    str, one_line(1, 200), organisations_name, Field(description="The site's name.", examples=[example.SITE_NAME])
]


class SiteCreate(Request):
    """Add a delivery site. The main centre answers for its quality assurance, teaching, learning and assessment."""

    name: SiteName
    address: AddressInput = Field(description="The site's address.", examples=[_ADDRESS])
    email: EmailAddress | None = Field(
        default=None, description="The site's own email address, if any.", examples=[example.SITE_EMAIL]
    )
    telephone: Telephone | None = Field(
        default=None, description="The site's own telephone number, if any.", examples=[example.SITE_TELEPHONE]
    )
    telephone_extension: Extension | None = Field(
        default=None, description="The extension to ask for, if any.", examples=["205"]
    )


class SiteUpdate(Request):
    """Change a site, the main one included."""

    name: SiteName = changeable("The site's name.")
    address: AddressUpdate = changeable("The site's address.", {"line_1": "3 Harbour Road", "postcode": "NG2 4DE"})
    email: EmailAddress | None = changeable("The site's own email address; null removes it.", example.SITE_EMAIL)
    telephone: Telephone | None = changeable(
        "The site's own telephone number; null removes it.", example.SITE_TELEPHONE
    )
    telephone_extension: Extension | None = changeable(
        "The extension to ask for; null removes it, and so does another telephone number.", "205"
    )


class Site(Resource):
    """A place where the centre delivers."""

    id: SiteId
    kind: SiteKind = described("`main` for the site created with the account, otherwise `delivery`.", "delivery")
    name: Title = described("The site's name.", example.SITE_NAME)
    address: Address = described("The site's address.", _ADDRESS)
    email: Email | None = described("The site's own email address, or null.", example.SITE_EMAIL)
    telephone: E164 | None = described(
        "The site's own telephone number in E.164 form, or null.", example.SITE_TELEPHONE_E164
    )
    telephone_extension: ExtensionDigits | None = described("The extension to ask for, or null.", None)
    created_at: Moment = described("When the site was added.", example.SITE_ADDED_AT)
    closed_at: datetime | None = described("When the site was closed, or null.", None)


class SiteList(Answer):
    """The centre's open sites, the main one first. A centre has at most 500; a closed site is read by its id."""

    items: Annotated[list[Site], up_to(limits.OPEN_SITES)] = Field(description="The sites.")
