"""A centre's portal users (R06, R10)."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from app.domain import limits
from app.domain.actors import CentreRole
from app.domain.centre_users import CentreUserStatus
from app.schemas import example_centre as example
from app.schemas.answered import E164, Email, ExtensionDigits, Name, Sentence, up_to
from app.schemas.base import Answer, Request, Resource
from app.schemas.fields import EmailAddress, Extension, JobTitle, PersonName, Telephone, choice
from app.schemas.ids import UserId
from app.schemas.patches import changeable
from app.schemas.shared import Moment, described

_FIRST, _LAST = example.USER.split()


class CentreUserInvite(Request):
    """Invite a person to the centre's account. A person without log-in details receives them by email."""

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
    role: Annotated[CentreRole, choice()] = Field(
        description="A `user` edits sites, contacts and sections. A `super_user` also submits the application, "
        "accepts the agreement and manages users."
    )


class CentreUserUpdate(Request):
    """Change a user. The email address is the log-in and cannot change: to replace it, invite the person again."""

    first_name: PersonName = changeable(
        "First name. Once the person has chosen a password, only they change it.", _FIRST
    )
    last_name: PersonName = changeable("Last name. Once the person has chosen a password, only they change it.", _LAST)
    job_title: JobTitle = changeable("Job title at this centre.", example.USER_JOB)
    telephone: Telephone = changeable("Telephone number at this centre.", example.USER_TELEPHONE)
    telephone_extension: Extension | None = changeable(
        "The extension to ask for; null removes it, and so does another telephone number.", "205"
    )
    role: Annotated[CentreRole, choice()] = changeable("The user's new role.", "super_user")


class CentreUser(Resource):
    """A person who can sign in to the centre's account, or once could."""

    id: UserId
    first_name: Name = described("First name.", _FIRST)
    last_name: Name = described("Last name.", _LAST)
    job_title: Name | None = described("Job title at this centre, or null.", example.USER_JOB)
    email: Email = described("The email address that the person signs in with.", example.USER_EMAIL)
    telephone: E164 | None = described("Telephone number at this centre in E.164 form, or null.", example.USER_E164)
    telephone_extension: ExtensionDigits | None = described("The extension to ask for, or null.", None)
    role: CentreRole = described("The user's role at this centre.", "user")
    status: CentreUserStatus = described("The user's status.", "active")
    invited_at: Moment = described("When the person was invited.", example.USER_INVITED_AT)
    log_in_details_sent_at: datetime | None = described(
        "When the log-in details were last sent; null if they never were.", example.USER_INVITED_AT
    )
    deactivated_at: datetime | None = described("When the user was deactivated, or null.", None)


class CentreUserList(Answer):
    """The centre's users, past ones included, with deactivated users last. A centre has at most 500."""

    items: Annotated[list[CentreUser], up_to(limits.USERS)] = Field(description="The users.")


class InvitationReceipt(Answer):
    """Confirms that new log-in details are being sent."""

    email: Email = described("The address they are sent to.", example.USER_EMAIL)
    message: Sentence = described(
        "What happens next.", "New log-in details are on their way; those sent before stop working when they go out."
    )
