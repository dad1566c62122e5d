"""A centre's recognition with its welcome pack, and what the public may know of it (R22)."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.domain import limits
from app.domain.contact_roles import ContactRole
from app.domain.recognitions import RecognitionStatus
from app.schemas.answered import (
    A_FEW,
    ApiPath,
    Count,
    Email,
    FullName,
    Name,
    Reference,
    Sentence,
    ShownTelephone,
    Title,
    TownOrCounty,
    WebAddress,
    up_to,
)
from app.schemas.base import Answer, Page
from app.schemas.paging import ListQuery, SearchText
from app.schemas.shared import AnswerId, HelpContacts, PersonRef, UsefulLink, said

_ID = "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21"
_NUMBER = said("The certificate's number.", "RC-2026-000001")
_STATUS = said("`active`, or `ended`.", "active")
_FROM = said("Since when the centre is recognised.", "2026-12-07")
_NAME = said("The centre's name, as on the certificate.", "Trent Valley Training")
_TOWN = said("Its town.", "Nottingham")


class AccountTeamMember(Answer):
    """Somebody of the awarding organisation whom the centre deals with."""

    role: Name = said("What the person or team does.", "Customer experience")
    name: Title = said("Name.", "Customer experience team")
    email: Email = said("Email address.", "enquiries@aimgroup.org.uk")
    telephone: ShownTelephone = said("Telephone number.", "01332 341822")


class RoleReminder(Answer):
    """A contact role, who holds it now, and what it is responsible for (R09)."""

    role: ContactRole = said("The role.", "finance")
    title: Title = said("Its name.", "Finance contact")
    held_by: Annotated[list[FullName], up_to(limits.CONTACTS)] = said("Who holds it at the centre.", ["Pat Jones"])
    responsibilities: Annotated[list[Sentence], up_to(limits.RESPONSIBILITIES)] = said(
        "What it is responsible for.", ["ensuring timely payment of invoices"]
    )


class WelcomePack(Answer):
    """What a newly recognised centre is given to keep."""

    path: ApiPath = said("Where it is downloaded as a PDF.", f"/v1/centres/{_ID}/recognition/welcome-pack")
    roles: Annotated[list[RoleReminder], A_FEW] = said("Who does what at the centre.", [])
    useful_links: Annotated[list[UsefulLink], up_to(limits.USEFUL_LINKS)] = said("The guide's useful links.", [])
    help: HelpContacts = said("Whom to ask.", None)


class Recognition(Answer):
    """A centre's recognition."""

    id: AnswerId
    centre_id: UUID = said("The centre's id.", _ID)
    application_id: UUID = said("The application that led to it.", _ID)
    number: Reference = _NUMBER
    status: RecognitionStatus = _STATUS
    centre_name: Title = _NAME
    centre_town: TownOrCounty = _TOWN
    recognised_from: date = _FROM
    ended_at: datetime | None = said("When it ended, or null.", None)
    centre_lead: PersonRef | None = said("Who meets the overall quality manager every year, or null.", None)
    account_team: Annotated[list[AccountTeamMember], up_to(limits.ACCOUNT_TEAM)] = said(
        "Whom the centre deals with.", []
    )
    certificate_issued_at: datetime = said("When the certificate was issued.", "2026-12-07T10:15:00Z")
    certificate_path: ApiPath = said(
        "Where the certificate is downloaded.", f"/v1/centres/{_ID}/recognition/certificate"
    )
    verification_url: WebAddress = said(
        "Where anybody can verify the certificate.", "https://portal.example.org/v1/certificates/RC-2026-000001"
    )
    welcome_pack: WelcomePack = said("The welcome pack.", None)
    open_actions: Count = said("How many actions of the acceptance are not closed.", 0)


class RecognisedCentre(Answer):
    """What the public may know of a recognised centre."""

    number: Reference = _NUMBER
    name: Title = _NAME
    town: TownOrCounty = _TOWN
    recognised_from: date = _FROM


class RecognisedCentrePage(Page[RecognisedCentre]):
    """Recognised centres, by name."""


class RecognisedCentreQuery(ListQuery):
    """What the register can be narrowed to."""

    text: Annotated[
        SearchText | None, Field(description="Words in the name, the town or the number.", examples=["harbour"])
    ] = None


class Certificate(Answer):
    """What a certificate's number stands for: nothing personal."""

    number: Reference = _NUMBER
    status: RecognitionStatus = _STATUS
    name: Title = _NAME
    town: TownOrCounty = _TOWN
    recognised_from: date = _FROM
    ended_on: date | None = said("When the recognition ended, or null.", None)
    awarding_organisation: Title = said("Who recognises the centre.", "AIM Qualifications and Assessment Group")
