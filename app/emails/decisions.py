"""Messages that tell a centre the decision on its application (R21, R22)."""

from dataclasses import dataclass
from datetime import date

from app.emails.email import Email
from app.settings import AccountTeamMember


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationAccepted(Email):
    """R21, R22: with the account team. The welcome pack and the certificate are attached."""

    reference: str
    centre_name: str
    certificate_number: str
    recognised_from: date
    centre_lead_name: str | None
    account_team: tuple[AccountTeamMember, ...]
    verification_url: str


@dataclass(frozen=True, slots=True)
class RequiredAction:
    """One action of an acceptance with actions."""

    description: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationAcceptedWithActions(ApplicationAccepted):
    """R21, R23: the same, with the actions and when each is due."""

    actions: tuple[RequiredAction, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationRejected(Email):
    """R21: with the reasons."""

    reference: str
    centre_name: str
    reasons: str
