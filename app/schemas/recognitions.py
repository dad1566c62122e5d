"""A centre's recognition with its welcome pack, and what the public may know of it (R22)."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from app.domain import limits
from app.domain.contact_roles import ContactRole
from app.domain.recognitions import CertificateStatus, RecognitionStatus
from app.schemas import example_centre as example
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
from app.schemas.ids import ApplicationId, CentreId, RecognitionId
from app.schemas.paging import ListQuery, SearchText
from app.schemas.shared import HelpContacts, PersonRef, UsefulLink, described

_NUMBER = described("The number on the certificate.", example.CERTIFICATE_NUMBER)
_STATUS = described("`active`, or `ended`.", "active")
_FROM = described("The first day of the recognition.", example.RECOGNISED_FROM)
_NAME = described("The centre's name on the certificate.", example.NAME)
_TOWN = described("The centre's town.", example.TOWN)


class AccountTeamMember(Answer):
    """A person or team at the awarding organisation who looks after the centre."""

    role: Name = described("What the person or team does.", "Customer experience")
    name: Title = described("Name.", "Customer experience team")
    email: Email = described("Email address.", "enquiries@aimgroup.org.uk")
    telephone: ShownTelephone = described("Telephone number.", "01332 341822")


class RoleReminder(Answer):
    """A contact role, its holders and its responsibilities."""

    role: ContactRole = described("The role.", "finance")
    title: Title = described("The role's name.", "Finance contact")
    held_by: Annotated[list[FullName], up_to(limits.CONTACTS)] = described(
        "The people who hold it at the centre.", [example.CONTACT]
    )
    responsibilities: Annotated[list[Sentence], up_to(limits.RESPONSIBILITIES)] = described(
        "The responsibilities of the role.", ["ensuring timely payment of invoices"]
    )


class WelcomePack(Answer):
    """The welcome pack for a newly recognised centre."""

    path: ApiPath = described(
        "The path that downloads the pack as a PDF.", f"{example.CENTRE_PATH}/recognition/welcome-pack"
    )
    roles: Annotated[list[RoleReminder], A_FEW] = Field(description="The contact roles and their holders.")
    useful_links: Annotated[list[UsefulLink], up_to(limits.USEFUL_LINKS)] = Field(
        description="The guide's useful links."
    )
    help: HelpContacts = Field(description="Who to ask for help.")


class ReplacedCertificate(Answer):
    """A certificate in whose place another one was issued."""

    number: Reference = described("Its number.", "RC-2026-000001")
    centre_name: Title = described("The centre's name on it.", example.NAME)
    issued_at: datetime = described("When it was issued.", example.DECIDED_AT)
    replaced_at: datetime = described("When it was replaced.", "2027-03-01T10:00:00Z")


class Recognition(Answer):
    """A centre's recognition."""

    id: RecognitionId
    centre_id: CentreId
    application_id: ApplicationId = Field(description="The application that was accepted.")
    number: Reference = _NUMBER
    status: RecognitionStatus = _STATUS
    centre_name: Title = _NAME
    centre_town: TownOrCounty = _TOWN
    recognised_from: date = _FROM
    ended_at: datetime | None = described("When the recognition ended, or null.", None)
    centre_lead: PersonRef | None = Field(
        description="The centre lead, who meets the overall quality manager every year, or null."
    )
    account_team: Annotated[list[AccountTeamMember], up_to(limits.ACCOUNT_TEAM)] = Field(
        description="The people and teams who look after the centre."
    )
    certificate_issued_at: datetime = described("When the certificate was issued.", example.DECIDED_AT)
    replaced_certificates: Annotated[list[ReplacedCertificate], up_to(limits.REPLACED_CERTIFICATES)] = described(
        "The certificates in whose place this one was issued, oldest first.", []
    )
    certificate_path: ApiPath = described(
        "The path that downloads the certificate.", f"{example.CENTRE_PATH}/recognition/certificate"
    )
    verification_url: WebAddress = described(
        "The address where anybody can verify the certificate.",
        f"https://portal.example.org/v1/certificates/{example.CERTIFICATE_NUMBER}",
    )
    welcome_pack: WelcomePack = Field(description="The welcome pack.")
    open_actions: Count = described("The number of actions of the acceptance that are not closed.", 1)


class RecognisedCentre(Answer):
    """A recognised centre in the public register."""

    number: Reference = _NUMBER
    name: Title = _NAME
    town: TownOrCounty = _TOWN
    recognised_from: date = _FROM


class RecognisedCentrePage(Page[RecognisedCentre]):
    """Recognised centres, by name."""


class RecognisedCentreQuery(ListQuery):
    """Filters for the public register."""

    text: Annotated[
        SearchText | None,
        Field(description="Words in the name, the town or the number. Accents make no difference.", examples=["trent"]),
    ] = None


class Certificate(Answer):
    """The recognition that a certificate's number stands for. It holds no personal data."""

    number: Reference = _NUMBER
    status: CertificateStatus = described(
        "`active`; `ended` with the recognition; or `replaced`: another certificate was issued in its place, because "
        "the centre was renamed.",
        "active",
    )
    name: Title = _NAME
    town: TownOrCounty = _TOWN
    recognised_from: date = _FROM
    ended_on: date | None = described("The day the recognition ended, or null.", None)
    replaced_by: Reference | None = described("The number of the certificate that counts instead, or null.", None)
    replaced_on: date | None = described("The day it was replaced, or null.", None)
    awarding_organisation: Title = described(
        "The organisation that recognises the centre.", example.AWARDING_ORGANISATION
    )
