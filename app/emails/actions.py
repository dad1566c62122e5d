"""Messages about the actions of an acceptance with actions (R23)."""

from dataclasses import dataclass
from datetime import date

from app.emails.email import Email, StaffEmail


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionEvidenceReceived(StaffEmail):
    """To the centre lead, who judges the evidence."""

    reference: str
    centre_name: str
    action: str
    sent_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionClosed(Email):
    """To the centre: this action is done."""

    reference: str
    centre_name: str
    action: str
    comment: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionMoreEvidenceNeeded(Email):
    """To the centre: what was sent is not enough yet."""

    reference: str
    centre_name: str
    action: str
    explanation: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionOverdue(Email):
    """To the centre, once, when the due date has passed."""

    reference: str
    centre_name: str
    action: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionOverdueStaff(StaffEmail):
    """To the centre lead, once, when the due date has passed."""

    reference: str
    centre_name: str
    action: str
    due_on: date
