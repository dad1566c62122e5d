"""Corrections of an initial application by staff, before it is decided."""

from typing import Annotated

from pydantic import Field

from app.domain import limits
from app.domain.due_diligence import DueDiligenceCheckKey
from app.schemas import example_centre as example
from app.schemas.addresses import AddressUpdate
from app.schemas.answered import A_FEW, FullName, Note, Record, up_to
from app.schemas.base import Answer, Request
from app.schemas.fields import EmailAddress, Extension, JobTitle, OrganisationName, PersonName, Telephone
from app.schemas.ids import CorrectionId
from app.schemas.patches import changeable
from app.schemas.shared import Moment, described
from app.schemas.text import several_lines

_REASON = "The sender telephoned: the address on the form had a letter too many."
_BEFORE, _AFTER = {"email": "ofice@example.com"}, {"email": example.EMAIL}


class InitialSuperUserCorrection(Request):
    """The parts of the initial super user to correct. A part that is left out keeps its value."""

    first_name: PersonName = changeable("First name.", "Alex")
    last_name: PersonName = changeable("Last name.", "Morgan")
    job_title: JobTitle = changeable("Job title.", example.SUPER_USER_JOB)
    email: EmailAddress = changeable(
        "The person's own email address. The log-in details are sent there.", example.SUPER_USER_EMAIL
    )
    telephone: Telephone = changeable("Telephone number.", example.SUPER_USER_TELEPHONE)
    telephone_extension: Extension | None = changeable(
        "The extension to ask for; null removes it, and so does another telephone number.", "205"
    )


class InitialApplicationCorrectionCreate(Request):
    """Correct what the sender typed. Give the reason, and only what differs."""

    reason: Annotated[str, several_lines(1, 2000)] = Field(
        description="Why it is corrected, and who asked for it. It must make sense to a reader years later.",
        examples=[_REASON],
    )
    organisation_name: OrganisationName = changeable("The organisation's name.", example.NAME)
    address: AddressUpdate = changeable("The organisation's main address.", {"postcode": example.POSTCODE})
    email: EmailAddress = changeable("The organisation's email address.", example.EMAIL)
    telephone: Telephone = changeable("The organisation's telephone number.", example.TELEPHONE)
    telephone_extension: Extension | None = changeable(
        "The extension to ask for; null removes it, and so does another telephone number.", "205"
    )
    initial_super_user: InitialSuperUserCorrection = changeable(
        "The person who gets access first.", {"email": example.SUPER_USER_EMAIL}
    )


class InitialApplicationCorrection(Answer):
    """A recorded correction of an initial application."""

    id: CorrectionId
    reason: Note = described("Why it was corrected.", _REASON)
    before: Record | None = described("The values before; null once erased.", _BEFORE)
    after: Record | None = described("The values after; null once erased.", _AFTER)
    reopened_checks: Annotated[list[DueDiligenceCheckKey], A_FEW] = described(
        "The recorded checks that had looked at what was corrected: they are to be made again.", ["contact_channels"]
    )
    recorded_by_name: FullName = described("Who made the correction.", example.CUSTOMER_EXPERIENCE)
    recorded_at: Moment = described("When it was made.", example.CORRECTED_AT)


class InitialApplicationCorrectionList(Answer):
    """Every correction of an initial application, oldest first."""

    items: Annotated[list[InitialApplicationCorrection], up_to(limits.CORRECTIONS)] = Field(
        description="The corrections."
    )
