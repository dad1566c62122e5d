"""What customer experience does for a centre's users at its request, recorded as done on its behalf (R10)."""

from typing import Annotated

from pydantic import Field

from app.domain.super_users import IdentityCheckMethod
from app.schemas import example_centre as example
from app.schemas.base import Request
from app.schemas.fields import EmailAddress, Extension, JobTitle, PersonName, Telephone, choice
from app.schemas.patches import changeable
from app.schemas.text import one_line, several_lines

_FIRST, _LAST = example.USER.split()
REQUESTED_BY = f"{example.CONTACT}, {example.CONTACT_JOB}, by telephone"


class CentreRequest(Request):
    """A change that the centre asked for. Who asked is recorded, and told to the centre's super users."""

    requested_by: Annotated[str, one_line(1, 200)] = Field(
        description="Who at the centre asked for it, and how. The centre is told.", examples=[REQUESTED_BY]
    )
    reason: Annotated[str, several_lines(1, 2000)] = Field(
        description="Why staff do it in the centre's place, for the record. Only staff read it.",
        examples=["Nobody at the centre can log in this week."],
    )


class IdentityCheck(Request):
    """How customer experience made sure of who asks."""

    method: Annotated[IdentityCheckMethod, choice()] = Field(description="How it was checked.")
    note: Annotated[str, several_lines(1, 2000)] = Field(
        description="Who was checked, against what, and by whom. It must make sense to a reader years later.",
        examples=[f"Called {example.CONTACT} back on the number of the web form."],
    )


class CentreUserAssistedInvite(CentreRequest):
    """Invite a person at the centre's request. They become a user; only a replacement makes somebody a super user."""

    first_name: PersonName = Field(description="First name.", examples=[_FIRST])
    last_name: PersonName = Field(description="Last name.", examples=[_LAST])
    job_title: JobTitle = Field(description="Job title at this centre.", examples=[example.USER_JOB])
    email: EmailAddress = Field(
        description="The person's own email address. It becomes their log-in.", examples=[example.USER_EMAIL]
    )
    telephone: Telephone = Field(description="Telephone number at this centre.", examples=[example.USER_TELEPHONE])
    telephone_extension: Extension | None = Field(
        default=None, description="The extension to ask for, if any.", examples=["205"]
    )


class CentreUserCorrection(CentreRequest):
    """Correct a user's record at the centre's request. Give only what differs."""

    first_name: PersonName = changeable(
        "First name. Once the person has chosen a password, only they change it.", _FIRST
    )
    last_name: PersonName = changeable("Last name. Once the person has chosen a password, only they change it.", _LAST)
    job_title: JobTitle = changeable("Job title at this centre.", example.USER_JOB)
    email: EmailAddress = changeable(
        "The address that the log-in details should have gone to: they are sent there at once, and those sent before "
        "stop working. Once the person has chosen a password, only they change it.",
        example.USER_EMAIL,
    )
    telephone: Telephone = changeable("Telephone number at this centre.", example.USER_TELEPHONE)
    telephone_extension: Extension | None = changeable(
        "The extension to ask for; null removes it, and so does another telephone number.", "205"
    )
    identity_check: IdentityCheck = changeable(
        "How you made sure of who asks. Required for the email address of a super user."
    )
