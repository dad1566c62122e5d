"""The awarding organisation, its contacts and its working days."""

from typing import Annotated

from pydantic import Field

from app.domain import limits
from app.settings.parts import Email, Part, Short, Telephone, Title, WebAddress, spelt

_COLOUR = spelt(r"#[0-9A-Fa-f]{6}", "write six hexadecimal digits, like #4B2E83")


class HelpContacts(Part):
    """The help contacts for each stage (R25). The two mail domains differ in the guide too."""

    telephone: Telephone = "01332 341822"
    enquiries_email: Email = "enquiries@aimgroup.org.uk"
    applications_email: Email = "applications@aim-group.org.uk"


class UsefulLink(Part):
    """A useful link, with its number in the guide (R25)."""

    number: Annotated[int, Field(ge=1, le=1000)]
    title: Title
    url: WebAddress


class AwardingOrganisation(Part):
    """The awarding organisation of this deployment. The defaults are AIM's, from its guide."""

    name: Title = "AIM Qualifications and Assessment Group"
    short_name: Short = "AIM"
    address_lines: Annotated[tuple[Short, ...], Field(max_length=limits.ADDRESS_LINES)] = (
        "3 Pride Point Drive",
        "Pride Park",
        "Derby",
        "DE24 8BX",
    )
    website: WebAddress = "https://www.aimgroup.org.uk"
    portal_url: WebAddress = "https://miaportal.org.uk"
    portal_name: Short = "MIA portal"
    help: HelpContacts = HelpContacts()
    useful_links: Annotated[tuple[UsefulLink, ...], Field(max_length=limits.USEFUL_LINKS)] = (
        UsefulLink(
            number=1,
            title="AIM Centre handbooks and forms",
            url="https://www.aimgroup.org.uk/centre-handbooks-and-forms",
        ),
        UsefulLink(number=2, title="AIM website", url="https://www.aimgroup.org.uk"),
        UsefulLink(number=3, title="Being an AIM centre guide", url="https://www.aimgroup.org.uk/being-an-aim-centre"),
        UsefulLink(number=4, title="Centre application web form", url="https://www.aimgroup.org.uk/centre-application"),
        UsefulLink(
            number=5,
            title="How to register on the Learning Records Service (GOV.UK)",
            url="https://www.gov.uk/government/publications/lrs-registration-documents",
        ),
        UsefulLink(
            number=6,
            title="Invigilation guidance for AIM external assessments guide",
            url="https://www.aimgroup.org.uk/invigilation-guidance",
        ),
        UsefulLink(number=7, title="MIA Portal", url="https://miaportal.org.uk"),
    )
    primary_colour: Annotated[str, _COLOUR] = "#4B2E83"
    accent_colour: Annotated[str, _COLOUR] = "#E6007E"


class AccountTeamMember(Part):
    """A contact at the awarding organisation for recognised centres (R21, R22)."""

    role: Short
    name: Title
    email: Email
    telephone: Telephone


class Closing(Part):
    """The days after which staff may close what a centre has abandoned, and within which they can reopen it."""

    idle_days: Annotated[int, Field(ge=1, le=365)] = 28
    warning_days: Annotated[int, Field(ge=1, le=365)] = 14
    reopen_days: Annotated[int, Field(ge=0, le=3650)] = 90


class WorkingDays(Part):
    """The working days that staff have for each stage (R05). Only the first is from the guide."""

    log_in_details: Annotated[int, Field(ge=0, le=250)] = 2
    initial_review: Annotated[int, Field(ge=0, le=250)] = 5
    centre_lead_review: Annotated[int, Field(ge=0, le=250)] = 10
    decision: Annotated[int, Field(ge=0, le=250)] = 5
