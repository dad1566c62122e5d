"""Messages about a person's password."""

from dataclasses import dataclass, field
from datetime import datetime

from app.emails.email import Email


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordReset(Email):
    """A link that sets a new password once. The token stands in the fragment, which no server or proxy ever logs."""

    token: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordChanged(Email):
    """Tells the owner, so that a change that was not theirs is noticed."""

    changed_at: datetime
