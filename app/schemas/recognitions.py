"""A centre's recognition with its welcome pack, and what the public may know of it (R22)."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.domain.contact_roles import ContactRole
from app.domain.outcomes import RecognitionStatus
from app.schemas.base import Answer, Page
from app.schemas.paging import ListQuery, SearchText
from app.schemas.shared import AnswerId, HelpContacts, PersonRef, UsefulLink, said

_ID = "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21"
_NUMBER = said("The certificate's number.", "RC-2026-000001")
_STATUS = said("`active`, or `ended`.", "active")
_FROM = said("Since when the centre is recognised.", "2026-12-07")
_NAME = said("The centre's name, as on the certificate.", "Exampleton Community College")
_TOWN = said("Its town.", "Derby")


class AccountTeamMember(Answer):
    """Somebody of the awarding organisation whom the centre deals with."""

    role: str = said("What the person or team does.", "Customer experience")
    name: str = said("Name.", "Customer experience team")
    email: str = said("Email address.", "enquiries@aimgroup.org.uk")
    telephone: str = said("Telephone number.", "01332 341822")


class RoleReminder(Answer):
    """A contact role, who holds it now, and what it is responsible for (R09)."""

    role: ContactRole = said("The role.", "finance")
    title: str = said("Its name.", "Finance contact")
    held_by: list[str] = said("Who holds it at the centre.", ["Pat Jones"])
    responsibilities: list[str] = said("What it is responsible for.", ["ensuring timely payment of invoices"])


class WelcomePack(Answer):
    """What a newly recognised centre is given to keep."""

    path: str = said("Where it is downloaded as a PDF.", f"/v1/centres/{_ID}/recognition/welcome-pack")
    roles: list[RoleReminder] = said("Who does what at the centre.", [])
    useful_links: list[UsefulLink] = said("The guide's useful links.", [])
    help: HelpContacts = said("Whom to ask.", None)


class Recognition(Answer):
    """A centre's recognition."""

    id: AnswerId
    centre_id: UUID = said("The centre's id.", _ID)
    application_id: UUID = said("The application that led to it.", _ID)
    number: str = _NUMBER
    status: RecognitionStatus = _STATUS
    centre_name: str = _NAME
    centre_town: str = _TOWN
    recognised_from: date = _FROM
    ended_at: datetime | None = said("When it ended, or null.", None)
    centre_lead: PersonRef | None = said("Who meets the overall quality manager every year, or null.", None)
    account_team: list[AccountTeamMember] = said("Whom the centre deals with.", [])
    certificate_issued_at: datetime = said("When the certificate was issued.", "2026-12-07T10:15:00Z")
    certificate_path: str = said("Where the certificate is downloaded.", f"/v1/centres/{_ID}/recognition/certificate")
    verification_url: str = said(
        "Where anybody can verify the certificate.", "https://portal.example.org/v1/certificates/RC-2026-000001"
    )
    welcome_pack: WelcomePack = said("The welcome pack.", None)
    open_actions: int = said("How many actions of the acceptance are not closed.", 0)


class RecognisedCentre(Answer):
    """What the public may know of a recognised centre."""

    number: str = _NUMBER
    name: str = _NAME
    town: str = _TOWN
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

    number: str = _NUMBER
    status: RecognitionStatus = _STATUS
    name: str = _NAME
    town: str = _TOWN
    recognised_from: date = _FROM
    ended_on: date | None = said("When the recognition ended, or null.", None)
    awarding_organisation: str = said("Who recognises the centre.", "AIM Qualifications and Assessment Group")
