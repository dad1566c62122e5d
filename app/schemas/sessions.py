"""Sessions, passwords and one's own account."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from app.domain import limits
from app.domain.actors import CentreRole, StaffRole
from app.domain.factors import ProofKind
from app.schemas import example_centre as example
from app.schemas.answered import (
    A_FEW,
    E164,
    AccessToken,
    Email,
    ExtensionDigits,
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
from app.schemas.fields import EmailAddress, Extension, JobTitle, PersonName, Telephone
from app.schemas.ids import CentreId, PersonId, SessionId, UserId
from app.schemas.passwords import NewPassword, TypedPassword
from app.schemas.patches import changeable
from app.schemas.shared import described
from app.schemas.text import one_line

Token = Annotated[str, one_line(1, 512), Field(description="The token.", examples=["Zk3v0cXmBz7u1h2yQwEr5tYuIoP"])]


class SessionCreate(Request):
    """Sign in."""

    email: EmailAddress = Field(description="The person's email address.")
    password: TypedPassword


class SessionRefresh(Request):
    """Exchange a refresh token for new tokens."""

    refresh_token: Token = Field(
        description="The latest refresh token. It can be used once. Sent again within 10 seconds, as by a second tab, "
        "it still answers."
    )


class SessionTokens(Answer):
    """An open session and its tokens, which cannot be read again."""

    session_id: SessionId
    access_token: AccessToken = described(
        "The token to send as `Authorization: Bearer …`.", "eyJhbGciOiJIUzI1NiJ9.e30.c2ln"
    )
    token_type: Literal["Bearer"] = described("Always `Bearer`.", "Bearer")
    expires_in: Seconds = described("Seconds until the access token expires.", 900)
    refresh_token: Secret | None = described(
        "Exchange it for new tokens before the session expires; null if the session can only change the password or "
        "prove a second factor.",
        "Zk3v0cXmBz7u1h2yQwEr5tYuIoP",
    )
    session_expires_at: datetime = described("When the session ends unless it is refreshed.", "2026-09-30T08:30:00Z")
    session_ends_at: datetime = described(
        "When the session ends however often it is refreshed; sign in again then.", "2026-10-16T08:30:00Z"
    )
    must_change_password: bool = described(
        "True while the person still has the first password. Until it is changed, only `changePassword`, `getMe` and "
        "`endSession` are allowed.",
        False,
    )
    second_factor_required: bool = described(
        "True while the session must prove a second factor, or add the first one, before it may do anything else. "
        "It has no refresh token until then.",
        False,
    )
    second_factors: Annotated[list[ProofKind], A_FEW] = described(
        "How the person can prove the second factor now. Empty if nothing has to be proved, or if the first second "
        "factor has to be added.",
        [],
    )


class SessionInfo(Answer):
    """One of the caller's open sessions."""

    id: SessionId
    current: bool = described("True for the session that made this request.", True)
    started_at: datetime = described("When the person signed in.", example.SIGNED_IN_AT)
    last_used_at: datetime = described("When the session was last refreshed.", "2026-09-16T09:15:00Z")
    expires_at: datetime = described("When the session ends unless it is refreshed.", "2026-09-30T09:15:00Z")
    ends_at: datetime = described("When the session ends however often it is refreshed.", "2026-10-16T08:30:00Z")
    address: Word | None = described("The network address that opened the session, or null.", "198.51.100.7")
    user_agent: UserAgent | None = described("The program that opened the session, or null.", "Mozilla/5.0")


class SessionList(Answer):
    """The caller's open sessions, newest first."""

    items: Annotated[list[SessionInfo], up_to(limits.SESSIONS)] = Field(description="The sessions.")


class PasswordChange(Request):
    """Change the caller's password."""

    current_password: TypedPassword = Field(description="The current password.")
    new_password: NewPassword


class PasswordResetCreate(Request):
    """Request a password reset."""

    email: EmailAddress = Field(description="The email address to send the reset to, if it has a log-in.")


class PasswordResetReceipt(Answer):
    """The same answer for every address, so that nobody can find out who has a log-in."""

    message: Sentence = described("What happens next.", "If that address has a log-in, an email is on its way.")


class PasswordResetCompletion(Request):
    """Set a new password with the token from the email."""

    token: Token = Field(description="The token from the email. It can be used once and expires after an hour.")
    new_password: NewPassword


class MyCentre(Answer):
    """A centre that the person can sign in for."""

    centre_id: CentreId
    user_id: UserId = described("The person's id among the centre's users.", example.SUPER_USER_ID)
    name: Title = described("The centre's name.", example.NAME)
    reference: Reference = described("The centre's reference.", example.CENTRE_REFERENCE)
    role: CentreRole = described("The person's role there.", "super_user")


class Me(Resource):
    """The person who is signed in."""

    id: PersonId
    first_name: Name = described("First name.", "Alex")
    last_name: Name = described("Last name.", "Morgan")
    email: Email = described("The email address that the person signs in with.", example.SUPER_USER_EMAIL)
    job_title: Name | None = described("Job title, or null.", example.SUPER_USER_JOB)
    telephone: E164 | None = described("Telephone number in E.164 form, or null.", example.SUPER_USER_E164)
    telephone_extension: ExtensionDigits | None = described("The extension to ask for, or null.", None)
    staff_roles: Annotated[list[StaffRole], A_FEW] = described(
        "The person's roles at the awarding organisation; empty for a centre's users.", []
    )
    centres: Annotated[list[MyCentre], up_to(limits.MEMBERSHIPS)] = Field(
        description="The centres that the person can sign in for."
    )
    must_change_password: bool = described("True until the first password is changed.", False)
    second_factor: bool = described("True if the person has a second factor.", False)
    second_factor_required: bool = described(
        "True while this session must prove a second factor, or add the first one.", False
    )
    permissions: Annotated[list[Word], A_FEW] = described(
        "The keys of everything that the person may do at any centre.", ["read_centre"]
    )


class MeUpdate(Request):
    """Change the caller's own name and details. The email address changes with `requestEmailChange`."""

    first_name: PersonName = changeable("First name.", "Alex")
    last_name: PersonName = changeable("Last name.", "Morgan")
    job_title: JobTitle | None = changeable("Job title; null removes it.", example.SUPER_USER_JOB)
    telephone: Telephone | None = changeable("Telephone number; null removes it.", example.SUPER_USER_TELEPHONE)
    telephone_extension: Extension | None = changeable(
        "The extension to ask for; null removes it, and so does another telephone number.", "205"
    )
