"""Invitations, as their addressee sees them."""

from datetime import datetime

from pydantic import Field

from app.domain.actors import CentreRole
from app.schemas import example_centre as example
from app.schemas.answered import Email, Title
from app.schemas.base import Answer, Request
from app.schemas.fields import PersonName
from app.schemas.passwords import NewPassword
from app.schemas.sessions import Token
from app.schemas.shared import described


class InvitationPassword(Request):
    """Accept an invitation and choose a password."""

    token: Token = Field(description="The token from the email.")
    new_password: NewPassword
    first_name: PersonName | None = Field(
        default=None, description="How you write your first name; left out, it stays as it was typed.", examples=["Jo"]
    )
    last_name: PersonName | None = Field(
        default=None, description="How you write your last name; left out, it stays as it was typed.", examples=["May"]
    )


class PendingInvitation(Answer):
    """An invitation that waits for its addressee."""

    centre_name: Title = described("The centre's name.", example.NAME)
    role: CentreRole = described("The role at the centre that accepting it gives.", "user")
    email: Email = described("The address that the invitation was sent to.", example.USER_EMAIL)
    has_password: bool = described(
        "True if the person has a log-in: sign in, then `acceptInvitation`. False if they have still to choose a "
        "password: `acceptInvitationWithPassword`.",
        True,
    )
    expires_at: datetime = described("When the token expires.", "2026-09-23T08:30:00Z")
