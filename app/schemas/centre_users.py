"""A centre's portal users (R06, R10)."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from app.domain import limits
from app.domain.actors import CentreRole
from app.domain.centre_users import CentreUserStatus
from app.schemas.answered import E164, Email, Name, Sentence, up_to
from app.schemas.base import Answer, Request, Resource
from app.schemas.fields import EmailAddress, JobTitle, PersonName, Telephone, choice
from app.schemas.patches import changeable
from app.schemas.shared import AnswerId, Moment, said


class CentreUserInvite(Request):
    """Invite somebody to the centre's account. Log-in details are emailed to a person who has none yet."""

    first_name: PersonName = Field(description="First name.", examples=["Jo"])
    last_name: PersonName = Field(description="Last name.", examples=["Patel"])
    job_title: JobTitle
    email: EmailAddress = Field(description="The person's own email address, which becomes the log-in.")
    telephone: Telephone
    role: Annotated[CentreRole, choice()] = Field(
        description="A `user` works on sites, contacts and sections; a `super_user` also submits, signs, manages users."
    )


class CentreUserUpdate(Request):
    """What can be changed about a user. The email address is the log-in: for another one, invite the person anew."""

    first_name: PersonName = changeable("First name; the person's own once a password is chosen.", "Jo")
    last_name: PersonName = changeable("Last name; the person's own once a password is chosen.", "Patel")
    job_title: JobTitle = changeable("Job title at this centre.", "Head of Quality")
    telephone: Telephone = changeable("Telephone number at this centre.", "0115 496 0125")
    role: Annotated[CentreRole, choice()] = changeable("What the user may do from now on.", "super_user")


class CentreUser(Resource):
    """Somebody who can work on the centre's account, or could."""

    id: AnswerId
    first_name: Name = said("First name.", "Jo")
    last_name: Name = said("Last name.", "Patel")
    job_title: Name | None = said("Job title at this centre, or null.", "Head of Quality")
    email: Email = said("The log-in address.", "jo.patel@example.com")
    telephone: E164 | None = said("Telephone number at this centre, E.164, or null.", "+441154960125")
    role: CentreRole = said("What the user may do.", "user")
    status: CentreUserStatus = said("`invited` until a password is chosen, then `active`; or `deactivated`.", "active")
    invited_at: Moment
    log_in_details_sent_at: datetime | None = said("When the log-in details last went out, or null.", None)
    deactivated_at: datetime | None = said("When the user was deactivated, or null.", None)


class CentreUserList(Answer):
    """Everybody who is or was a user of the centre, deactivated ones last; at most 500."""

    items: Annotated[list[CentreUser], up_to(limits.USERS)] = Field(description="The users.")


class InvitationReceipt(Answer):
    """The log-in details are on their way."""

    email: Email = said("Where they go.", "jo.patel@example.com")
    message: Sentence = said(
        "What happens next.", "New log-in details are on their way; those sent before stop working when they go out."
    )
