"""Changes of one's email address."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from app.schemas import example_centre as example
from app.schemas.answered import Email, up_to
from app.schemas.base import Answer, Request
from app.schemas.fields import EmailAddress
from app.schemas.ids import EmailChangeId
from app.schemas.passwords import TypedPassword
from app.schemas.sessions import Token
from app.schemas.shared import described


class EmailChangeCreate(Request):
    """Ask for another email address."""

    new_email: EmailAddress = Field(
        description="The address to sign in with from now on.", examples=[example.NEW_USER_EMAIL]
    )


class EmailChange(Answer):
    """A change of address that waits for its confirmation. It looks the same whether the new address is free or not."""

    id: EmailChangeId
    new_email: Email = described("The address that the link to confirm was sent to.", example.NEW_USER_EMAIL)
    requested_at: datetime = described("When it was asked for.", example.SIGNED_IN_AT)
    expires_at: datetime = described("When the links expire.", "2026-09-17T08:30:00Z")


class EmailChangeList(Answer):
    """The change of address that waits, if there is one."""

    items: Annotated[list[EmailChange], up_to(1)] = Field(description="The change, or nothing.")


class EmailChangeConfirmation(Request):
    """Confirm a change of address."""

    token: Token = Field(description="The token from the email to the new address. It can be used once.")
    password: TypedPassword = Field(
        description="The account's password: a letter that went to a mistyped address gives nobody the account."
    )
