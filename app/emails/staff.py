"""Messages that let the awarding organisation's own people in."""

from dataclasses import dataclass, field
from datetime import datetime

from app.emails.email import StaffEmail


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffLogInDetails(StaffEmail):
    """R06: a new member of staff, with a first password that can only be replaced. `roles` are labels."""

    roles: tuple[str, ...]
    email: str
    first_password: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedToStaff(StaffEmail):
    """Somebody who can log in already now has these staff roles."""

    roles: tuple[str, ...]
    email: str
