"""Sessions, passwords and one's own account."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.domain import limits
from app.domain.actors import CentreRole, StaffRole
from app.schemas import formats
from app.schemas.answered import (
    A_FEW,
    E164,
    AccessToken,
    Email,
    Name,
    Reference,
    Seconds,
    Secret,
    Sentence,
    Title,
    UserAgent,
    Word,
    up_to,
)
from app.schemas.base import Answer, Request, Resource
from app.schemas.fields import EmailAddress, JobTitle, PersonName, Telephone
from app.schemas.patches import changeable
from app.schemas.shared import AnswerId, said
from app.schemas.text import one_line

_TypedPassword = Annotated[
    str,
    one_line(1, 128, exact=True),
    Field(
        description="A password.",
        examples=["correct-horse-battery-staple"],
        json_schema_extra={"format": formats.PASSWORD},
    ),
]
_NewPassword = Annotated[
    str,
    one_line(12, 128, exact=True),
    Field(
        description="A new password of 12 to 128 characters, not made of a common one, the person's name or address.",
        examples=["correct-horse-battery-staple"],
        json_schema_extra={"format": formats.PASSWORD},
    ),
]
_Token = Annotated[str, one_line(1, 512), Field(description="A token.", examples=["Zk3v0cXmBz7u1h2yQwEr5tYuIoP"])]


class SessionCreate(Request):
    """Log in."""

    email: EmailAddress = Field(description="The person's email address.")
    password: _TypedPassword


class SessionRefresh(Request):
    """Exchange a refresh token for new tokens."""

    refresh_token: _Token = Field(description="The refresh token that was given out last; it can be used once.")


class SessionTokens(Answer):
    """An open session. The tokens are shown here and nowhere else."""

    session_id: UUID = said("The session's id.", "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21")
    access_token: AccessToken = said("Send it as `Authorization: Bearer …`.", "eyJhbGciOiJIUzI1NiJ9.e30.c2ln")
    token_type: Literal["Bearer"] = said("Always `Bearer`.", "Bearer")
    expires_in: Seconds = said("Seconds until the access token expires.", 900)
    refresh_token: Secret | None = said(
        "Exchange it for new tokens before the session expires; null for a session that can only change the password.",
        "Zk3v0cXmBz7u1h2yQwEr5tYuIoP",
    )
    session_expires_at: datetime = said("When the session ends unless it is refreshed.", "2026-12-07T10:15:00Z")
    must_change_password: bool = said(
        "True when the first password has to be changed: until then nothing but `changePassword`, `getMe` and "
        "`endSession` is open (R06).",
        False,
    )


class SessionInfo(Answer):
    """One of one's own open sessions."""

    id: AnswerId
    current: bool = said("True for the session that asks.", True)
    started_at: datetime = said("When the person signed in, in UTC (RFC 3339).", "2026-11-23T09:00:00Z")
    last_used_at: datetime = said("When it was last refreshed, in UTC (RFC 3339).", "2026-11-23T09:45:00Z")
    expires_at: datetime = said("When it ends unless it is refreshed, in UTC (RFC 3339).", "2026-11-30T09:45:00Z")
    address: Word | None = said("The network address it was opened from, or null.", "198.51.100.7")
    user_agent: UserAgent | None = said("The program it was opened with, or null.", "Mozilla/5.0")


class SessionList(Answer):
    """One's own open sessions, the newest first."""

    items: Annotated[list[SessionInfo], up_to(limits.SESSIONS)] = said("The sessions.", [])


class PasswordChange(Request):
    """Replace one's own password."""

    current_password: _TypedPassword = Field(description="The password that is replaced.")
    new_password: _NewPassword


class PasswordResetCreate(Request):
    """Ask for a password reset."""

    email: EmailAddress = Field(description="The address to send it to, if it has a log-in.")


class PasswordResetReceipt(Answer):
    """The same answer for every address, so that nobody learns who has a log-in."""

    message: Sentence = said("What happens next.", "If that address has a log-in, an email is on its way.")


class PasswordResetCompletion(Request):
    """Set a new password with the token from the email."""

    token: _Token = Field(description="The token from the email; it can be used once, and expires after an hour.")
    new_password: _NewPassword


class MyCentre(Answer):
    """A centre that the person serves."""

    centre_id: UUID = said("The centre's id.", "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21")
    user_id: UUID = said("The person's id among the centre's users.", "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d22")
    name: Title = said("The centre's name.", "Trent Valley Training")
    reference: Reference = said("The centre's reference.", "CEN-2026-000007")
    role: CentreRole = said("What the person is there.", "super_user")


class Me(Resource):
    """The person behind the session."""

    id: AnswerId
    first_name: Name = said("First name.", "Alex")
    last_name: Name = said("Last name.", "Morgan")
    email: Email = said("Log-in address.", "alex.morgan@example.com")
    job_title: Name | None = said("Job title, or null.", "Head of Quality")
    telephone: E164 | None = said("Telephone number, E.164, or null.", "+441154960122")
    staff_roles: Annotated[list[StaffRole], A_FEW] = said("Roles among the awarding organisation's staff.", [])
    centres: Annotated[list[MyCentre], up_to(limits.MEMBERSHIPS)] = said("The centres that the person serves.", [])
    must_change_password: bool = said("True until the first password is changed.", False)
    permissions: Annotated[list[Word], A_FEW] = said("What the person may do anywhere, as keys.", ["read_centre"])


class MeUpdate(Request):
    """Change one's own name and details; the log-in address stays."""

    first_name: PersonName = changeable("First name.", "Alex")
    last_name: PersonName = changeable("Last name.", "Morgan")
    job_title: JobTitle | None = changeable("Job title, or null.", "Head of Quality")
    telephone: Telephone | None = changeable("Telephone number, or null.", "0115 496 0122")
