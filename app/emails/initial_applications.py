"""Messages of stage one and two: the initial application until the centre's account exists or is declined."""

from dataclasses import dataclass
from datetime import date

from app.emails.email import Email, StaffEmail


@dataclass(frozen=True, slots=True, kw_only=True)
class InitialApplicationReceived(Email):
    """R02: the acknowledgement. Its subject repeats nothing that the sender typed, as anyone can send the form."""

    reference: str
    organisation_name: str
    received_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class InitialApplicationDeclined(Email):
    """R04: the reason reaches the sender."""

    reference: str
    organisation_name: str
    reason: str


@dataclass(frozen=True, slots=True)
class LateInitialApplication:
    """One row of the alert."""

    reference: str
    organisation_name: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class InitialApplicationsLate(StaffEmail):
    """R05: customer experience is told which log-in details are past their two working days."""

    applications: tuple[LateInitialApplication, ...]
