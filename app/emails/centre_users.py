"""Messages that let a person into a centre's account."""

from dataclasses import dataclass, field
from datetime import datetime

from app.emails.email import Email


@dataclass(frozen=True, slots=True, kw_only=True)
class LogInDetails(Email):
    """R04, R06: the first super user's log-in details, with a first password that can only be replaced."""

    centre_name: str
    email: str
    first_password: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CentreUserInvited(Email):
    """R06, R10: the same for a further user, who has no log-in yet."""

    centre_name: str
    invited_by: str
    email: str
    first_password: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedToCentre(Email):
    """R10: somebody who can log in already now also works for this centre."""

    centre_name: str
    invited_by: str
    email: str
